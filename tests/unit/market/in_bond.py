"""What business zones say of product versions that were made in bond."""

from typing import Any

from exchange.kernel.provenance import Behind, Provenance, Route
from exchange.kernel.safeguard import SafeguardTerms
from exchange.market.commands import InstrumentTerms
from tests.unit.market.stage import SELLER, licence, terms, traits

BOOK = "L-0.9.0"
HARMLESS = traits(sector="automobiles")


def behind(consignment_id: str = "C-1", **changed: Any) -> Behind:
    """A consignment that may go back to Singapore and Japan, in balance."""
    values: dict[str, Any] = {
        "return_list": ("JP", "SG"),
        "retention_until": "2027-01-31",
        "balance_state": "balanced",
        "fence_broken": False,
    }
    return Behind(consignment_id=consignment_id, **(values | changed))


def a_provenance(**changed: Any) -> Provenance:
    """Frames from Singapore that show 1,000 persons, labelled in the zone."""
    values: dict[str, Any] = {
        "output_id": "O-1",
        "product_id": "P-01",
        "version": "1.0",
        "seller_id": SELLER,
        "origins": ("SG",),
        "domestic_pi": False,
        "important": False,
        "separable": True,
        "complete": True,
        "category": "general",
        "importance_basis": "none",
        "contains_pi": True,
        "anonymisation": "none",
        "eu_special_category": False,
        "eu_art9_condition": False,
        "us_class": "none",
        "us_persons_12m": 0,
        "us_government_related": False,
        "domestic_persons": 0,
        "sensitive_persons": 0,
        "foreign_persons": 1_000,
        "received_under": (),
        "group_splitting": "none",
        "foreign_authority_request": False,
        "consignments": (behind(),),
        "routes": (Route(place="JP", link_ids=("LK-JP",)), Route(place="SG", link_ids=("LK-SG",))),
    }
    return Provenance(**(values | changed))


def frames(**changed: Any) -> InstrumentTerms:
    """What is made of them, on sale in a book, described as general and about nobody."""
    values: dict[str, Any] = {
        "instrument_id": BOOK,
        "listing_id": BOOK,
        "product_id": "P-01",
        "version": "1.0",
        "title": "Labelled frames",
        "unit": "licence",
        "posted_price": None,
        "subscription": False,
        "stored_in": "CN-LG",
        "traits": HARMLESS,
        "licence": licence(purposes=("sale",)),
    }
    return terms(**(values | changed))


def a_contract(recipient_id: str, name: str = "I-30") -> SafeguardTerms:
    """By which persons of Singapore may be handed on to somebody in Japan."""
    return SafeguardTerms(
        safeguard_id=name,
        kind="SG-CONTRACT",
        exporter_id=SELLER,
        recipient_id=recipient_id,
        names_destinations=("JP",),
        valid_from="2026-01-01",
        valid_to="2027-12-31",
        tz="Asia/Singapore",
    )
