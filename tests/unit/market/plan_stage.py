"""A market with price plans: P-08 by the call, P-11 by the seat, P-06 by the gigabyte, P-07 by the month."""

from typing import Any

import msgspec

from exchange.kernel.bases import Fact
from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.kernel.protocol import Refused
from exchange.kernel.time import instant
from exchange.market.commands import InstrumentTerms, OpenInstrument, RecordParticipant
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.plans.commands import BuyUnits, RecordUsage, SetPricePlan, SetTopUp, TopUpTerms
from exchange.market.subscriptions.commands import CancelSubscription, Subscribe
from exchange.market.subscriptions.facts import SubscriptionStarted
from tests.unit.market.stage import BUYER, SELLER, Stage, a_market, a_standing, a_use, licence, terms

CALLS, SEATS, GIGABYTES, MONTHS = "P-08", "P-11", "P-06", "P-07"
MIDNIGHT = instant("2026-11-30T16:00:00Z")
"""December begins in Shanghai."""
BANKED = 100_000_000


def an_instrument(name: str, **changed: Any) -> InstrumentTerms:
    """A product of the seller's that is sold by a plan."""
    return terms(instrument_id=name, product_id=name, posted_price=None, unit="licence", **changed)


def tiers(*prices: tuple[int, int]) -> tuple[PriceTier, ...]:
    """Unit prices in millionths, each with the units from which on it holds."""
    return tuple(PriceTier(from_units=units, unit_micros=micros) for units, micros in prices)


def calls(**changed: Any) -> PlanTerms:
    """P-08: CNY 0.035000 a call, above 100,000 calls 0.028000."""
    graduated = tiers((0, 35_000), (100_000, 28_000))
    return _plan("once", "calls", "call", "graduated", graduated, changed)


def seats(**changed: Any) -> PlanTerms:
    """P-11: HKD 9,500.00 a seat and month, all at 7,200.00 from 10 seats on."""
    volume = tiers((0, 9_500_000_000), (10, 7_200_000_000))
    return _plan("once", "seats", "seat-month", "volume", volume, {"period": "month", **changed})


def gigabytes(**changed: Any) -> PlanTerms:
    """P-06: CNY 18.000000 a gigabyte."""
    return _plan("once", "bytes", "GB", "flat", tiers((0, 18_000_000)), changed)


def monthly(**changed: Any) -> PlanTerms:
    """P-07: CNY 12,000.00 a month."""
    flat = tiers((0, 12_000_000_000))
    return _plan("subscription", "units", "month", "flat", flat, {"period": "month", **changed})


def _plan(sale: Any, counts: Any, unit: str, model: Any, prices: Any, changed: dict[str, Any]) -> PlanTerms:
    plan = PlanTerms(sale=sale, counts=counts, unit=unit, model=model, tiers=prices)
    return msgspec.structs.replace(plan, **changed)


PLANS = {CALLS: calls, SEATS: seats, GIGABYTES: gigabytes, MONTHS: monthly}


def a_plan(name: str, **changed: Any) -> SetPricePlan:
    """The plan of one of the products."""
    return SetPricePlan(instrument_id=name, plan=PLANS[name](**changed))


def a_plan_market(cash_minor: int = BANKED, **plans: PlanTerms) -> Stage:
    """All four on sale with their plans, the licence of P-11 having 20 seats; the buyer's purses filled."""
    stage = a_market(
        an_instrument(CALLS),
        an_instrument(SEATS, currency="HKD", licence=licence(seats=20)),
        an_instrument(GIGABYTES),
        an_instrument(MONTHS),
        cash_minor=cash_minor,
    )
    if cash_minor:
        stage.deposited(BUYER, cash_minor, "HKD")
    for name in PLANS:
        plan = plans.get(name.replace("-", ""), PLANS[name]())
        asked(stage, SELLER, SetPricePlan(instrument_id=name, plan=plan))
    return stage


def asked(stage: Stage, who: str, command: Any) -> list[Fact]:
    """Ask for what is granted."""
    facts = stage.ask(who, command)
    assert not isinstance(facts[-1], Refused), facts
    return facts


def the(kind: type[Any], facts: list[Fact]) -> Any:
    """The one fact of a kind in an outcome."""
    (found,) = [fact for fact in facts if isinstance(fact, kind)]
    return found


def a_purchase(name: str, units: int, **changed: Any) -> BuyUnits:
    """Units under the licence on offer."""
    values: dict[str, Any] = {"use": a_use()}
    return BuyUnits(instrument_id=name, units=units, **(values | changed))


def usage(name: str, metered: int, buyer_id: str = BUYER) -> RecordUsage:
    """A reading of the meter."""
    return RecordUsage(instrument_id=name, buyer_id=buyer_id, metered=metered)


def a_top_up(name: str, threshold: int, units: int, **changed: Any) -> SetTopUp:
    """Buy units whenever no more than a threshold is left."""
    values: dict[str, Any] = {"use": a_use()}
    return SetTopUp(
        instrument_id=name, top_up=TopUpTerms(threshold=threshold, units=units, **(values | changed))
    )


def a_subscription(name: str = MONTHS, units: int = 1, **changed: Any) -> Subscribe:
    """A subscription under the licence on offer."""
    values: dict[str, Any] = {"use": a_use()}
    return Subscribe(instrument_id=name, units=units, **(values | changed))


def subscribed(stage: Stage, **changed: Any) -> str:
    """Let the buyer subscribe; the subscription's id."""
    name: str = the(SubscriptionStarted, asked(stage, BUYER, a_subscription(**changed))).subscription_id
    return name


def a_cancellation(subscription_id: str, when: Any = "period_end") -> CancelSubscription:
    """End a subscription."""
    return CancelSubscription(subscription_id=subscription_id, when=when)


def until(stage: Stage, moment: str | int) -> list[Fact]:
    """What happens by itself until then, each thing when it falls due."""
    end = instant(moment) if isinstance(moment, str) else moment
    facts: list[Fact] = []
    while (due := stage.decider.next_deadline(stage.market)) is not None and due <= end:
        stage.at = max(stage.at, due)
        facts += stage.expire()
    stage.at = end
    return facts


def paid(facts: list[Fact]) -> tuple[TradeMatched, EntitlementGranted]:
    """The trade and the right of an outcome."""
    return the(TradeMatched, facts), the(EntitlementGranted, facts)


def suspended_again(stage: Stage, participant_id: str, place: str, *roles: str, active: bool) -> None:
    """Tell the market that a participant may trade no longer, or again."""
    stage.told(RecordParticipant(standing=a_standing(participant_id, place, *roles, active=active)))


def on_sale(stage: Stage, name: str, **changed: Any) -> None:
    """Open one more instrument."""
    stage.told(OpenInstrument(terms=an_instrument(name, **changed)))
