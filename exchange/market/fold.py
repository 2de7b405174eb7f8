"""How each fact changes a market. No rule is here; what cannot be true stops the worker."""

from collections.abc import Callable
from typing import Any

import msgspec

from exchange.kernel.bases import Fact
from exchange.market import book_fold as books
from exchange.market import facts as happened
from exchange.market import order_fold as orders
from exchange.market.book_fold import try_again
from exchange.market.coming_in import comes_in
from exchange.market.destinations.following import rules_change
from exchange.market.entitlements.following import decide_all_again, follow
from exchange.market.lines.following import follow_line
from exchange.market.order_fold import forget_answers, forget_group, restand
from exchange.market.payouts.turns import keep_paid
from exchange.market.persons.running import flows
from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.seats.counting import SEAT
from exchange.market.seats.fold import take_seats
from exchange.market.state import AdoptedRuleset, Market, References


def participant_recorded(market: Market, fact: happened.ParticipantRecorded, at: int) -> None:
    standing = fact.standing
    name, owner = standing.participant_id, standing.beneficial_owner
    before = market.participants.get(name)
    market.participants[name] = standing
    if before is None or before.beneficial_owner != owner:
        market.owned.setdefault(owner, []).append(name)
    if before is None:
        return
    _stands_otherwise(market, name, at)
    if before.beneficial_owner != owner:
        market.owned[before.beneficial_owner].remove(name)
        for group in (before.beneficial_owner, owner):
            forget_group(market, group)


def standing_recorded(market: Market, fact: happened.StandingRecorded, at: int) -> None:
    standing = market.participants[fact.participant_id]
    market.participants[fact.participant_id] = msgspec.structs.replace(standing, active=fact.active)
    _stands_otherwise(market, fact.participant_id, at)


def ruleset_adopted(market: Market, fact: happened.RulesetAdopted, at: int) -> None:
    """Remember it; those that can never decide again are forgotten."""
    adopted = AdoptedRuleset(fact.ruleset_version, fact.ruleset_digest, fact.effective_at)
    market.rulesets.append(adopted)
    in_force = [place for place, each in enumerate(market.rulesets) if each.effective_at <= at]
    if in_force:
        del market.rulesets[: in_force[-1]]
    # Another list, since answers may change sooner now (recalling.py).
    market.answered = list(market.answered)
    try_again(market, max(at, fact.effective_at))
    decide_all_again(market, fact.effective_at, at)
    rules_change(market, fact.effective_at, at)


def deposit_confirmed(market: Market, fact: happened.DepositConfirmed, at: int) -> None:
    comes_in(market, fact, fact.currency, fact.amount_minor, at)
    till_at(market, fact.currency).deposited += fact.amount_minor
    market.references.setdefault(fact.bank_id, References()).deposits.add(fact.reference)


def payout_executed(market: Market, fact: happened.PayoutExecuted, at: int) -> None:
    """What a net set holds, it holds no more; an old payout, of no set, was of what was owed."""
    purse = purse_at(market, fact.participant_id, fact.currency)
    if fact.set_id:
        for over in keep_paid(market.payouts, market.payouts.held[fact.set_id], at):
            market.bills.by_set.pop(over, None)
        purse.paying -= fact.amount_minor
    else:
        purse.payable -= fact.amount_minor - fact.commission_minor
        purse.commissions -= fact.commission_minor
    till_at(market, fact.currency).paid_out += fact.amount_minor
    market.references.setdefault(fact.bank_id, References()).payouts.add(fact.reference)
    solvent(purse, fact)


def entitlement_granted(market: Market, fact: happened.EntitlementGranted, at: int) -> None:
    purchase = market.purchases[fact.trade_id]
    purchase.entitlement_id = fact.entitlement_id
    if purchase.use is not None:
        flows(market, fact, purchase.use, at)
    follow(market, fact, purchase, at)
    instrument = market.instruments[purchase.instrument_id]
    if instrument.terms.rules.kind == "bandwidth" or market.lines.pooled:
        follow_line(market, instrument, fact, at)
    if fact.unit == SEAT:
        take_seats(market, fact, at)


def _stands_otherwise(market: Market, participant_id: str, at: int) -> None:
    """Whatever rests on who a participant is has to be looked at again."""
    forget_answers(market, participant_id)
    restand(market, participant_id)
    try_again(market, at)


EVOLVE: dict[type[Fact], Callable[[Market, Any, int], None]] = {
    happened.ParticipantRecorded: participant_recorded,
    happened.StandingRecorded: standing_recorded,
    happened.InstrumentOpened: books.instrument_opened,
    happened.InstrumentStateSet: books.instrument_state_set,
    happened.CapacityRegistered: books.capacity_registered,
    happened.RulesetAdopted: ruleset_adopted,
    happened.DepositConfirmed: deposit_confirmed,
    happened.PayoutExecuted: payout_executed,
    happened.FenceDecided: books.fence_decided,
    happened.BookSwept: books.book_swept,
    happened.OrderAccepted: orders.order_accepted,
    happened.OrderReplaced: orders.order_replaced,
    happened.OrderReduced: orders.order_reduced,
    happened.OrderExpired: orders.order_cancelled,
    happened.OrderCancelled: orders.order_cancelled,
    happened.CancellingBegun: books.cancelling_begun,
    happened.OrdersCancelled: books.orders_cancelled,
    happened.AuctionPriced: books.auction_priced,
    happened.TradeMatched: orders.trade_matched,
    happened.EntitlementGranted: entitlement_granted,
}
"""What each fact does; the rooms say it of theirs. A fact of another type is an error, never passed over."""
