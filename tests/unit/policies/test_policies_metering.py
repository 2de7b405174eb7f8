"""From a listing with a price plan to what is left of the units bought by it, with nobody asking by hand."""

from typing import Any

import pytest

from exchange.delivery.commands import ConfirmReceipt, OpenMeter, ReportRange, ReportReading
from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Fact
from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.market.commands import ConfirmDeposit, Use
from exchange.market.facts import EntitlementGranted
from exchange.market.plans.commands import BuyUnits, RecordUsage, SetPricePlan, SetTopUp, TopUpTerms
from exchange.market.plans.facts import UnitsBought
from exchange.market.plans.state import Balance
from exchange.registry.commands import ActivateRuleset, RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from tests.unit.delivery.stage import digest
from tests.unit.policies.rooms import Rooms
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    SELLER,
    a_draft,
    a_listing,
    a_price,
    an_admission,
    an_opinion,
)

BUYER, BANK = "BU-JP-01", "BK-HK-01"
GIGABYTE = 10**9


def a_plan(counts: Any = "bytes", micros: int = 18_000_000) -> PlanTerms:
    """CNY 18.00 a gigabyte, say."""
    price = PriceTier(from_units=0, unit_micros=micros)
    return PlanTerms(sale="once", counts=counts, unit="GB", model="flat", tiers=(price,))


class Sold:
    """P-07 is listed with a plan and may be bought by a buyer with CNY 10,000.00."""

    def __init__(self, counts: Any = "bytes", product_type: Any = "stream") -> None:
        self.rooms = Rooms()
        self._admitted()
        named = {"product_id": "P-07", "version": "1"}
        self.rooms.ask("registry", SELLER, a_draft(**named, product_type=product_type))
        self.rooms.ask("registry", ASSESSOR, an_opinion("compliance"), an_opinion("quality"))
        self.rooms.ask("registry", OPERATOR, RegisterProduct(**named))
        (listed,) = self.rooms.ask("registry", SELLER, a_listing(a_price(book="plan"), plan=a_plan(counts)))
        assert isinstance(listed, ListingPublished)
        self.listing = listed
        deposit = ConfirmDeposit(participant_id=BUYER, currency="CNY", amount_minor=10**6, reference="D-1")
        self.rooms.ask("market", BANK, deposit)
        self.use = Use(purpose="transport", place_of_use="JP", licence_digest=listed.licence_digest)

    def _admitted(self) -> None:
        self.rooms.ask("registry", OPERATOR, an_admission(OPERATOR, Role.OPERATOR))
        for newcomer in (
            an_admission(SELLER, Role.SELLER),
            an_admission(ASSESSOR, Role.ASSESSOR),
            an_admission(BANK, Role.CUSTODIAN, place="HK"),
            an_admission(BUYER, Role.BUYER, place="JP"),
        ):
            self.rooms.ask("registry", OPERATOR, newcomer)
        ruleset = newest(load_rulesets())
        activated = ActivateRuleset(
            ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=self.rooms.at
        )
        self.rooms.ask("registry", OPERATOR, activated)

    def bought(self, units: int) -> str:
        """The entitlement of so many units."""
        command = BuyUnits(instrument_id=self.listing.listing_id, units=units, use=self.use)
        facts = self.rooms.ask("market", BUYER, command)
        (granted,) = (fact for fact in facts if isinstance(fact, EntitlementGranted))
        return granted.entitlement_id

    def published(self, first: int, last: int, size_bytes: int) -> None:
        reported = ReportRange(
            product_id="P-07",
            first=first,
            last=last,
            count=last - first + 1,
            size_bytes=size_bytes,
            digest=digest(first, last),
            first_offset=first + 1,
            last_offset=last + 1,
            stream_claim=0,
        )
        self.rooms.ask("delivery", SELLER, reported)

    def received(self, entitlement_id: str, first: int, last: int) -> tuple[Fact, ...]:
        receipt = ConfirmReceipt(
            entitlement_id=entitlement_id,
            product_id="P-07",
            first=first,
            last=last,
            count=last - first + 1,
            digest=digest(first, last),
        )
        return self.rooms.ask("delivery", BUYER, receipt)

    @property
    def balance(self) -> Balance:
        found: Balance = self.rooms.partitions["market"].state.plans.balances[
            f"{self.listing.listing_id} {BUYER}"
        ]
        return found

    @property
    def left(self) -> int:
        """Bytes or calls of the balance."""
        lots = self.rooms.partitions["market"].state.plans.lots
        return sum(lots[name].left for name in self.balance.lots)

    def sent(self, kind: type[Any]) -> list[Any]:
        return [command for _, _, command in self.rooms.sent if isinstance(command, kind)]


def test_a_listing_with_a_plan_is_sold_by_it_in_its_market_at_once() -> None:
    sold = Sold()
    name = sold.listing.listing_id
    assert sold.sent(SetPricePlan) == [SetPricePlan(instrument_id=name, plan=a_plan())]
    plan = sold.rooms.partitions["market"].state.plans.plans[name]
    assert plan.terms == a_plan()


@pytest.mark.parametrize("product_type", ["dataset", "api", "report"])
def test_whatever_is_listed_may_come_with_a_plan(product_type: str) -> None:
    assert Sold(product_type=product_type).bought(1)


def test_bytes_received_are_used_up_by_themselves() -> None:
    sold = Sold()
    entitlement_id = sold.bought(3)
    assert sold.left == 3 * GIGABYTE
    sold.published(0, 9, 700_000_000)
    sold.published(10, 19, 800_000_000)
    assert sold.left == 3 * GIGABYTE, "what was published is not used yet"
    sold.received(entitlement_id, 0, 9)
    assert sold.left == 2_300_000_000
    sold.received(entitlement_id, 10, 19)
    assert sold.left == 1_500_000_000
    usage = RecordUsage(
        instrument_id=sold.listing.listing_id,
        buyer_id=BUYER,
        metered=800_000_000,
        reference="P-07 10..19",
    )
    assert sold.sent(RecordUsage)[-1] == usage


def test_records_received_are_calls_used() -> None:
    sold = Sold("calls")
    entitlement_id = sold.bought(100)
    sold.published(0, 29, 700)
    sold.received(entitlement_id, 0, 29)
    assert sold.left == 70


@pytest.mark.parametrize("counts", ["units", "seats"])
def test_what_is_not_used_up_has_no_meter(counts: str) -> None:
    sold = Sold(counts)
    entitlement_id = sold.bought(2)
    sold.published(0, 9, 700)
    sold.received(entitlement_id, 0, 9)
    assert sold.sent(OpenMeter) == sold.sent(RecordUsage) == []


def test_policies_that_begin_anew_use_nothing_up_again() -> None:
    sold = Sold()
    entitlement_id = sold.bought(3)
    sold.published(0, 9, 700_000_000)
    sold.received(entitlement_id, 0, 9)
    before = {name: each.written_down() for name, each in sold.rooms.partitions.items()}
    assert sold.rooms.send_again() == []
    assert {name: each.written_down() for name, each in sold.rooms.partitions.items()} == before
    assert sold.left == 2_300_000_000


def test_more_than_was_prepaid_is_covered_by_the_next_units() -> None:
    sold = Sold()
    entitlement_id = sold.bought(1)
    sold.published(0, 9, 1_400_000_000)
    sold.received(entitlement_id, 0, 9)
    assert (sold.left, sold.balance.owed) == (0, 400_000_000)
    sold.bought(1)
    assert (sold.left, sold.balance.owed) == (600_000_000, 0)


def test_a_balance_fills_up_by_what_is_received_and_what_it_buys_is_metered_too() -> None:
    sold = Sold()
    first = sold.bought(1)
    top_up = TopUpTerms(threshold=GIGABYTE // 2, units=2, use=sold.use)
    sold.rooms.ask("market", BUYER, SetTopUp(instrument_id=sold.listing.listing_id, top_up=top_up))
    sold.published(0, 9, 600_000_000)
    sold.received(first, 0, 9)
    assert sold.left == 2_400_000_000
    meters = sold.sent(OpenMeter)
    assert (len(meters), meters[0].entitlement_id) == (2, first)
    sold.published(10, 19, 100_000_000)
    sold.received(meters[1].entitlement_id, 10, 19)
    sold.received(first, 10, 19)
    assert sold.left == 2_300_000_000, "received under both, used once"


def test_a_gateway_s_readings_use_calls_up() -> None:
    sold = Sold("calls", product_type="api")
    entitlement_id = sold.bought(500)
    for total in (120, 400):
        reading = ReportReading(entitlement_id=entitlement_id, product_id="P-07", total=total)
        sold.rooms.ask("delivery", SELLER, reading)
    assert sold.left == 100
    sold.rooms.send_again()
    assert sold.left == 100


def test_a_meter_names_what_was_bought() -> None:
    sold = Sold("calls")
    entitlement_id = sold.bought(7)
    assert sold.sent(OpenMeter) == [
        OpenMeter(
            entitlement_id=entitlement_id,
            product_id="P-07",
            instrument_id=sold.listing.listing_id,
            buyer_id=BUYER,
            counts="calls",
        )
    ]


def test_units_bought_before_there_were_meters_have_none() -> None:
    assert UnitsBought.__struct_defaults__ == (0, "", "units")
