"""Participants and products of a test's own on a running exchange."""

from typing import Any

from exchange.fence import load_rulesets, newest
from exchange.kernel.product import LicenceTerms, PricePlan
from exchange.kernel.time import instant
from exchange.market.commands import Use
from exchange.registry.commands import AdmitParticipant, DraftProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.sdk import Exchange, Operator, Refusal, new_key, sign_commitment
from tests.support.names import unique_name
from tests.support.traits import GENERAL

OPERATOR, BANK, COMPLIANCE, QUALITY = "OP-01", "BK-01", "AS-01", "AS-02"
PRICE_MINOR = 1_200_000


def a_participant(name: str, place: str, *roles: Role) -> AdmitParticipant:
    """A participant whose commitment is signed."""
    return AdmitParticipant(
        participant_id=name,
        display_name=name,
        place=place,
        roles=roles,
        beneficial_owner=f"UBO-{name}",
        currency="CNY",
        commitment=sign_commitment(new_key(), name, name, "We keep to the rules."),
        registered_zones=("CN-LG", "CN-SH-FTZ", "CN-SH") if place == "CN-LG" else (),
    )


def a_draft(product_id: str, **changed: Any) -> DraftProduct:
    """A stream of berth times: general data without persons, generated in the mainland."""
    licence = LicenceTerms(
        title="Standard licence",
        spatial=("CN", "JP"),
        purposes=("transport",),
        permitted=("use",),
        prohibited=("resell",),
        term_days=365,
    )
    values: dict[str, Any] = {
        "product_id": product_id,
        "version": "1",
        "title": "Berth times",
        "description": "When ships berth.",
        "product_type": "stream",
        "protection": "open",
        "stored_in": "CN",
        "languages": ("en",),
        "traits": GENERAL,
        "licence": licence,
        "upstream": (),
    }
    return DraftProduct(**(values | changed))


async def admit_once(operator: Operator, participant: AdmitParticipant) -> None:
    """Admit, unless a test before this one has."""
    try:
        await operator.admit(participant)
    except Refusal as refusal:
        if refusal.reason != "PARTICIPANT_EXISTS":
            raise


async def open_exchange(exchange: Exchange) -> None:
    """The operator, the bank, two assessors, and the ruleset in force."""
    operator = exchange.operator(OPERATOR)
    await admit_once(operator, a_participant(OPERATOR, "CN-LG", Role.OPERATOR))
    await admit_once(operator, a_participant(BANK, "HK", Role.CUSTODIAN))
    await admit_once(operator, a_participant(COMPLIANCE, "CN-LG", Role.ASSESSOR))
    await admit_once(operator, a_participant(QUALITY, "CN-LG", Role.ASSESSOR))
    ruleset = newest(load_rulesets())
    await operator.activate_ruleset(
        ruleset.version, ruleset.digest, instant("2026-11-02T00:00:00Z"), id="test-ruleset"
    )


class Trade:
    """A seller, a buyer with money, and a listed stream, all of one test's own."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.market_id = unique_name("M")
        self.product_id = unique_name("P")
        self.seller = exchange.seller(unique_name("SE"))
        self.buyer = exchange.buyer(unique_name("BU"))
        self.listing: ListingPublished

    @property
    def use(self) -> Use:
        """Transport planning in Japan under the licence on offer."""
        return Use(purpose="transport", place_of_use="JP", licence_digest=self.listing.licence_digest)

    async def prepare(self) -> "Trade":
        """Admit both, list the stream, fund the buyer."""
        await open_exchange(self.exchange)
        operator = self.exchange.operator(OPERATOR)
        await operator.admit(a_participant(self.seller.participant_id, "CN-LG", Role.SELLER))
        await operator.admit(a_participant(self.buyer.participant_id, "JP", Role.BUYER))
        await self.seller.draft(a_draft(self.product_id))
        for assessor, kind in ((COMPLIANCE, "compliance"), (QUALITY, "quality")):
            door = self.exchange.assessor(assessor)
            await door.opine(
                self.product_id,
                "1",
                kind,
                passed=True,
                report=b"report",
                statement="In order.",  # type: ignore[arg-type]
            )
        await operator.register(self.product_id, "1")
        price = PricePlan(
            model="subscription", price_minor=PRICE_MINOR, currency="CNY", unit="month", book="posted"
        )
        self.listing = await self.seller.list(
            self.product_id, "1", market_id=self.market_id, price=price, transaction_type="none"
        )
        await self.exchange.custodian(BANK).confirm_deposit(
            self.market_id, self.buyer.participant_id, 2_000_000, "CNY", unique_name("ref")
        )
        return self
