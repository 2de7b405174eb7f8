"""Which sales a net set pays: those accepted since the one before, and those of sets that came back unpaid."""

from collections.abc import Sequence

from exchange.kernel.net_set import NetSet
from exchange.market.payouts.state import KEPT_PAID, PaidSet, Payouts, Turns


def turns_of(payouts: Payouts, participant_id: str, currency: str) -> Turns:
    """What was netted of a participant in a currency so far, to look at."""
    return payouts.turns.get(_key(participant_id, currency)) or Turns()


def is_owed(turns: Turns, turn: int) -> bool:
    """Whether what was sold in a turn is owed, and in no set."""
    return turn == turns.done or turn in turns.came_back


def held_in(turns: Turns, turn: int) -> str | None:
    """The set that is held to pay for what was sold in a turn."""
    return next((set_id for set_id, covered in turns.held.items() if turn in covered), None)


def end_turn(payouts: Payouts, net: NetSet) -> None:
    """All that was owed is netted. Shape: a set of which nothing is left to be paid is over."""
    turns = payouts.turns.setdefault(_key(net.participant_id, net.currency), Turns())
    if net.amount_minor:
        turns.held[net.set_id] = [*turns.came_back, turns.done]
    turns.came_back = []
    turns.done += 1


def owe_again(payouts: Payouts, net: NetSet) -> None:
    """A set that was held is not paid: its sales are owed again."""
    _turns(payouts, net).came_back += _end_set(payouts, net)


def keep_paid(payouts: Payouts, net: NetSet, at: int) -> Sequence[str]:
    """A set that was held is paid, and remembered for as long as it may come back; those that may no more are named."""
    covered, over = tuple(_end_set(payouts, net)), []
    while payouts.paid and (oldest := next(iter(payouts.paid.values()))).at + KEPT_PAID <= at:
        del payouts.paid[oldest.net.set_id]
        over.append(oldest.net.set_id)
    payouts.paid[net.set_id] = PaidSet(net, covered, at)
    return over


def owe_paid_again(payouts: Payouts, net: NetSet) -> None:
    """A set that was paid came back: its sales are owed again."""
    _turns(payouts, net).came_back += payouts.paid.pop(net.set_id).turns


def _end_set(payouts: Payouts, net: NetSet) -> list[int]:
    del payouts.held[net.set_id]
    return _turns(payouts, net).held.pop(net.set_id)


def _turns(payouts: Payouts, net: NetSet) -> Turns:
    return payouts.turns[_key(net.participant_id, net.currency)]


def _key(participant_id: str, currency: str) -> str:
    return f"{currency} {participant_id}"
