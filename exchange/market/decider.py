"""The market as one decider: funds, fence and match are decided together."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from exchange.kernel.bases import Cause, Command, Fact, type_name
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken
from exchange.market import commands as asked
from exchange.market.agenda import earliest
from exchange.market.auditing.outcome import audit, watch
from exchange.market.call_auction import continue_auction
from exchange.market.closing import continue_closing
from exchange.market.deadlines import AUCTION, BEGIN, CANCEL, CLOSE, EXPIRE, GATE, SWEEP
from exchange.market.expiring import expire_orders
from exchange.market.facts import RulesetAdopted
from exchange.market.fencing import Rulesets
from exchange.market.fold import EVOLVE
from exchange.market.funds import confirm_deposit
from exchange.market.instruments import (
    adopt_ruleset,
    open_instrument,
    record_participant,
    record_standing,
    register_capacity,
    set_instrument_state,
)
from exchange.market.mass_cancel import cancel_orders, continue_cancelling
from exchange.market.orders import cancel_order, place_order
from exchange.market.payouts.netting import confirm_payout
from exchange.market.purchases.concluding import accept_delivery, conclude_delivery, refund_purchase
from exchange.market.replacing import replace_order
from exchange.market.room import Answer, Due
from exchange.market.state import Market
from exchange.market.sweeping import sweep
from exchange.market.timetable import begin, gate
from exchange.market.vocabulary import COMMANDS, FACTS, ROOMS
from exchange.market.written import restored, written

_Answer = Callable[[Market, Any, Cause], Sequence[Fact]]

_DECIDE: dict[type[Command], _Answer] = {
    asked.RecordParticipant: record_participant,
    asked.RecordStanding: record_standing,
    asked.RegisterCapacity: register_capacity,
    asked.ConfirmDeposit: confirm_deposit,
    asked.ConfirmPayout: confirm_payout,
    asked.CancelOrder: cancel_order,
    asked.CancelOrders: cancel_orders,
    asked.AcceptDelivery: accept_delivery,
    asked.ConcludeDelivery: conclude_delivery,
    asked.RefundPurchase: refund_purchase,
}


_FENCED: dict[type[Command], Answer] = {
    asked.OpenInstrument: open_instrument,
    asked.SetInstrumentState: set_instrument_state,
    asked.PlaceOrder: place_order,
    asked.ReplaceOrder: replace_order,
    **{command: answer for room in ROOMS for command, answer in room.answers.items()},
}

_SPEAK_FOR_ALL = frozenset(("operator", "custodian"))

_DUE: Mapping[str, Due] = {
    EXPIRE: expire_orders,
    AUCTION: continue_auction,
    BEGIN: begin,
    GATE: gate,
    CLOSE: continue_closing,
    CANCEL: continue_cancelling,
    SWEEP: sweep,
    **{kind: due for room in ROOMS for kind, due in room.due.items()},
}


def decider(rulesets: Rulesets) -> Decider[Market]:
    """The market's decider with these rulesets, by content digest, to decide crossings with."""
    answers: dict[type[Command], _Answer] = {
        **_DECIDE,
        asked.AdoptRuleset: partial(adopt_ruleset, rulesets=rulesets),
        **{command: _with(rulesets, answer) for command, answer in _FENCED.items()},
    }

    def decide(market: Market, command: Command, cause: Cause) -> Sequence[Fact]:
        return answers[type(command)](market, command, cause)

    return Decider(
        context="market",
        commands=COMMANDS,
        facts=FACTS,
        state=Market,
        initial=Market,
        decide=decide,
        evolve=_evolving(rulesets),
        next_deadline=_next_deadline,
        unbounded=_speaks_for_all,
        watch=partial(watch, rulesets),
        audit=partial(audit, rulesets),
        expire=partial(_expire, rulesets),
        written=written,
        restored=restored,
    )


def _speaks_for_all(market: Market, actor: str) -> bool:
    """Whether somebody says what happened to others: an active operator, or a custodian of their money."""
    standing = market.participants.get(actor)
    return standing is not None and standing.active and not _SPEAK_FOR_ALL.isdisjoint(standing.roles)


def _with(rulesets: Rulesets, answer: Answer) -> _Answer:
    return lambda market, command, cause: answer(market, command, cause, rulesets)


def _evolving(rulesets: Rulesets) -> Callable[[Market, Fact, int], None]:
    """What folds one fact into a market.

    Raises (when called): InvariantBroken for a fact that no market knows, or a ruleset that this worker does not
    have: it may not decide by it, so may not lead.
    """
    folds: dict[type[Fact], Callable[[Market, Any, int], None]] = {
        **EVOLVE,
        **{fact: fold for room in ROOMS for fact, fold in room.folds.items()},
        RulesetAdopted: partial(_adopt, rulesets),
    }

    def evolve(market: Market, fact: Fact, at: int) -> None:
        fold = folds.get(type(fact))
        if fold is None:
            raise InvariantBroken(
                f"a market knows no {type_name(fact)}; this worker is older than its journal"
            )
        fold(market, fact, at)

    return evolve


def _adopt(rulesets: Rulesets, market: Market, fact: RulesetAdopted, at: int) -> None:
    if fact.ruleset_digest not in rulesets:
        raise InvariantBroken(
            f"ruleset {fact.ruleset_version} ({fact.ruleset_digest}) is adopted but not shipped with this worker;"
            " upgrade it"
        )
    EVOLVE[RulesetAdopted](market, fact, at)


def _next_deadline(market: Market) -> int | None:
    heap = market.agenda.heap
    return heap[0][0] if heap else None


def _expire(rulesets: Rulesets, market: Market, cause: Cause) -> Sequence[Fact]:
    """Answer the deadline that is due first."""
    first = earliest(market.agenda)
    if first is None:
        raise InvariantBroken("a deadline was applied that is not there")
    _, kind, subject = first
    return _DUE[kind](market, subject, cause, rulesets)
