"""Data about persons of the mainland, of which everything has been said: it may leave under a safeguard."""

from typing import Any

from exchange.kernel.persons import UnitedPersons, VersionName
from exchange.kernel.safeguard import SafeguardTerms
from exchange.market.commands import InstrumentTerms, OpenInstrument, PlaceOrder, RecordParticipant, Use
from exchange.market.persons.commands import BringPersons
from exchange.market.safeguards.commands import BringSafeguard
from tests.unit.market.stage import Stage, a_bid, a_market, a_standing, a_use, licence, terms, traits

EXPORTER, RECIPIENT = "SE-CN-04", "BU-SG-01"


def of_people(version: str = "1", persons: int | None = 8_500, **changed: Any) -> InstrumentTerms:
    """P-20, clinical-trial metadata: all of its persons' information is sensitive."""
    told: dict[str, Any] = {"sensitive_persons": persons, "collected_in": ("CN",)} | changed.pop("told", {})
    values: dict[str, Any] = {
        "instrument_id": f"L-20.{version}",
        "listing_id": f"L-20.{version}",
        "product_id": "P-20",
        "version": version,
        "seller_id": EXPORTER,
        "posted_price": 10,
        "unit": "licence",
        "subscription": False,
        "source": True,
        "traits": traits(contains_pi=True, persons=persons, sector="healthcare", **told),
        "licence": licence(),
    }
    return terms(**(values | changed))


def a_purpose(**changed: Any) -> Use:
    """To be sold on in Singapore; no authority has asked for it."""
    values = {"purpose": "sale", "place_of_use": "SG", "foreign_authority_request": False}
    return a_use(**(values | changed))


def a_buy(version: str = "1", **changed: Any) -> PlaceOrder:
    """A bid for P-20."""
    values: dict[str, Any] = {"instrument_id": f"L-20.{version}", "use": a_purpose()}
    return a_bid(10, **(values | changed))


def a_certificate(safeguard_id: str = "I-04", **changed: Any) -> SafeguardTerms:
    """The exporter's certificate, for any recipient anywhere."""
    values: dict[str, Any] = {
        "safeguard_id": safeguard_id,
        "kind": "CN-CERT",
        "exporter_id": EXPORTER,
        "recipient_id": None,
        "names_destinations": ("ANY",),
        "valid_from": "2026-02-01",
        "valid_to": "2029-01-31",
        "tz": "Asia/Shanghai",
    }
    return SafeguardTerms(**(values | changed))


def a_contract(safeguard_id: str = "I-12", **changed: Any) -> SafeguardTerms:
    """The exporter's standard contract with one recipient, filed."""
    values: dict[str, Any] = {
        "kind": "CN-SCC",
        "recipient_id": RECIPIENT,
        "names_destinations": ("SG",),
        "valid_from": "2026-03-02",
        "valid_to": "2029-03-01",
        "filed_on": "2026-03-10",
        "filing_due_on": "2026-03-16",
    }
    return a_certificate(safeguard_id, **(values | changed))


def a_union(*versions: str, persons: int, exporter_id: str = EXPORTER, **changed: Any) -> UnitedPersons:
    """What versions of P-20 hold together, all of it sensitive."""
    values: dict[str, Any] = {
        "declaration_id": f"PD-0.{'-'.join(versions)}.0",
        "exporter_id": exporter_id,
        "year": 2026,
        "versions": tuple(VersionName(product_id="P-20", version=each) for each in versions),
        "persons": persons,
        "sensitive_persons": persons,
        "foreign_persons": 0,
    }
    return UnitedPersons(**(values | changed))


def brought(stage: Stage, *told: SafeguardTerms | UnitedPersons) -> Stage:
    """Let the registry's policies say this."""
    for each in told:
        united = isinstance(each, UnitedPersons)
        stage.told(BringPersons(united=each) if united else BringSafeguard(safeguard=each))
    return stage


def a_market_of_people(*instruments: InstrumentTerms) -> Stage:
    """P-20 in three versions on sale, and a buyer from Singapore with money."""
    sold = instruments or (of_people("1"), of_people("2", 1_900), of_people("3", 100))
    stage = a_market(cash_minor=0).told(
        RecordParticipant(standing=a_standing(EXPORTER, "CN-LG", "seller")),
        *(OpenInstrument(terms=each) for each in sold),
    )
    return stage.deposited(RECIPIENT, 10_000)
