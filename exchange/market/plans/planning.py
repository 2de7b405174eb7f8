"""Sellers set price plans, and announce other prices for what is subscribed to. Source: market.md section 2."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.commands import InstrumentTerms
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.parties import suspended, unknown_instrument
from exchange.market.plans.commands import AnnouncePrice, Model, PlanTerms, SetPricePlan, Tiers
from exchange.market.plans.facts import PriceAnnounced, PricePlanSet
from exchange.market.plans.state import Plan
from exchange.market.plans.terms import one_period_after
from exchange.market.state import Instrument, Market


def set_price_plan(market: Market, command: SetPricePlan, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Sell units by a plan; where something else stands on the plan before, that plan stays."""
    instrument = sold_by_actor(market, command, command.instrument_id, cause)
    if isinstance(instrument, Refused):
        return (instrument,)
    terms, name = instrument.terms, command.instrument_id
    if (wrong := _no_plans(terms)) is not None:
        return (refused(command, Reason.PLAN_INSTRUMENT, name, wrong),)
    if (wrong := next(_wrong_tiers(command.plan.model, command.plan.tiers), None)) is not None:
        return (refused(command, Reason.PLAN_TIERS, name, wrong),)
    if (wrong := next(_wrong_plan(command.plan), None)) is not None:
        return (refused(command, Reason.PLAN_TERMS, name, wrong),)
    before = market.plans.plans.get(name)
    if before is not None and (used := _in_use(before, command.plan)) is not None:
        return (refused(command, Reason.PLAN_IN_USE, name, used),)
    return (
        PricePlanSet(
            plan_id=derived_id("PP", cause.partition, cause.offset, 0),
            instrument_id=name,
            seller_id=cause.actor,
            currency=terms.currency,
            plan=command.plan,
            replaces="" if before is None else before.plan_id,
        ),
    )


def announce_price(
    market: Market, command: AnnouncePrice, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Other prices, a whole period ahead."""
    instrument = sold_by_actor(market, command, command.instrument_id, cause)
    if isinstance(instrument, Refused):
        return (instrument,)
    name = command.instrument_id
    plan = plan_of(market, command, name, "subscription")
    if isinstance(plan, Refused):
        return (plan,)
    if (wrong := next(_wrong_tiers(plan.terms.model, command.tiers), None)) is not None:
        return (refused(command, Reason.PLAN_TIERS, name, wrong),)
    assert plan.terms.period is not None
    earliest = one_period_after(instrument.terms, plan.terms.period, cause.at)
    if command.effective_at < earliest:
        would, ahead = iso(command.effective_at), f"a {plan.terms.period} ahead is {iso(earliest)}"
        detail = f"it would take effect at {would}, and {ahead}"
        return (refused(command, Reason.PRICE_TOO_SOON, name, detail),)
    return (
        PriceAnnounced(
            plan_id=plan.plan_id, instrument_id=name, tiers=command.tiers, effective_at=command.effective_at
        ),
    )


def plan_of(market: Market, command: Command, instrument_id: str, sale: str) -> Plan | Refused:
    """The plan of an instrument, if it sells this way."""
    plan = market.plans.plans.get(instrument_id)
    if plan is None:
        detail = "it has no price plan; its seller sets one"
        return refused(command, Reason.PLAN_UNKNOWN, instrument_id, detail)
    if plan.terms.sale != sale:
        detail = f"its plan sells {plan.terms.unit}: {_HOW[plan.terms.sale]}"
        return refused(command, Reason.PLAN_SALE, instrument_id, detail)
    return plan


_HOW = {"once": "buy units of it", "subscription": "subscribe to it"}


def sold_by_actor(market: Market, command: Command, instrument_id: str, cause: Cause) -> Instrument | Refused:
    """The instrument, if the actor is its seller and may trade, and it is not closed."""
    instrument = market.instruments.get(instrument_id)
    if instrument is None:
        return unknown_instrument(command, instrument_id)
    seller = market.participants.get(cause.actor)
    if seller is None or instrument.terms.seller_id != cause.actor:
        return not_the_seller(command, instrument.terms, cause)
    if not seller.active:
        return suspended(command, cause.actor)
    if instrument.state in ("closing", "closed"):
        detail = f"it is {instrument.state}, for good"
        return refused(command, Reason.INSTRUMENT_NOT_OPEN, instrument_id, detail)
    return instrument


def not_the_seller(command: Command, terms: InstrumentTerms, cause: Cause) -> Refused:
    """The refusal of what only the one seller of an instrument does."""
    detail = f"only its seller {terms.seller_id or '(it has many)'} may do this, {cause.actor} is not"
    return refused(command, ProtocolReason.NOT_PERMITTED, terms.instrument_id, detail)


def _no_plans(terms: InstrumentTerms) -> str | None:
    """Why an instrument is not sold by plans."""
    rules = terms.rules
    if rules.form != "book":
        return f"its form is {rules.form}; a plan is a standing ask, for what is not sold by another form"
    if rules.capacity_needed or rules.collar_bp is not None:
        return "it is traded in lots of a registered capacity or within a collar; a plan counts other units"
    return None


def _wrong_tiers(model: Model, tiers: Tiers) -> Iterator[str]:
    """What of a plan's prices contradicts itself."""
    if tiers[0].from_units != 0:
        yield f"the first tier begins at {tiers[0].from_units} units; it has to begin at 0"
    if model == "flat" and len(tiers) > 1:
        yield f"a flat price has one tier, there are {len(tiers)}; use volume or graduated"
    for lower, higher in pairwise(tiers):
        if higher.from_units <= lower.from_units:
            yield f"a tier from {higher.from_units} units comes after one from {lower.from_units}; they have to rise"


def _wrong_plan(plan: PlanTerms) -> Iterator[str]:
    """What of a plan contradicts itself."""
    prepaid = plan.counts in ("calls", "bytes")
    if plan.sale == "subscription" and plan.period is None:
        yield "a subscription renews at the end of a period; name day, month or year"
    if plan.sale == "subscription" and prepaid:
        yield f"{plan.counts} are prepaid and used up; sell them once, with top-up"
    if plan.unused == "refunded" and not prepaid:
        yield f"nothing of {plan.counts} is left over to refund; only calls and bytes are used up"


def _in_use(before: Plan, plan: PlanTerms) -> str | None:
    """What stands on the plan that is to be replaced."""
    if before.subscriptions:
        return (
            f"{before.subscriptions} subscriptions are open by it; announce other prices with AnnouncePrice"
        )
    same = (plan.sale, plan.counts) == (before.terms.sale, before.terms.counts)
    if (before.lots or before.balances) and not same:
        return f"what was bought by it counts {before.terms.counts}; another plan has to count the same"
    return None
