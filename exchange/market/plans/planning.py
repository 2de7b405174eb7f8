"""Sellers set price plans, and announce other prices for what is subscribed to. Source: market.md section 2."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.plan import PlanTerms, wrong_plan, wrong_tiers
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.commands import InstrumentTerms
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.parties import suspended, unknown_instrument
from exchange.market.plans.commands import AnnouncePrice, SetPricePlan
from exchange.market.plans.facts import PriceAnnounced, PricePlanSet
from exchange.market.plans.state import Plan
from exchange.market.plans.terms import one_period_after
from exchange.market.state import Instrument, Market


def set_price_plan(market: Market, command: SetPricePlan, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Sell units by a plan; where something else stands on the plan before, that plan stays."""
    instrument = sold_by(market, command, command.instrument_id, _speaks_for(market, command, cause))
    if isinstance(instrument, Refused):
        return (instrument,)
    terms, name = instrument.terms, command.instrument_id
    if (wrong := _no_plans(terms)) is not None:
        return (refused(command, Reason.PLAN_INSTRUMENT, name, wrong),)
    if (wrong := next(wrong_tiers(command.plan.model, command.plan.tiers), None)) is not None:
        return (refused(command, Reason.PLAN_TIERS, name, wrong),)
    if (wrong := next(wrong_plan(command.plan), None)) is not None:
        return (refused(command, Reason.PLAN_TERMS, name, wrong),)
    before = market.plans.plans.get(name)
    if before is not None and (used := _in_use(before, command.plan)) is not None:
        return (refused(command, Reason.PLAN_IN_USE, name, used),)
    return (
        PricePlanSet(
            plan_id=derived_id("PP", cause.partition, cause.offset, 0),
            instrument_id=name,
            seller_id=terms.seller_id or "",
            currency=terms.currency,
            plan=command.plan,
            replaces="" if before is None else before.plan_id,
        ),
    )


def announce_price(
    market: Market, command: AnnouncePrice, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Other prices, a whole period ahead."""
    instrument = sold_by(market, command, command.instrument_id, cause.actor)
    if isinstance(instrument, Refused):
        return (instrument,)
    name = command.instrument_id
    plan = plan_of(market, command, name, "subscription")
    if isinstance(plan, Refused):
        return (plan,)
    if (wrong := next(wrong_tiers(plan.terms.model, command.tiers), None)) is not None:
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


def _speaks_for(market: Market, command: SetPricePlan, cause: Cause) -> str:
    """Who sets a plan: a policy speaks for the seller, whose listing came with it."""
    instrument = market.instruments.get(command.instrument_id)
    if cause.actor != POLICY_ACTOR or instrument is None:
        return cause.actor
    return instrument.terms.seller_id or cause.actor


def sold_by(market: Market, command: Command, instrument_id: str, who: str) -> Instrument | Refused:
    """The instrument, if this is its seller and may trade, and it is not closed."""
    instrument = market.instruments.get(instrument_id)
    if instrument is None:
        return unknown_instrument(command, instrument_id)
    seller = market.participants.get(who)
    if seller is None or instrument.terms.seller_id != who:
        return not_the_seller(command, instrument.terms, who)
    if not seller.active:
        return suspended(command, who)
    if instrument.state in ("closing", "closed"):
        detail = f"it is {instrument.state}, for good"
        return refused(command, Reason.INSTRUMENT_NOT_OPEN, instrument_id, detail)
    return instrument


def not_the_seller(command: Command, terms: InstrumentTerms, who: str) -> Refused:
    """The refusal of what only the one seller of an instrument does."""
    detail = f"only its seller {terms.seller_id or '(it has many)'} may do this, {who} is not"
    return refused(command, ProtocolReason.NOT_PERMITTED, terms.instrument_id, detail)


def _no_plans(terms: InstrumentTerms) -> str | None:
    """Why an instrument is not sold by plans."""
    rules = terms.rules
    if rules.form not in ("book", "plan"):
        return f"its form is {rules.form}; a plan is a standing ask, for what is not sold by another form"
    if rules.capacity_needed or rules.collar_bp is not None:
        return "it is traded in lots of a registered capacity or within a collar; a plan counts other units"
    return None


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
