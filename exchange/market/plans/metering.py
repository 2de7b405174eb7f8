"""Prepaid units are used up, and fill up by themselves. Source: market.md section 2 (per_call, per_gb)."""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.plan import METERED_MAX
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.refusals import refused
from exchange.market.bars import said
from exchange.market.entitlements.suspended import while_suspended
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.parties import unknown_instrument
from exchange.market.plans.admission import may_not_buy
from exchange.market.plans.buying import LOTS_MAX, offer, purchase
from exchange.market.plans.commands import RecordUsage, SetTopUp
from exchange.market.plans.facts import Draw, TopUpPaused, TopUpSet, UsageRecorded
from exchange.market.plans.planning import not_the_seller, plan_of
from exchange.market.plans.state import Balance, Plans, balance_name
from exchange.market.state import Instrument, Market


def record_usage(market: Market, command: RecordUsage, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Draw what was used down, those units first that end first; fill the balance up where that is wanted.

    Shape: of what a policy says, what is too much to be owed is left out, so that the rest counts: it is said once.
    """
    instrument = _metered_by(market, command, cause)
    if isinstance(instrument, Refused):
        return (instrument,)
    balance = market.plans.balances.get(balance_name(command.instrument_id, command.buyer_id))
    if balance is None:
        detail = f"{command.buyer_id} never bought units of {command.instrument_id}; check both names"
        return (refused(command, Reason.BALANCE_UNKNOWN, command.buyer_id, detail),)
    drawn = _draw(market.plans, balance, command.metered)
    if cause.actor != POLICY_ACTOR:
        refusal = _suspended(market, command, balance) or _too_much(command, balance, drawn)
        if refusal is not None:
            return (refusal,)
    uncovered = min(drawn.uncovered, METERED_MAX - balance.owed)
    used = UsageRecorded(
        instrument_id=command.instrument_id,
        seller_id=instrument.terms.seller_id or "",
        buyer_id=command.buyer_id,
        metered=command.metered - drawn.uncovered + uncovered,
        draws=drawn.draws,
        uncovered=uncovered,
        left=drawn.left,
        owed=balance.owed + uncovered,
        reference=command.reference,
    )
    if balance.top_up is None or balance.paused or drawn.left > balance.top_up.threshold:
        return (used,)
    return (used, *_topped_up(market, instrument, balance, used, cause, rulesets))


def set_top_up(market: Market, command: SetTopUp, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember how a balance fills up, or that it does not."""
    name = command.instrument_id
    instrument = market.instruments.get(name)
    if instrument is None:
        return (unknown_instrument(command, name),)
    plan = plan_of(market, command, name, "once")
    if isinstance(plan, Refused):
        return (plan,)
    if plan.terms.counts not in ("calls", "bytes"):
        detail = f"it is sold by {plan.terms.counts}, of which nothing is used up"
        return (refused(command, Reason.PLAN_SALE, name, detail),)
    if command.top_up is not None:
        barred = may_not_buy(market, instrument, cause.actor, command.top_up.use, cause.at)
        if barred is not None:
            return (said(command, barred),)
    before = market.plans.balances.get(balance_name(name, cause.actor)) or Balance()
    if command.top_up is None and before.top_up is None:
        detail = f"{cause.actor} has set none for {name}"
        return (refused(command, Reason.TOP_UP_NONE, name, detail),)
    return (
        TopUpSet(
            top_up_id=derived_id("TU", cause.partition, cause.offset, 0),
            instrument_id=name,
            buyer_id=cause.actor,
            currency=instrument.terms.currency,
            top_up=command.top_up,
            replaces=before.top_up_id,
        ),
    )


def _suspended(market: Market, command: RecordUsage, balance: Balance) -> Refused | None:
    """A seller's own reading does not say when something was used; what was delivered does, and only counts before."""
    refusals = (while_suspended(market, command, name) for name in balance.lots)
    return next((each for each in refusals if each is not None), None)


class _Drawn(NamedTuple):
    """What a record of usage takes. Units: calls or bytes."""

    draws: tuple[Draw, ...]
    uncovered: int
    left: int


def _too_much(command: RecordUsage, balance: Balance, drawn: _Drawn) -> Refused | None:
    """That more would be owed than can be counted."""
    if balance.owed + drawn.uncovered <= METERED_MAX:
        return None
    detail = f"{balance.owed} are owed and {drawn.uncovered} would be; {METERED_MAX} may be owed in all"
    return refused(command, Reason.USAGE_TOO_LARGE, command.buyer_id, detail)


def _draw(plans: Plans, balance: Balance, metered: int) -> _Drawn:
    draws, wanted, left = [], metered, 0
    for lot in (plans.lots[name] for name in balance.lots):
        taken = min(wanted, lot.left)
        wanted -= taken
        left += lot.left - taken
        if taken:
            draws.append(Draw(entitlement_id=lot.entitlement_id, metered=taken))
    return _Drawn(tuple(draws), wanted, left)


def _metered_by(market: Market, command: RecordUsage, cause: Cause) -> Instrument | Refused:
    """The instrument, if the actor may say what is used of it: also of one that has closed, as it was used before."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return unknown_instrument(command, command.instrument_id)
    if cause.actor in (POLICY_ACTOR, instrument.terms.seller_id):
        return instrument
    return not_the_seller(command, instrument.terms, cause.actor)


def _topped_up(
    market: Market,
    instrument: Instrument,
    balance: Balance,
    used: UsageRecorded,
    cause: Cause,
    rulesets: Rulesets,
) -> Sequence[Fact]:
    """One purchase more, or the fact that there is none."""
    wanted, plan = balance.top_up, market.plans.plans[used.instrument_id]
    assert wanted is not None
    if len(balance.lots) >= LOTS_MAX:
        detail = f"{len(balance.lots)} purchases of it have something left"
        return (_paused(balance, used, Reason.PREPAID_TOO_MANY, detail, ()),)
    found = offer(market, instrument, plan, used.buyer_id, wanted, balance, used.left, cause, rulesets)
    if found.bar is not None:
        why = found.bar
        return (*found.decided, _paused(balance, used, why.reason, why.detail, why.codes))
    bought = purchase(
        market, instrument, plan, used.buyer_id, wanted, found.answer, cause, balance, used.owed
    )
    return (*found.decided, *bought)


def _paused(
    balance: Balance, used: UsageRecorded, reason: Reason, detail: str, codes: tuple[str, ...]
) -> TopUpPaused:
    return TopUpPaused(
        top_up_id=balance.top_up_id,
        instrument_id=used.instrument_id,
        buyer_id=used.buyer_id,
        reason=reason.value,
        detail=detail,
        codes=codes,
    )
