"""Rules: what is netted and held of what is owed here. Source: settlement.md section 7."""

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import Final

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import derived_id
from exchange.kernel.money import in_turn
from exchange.kernel.net_set import NetSet, left_of
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import ConfirmPayout
from exchange.market.facts import PayoutExecuted
from exchange.market.fencing import Rulesets
from exchange.market.payouts.commands import NetPayables, RestorePayables, ReversePayout
from exchange.market.payouts.facts import (
    NettingBegun,
    NettingEnded,
    PayablesNetted,
    PayablesRestored,
    PayoutReturned,
)
from exchange.market.payouts.state import Netting
from exchange.market.reasons import Reason
from exchange.market.roles import not_a_policy
from exchange.market.setting_off import set_off
from exchange.market.state import Market, Purse, purse_of

NETTED_MAX: Final = 100
"""Net sets of one outcome; what is more, continuations net."""


def net_payables(market: Market, command: NetPayables, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Begin to net; where there are more participants than one outcome holds, continuations go on."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    begun = NettingBegun(run_id=command.run_id, currency=command.currency, value_date=command.value_date)
    return (begun, *_netted(market, command.run_id, Netting(command.currency, command.value_date), cause))


def net_on(market: Market, run_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Net the next participants, and end once there are no more. Raises: InvariantBroken if nothing goes on."""
    netting = market.payouts.running.get(run_id)
    if netting is None:
        raise InvariantBroken(f"run {run_id} is to go on netting, but does not")
    return _netted(market, run_id, netting, cause)


def _netted(market: Market, run_id: str, netting: Netting, cause: Cause) -> Sequence[Fact]:
    owed = nsmallest(NETTED_MAX + 1, _owed(market, netting))
    sets = [
        PayablesNetted(net=_net(market, run_id, netting, name, cause, market.payouts.made + place))
        for place, name in enumerate(owed[:NETTED_MAX])
    ]
    if len(owed) > NETTED_MAX:
        return sets
    return [*sets, NettingEnded(run_id=run_id, sets=netting.sets + len(sets))]


def confirm_payout(market: Market, command: ConfirmPayout, cause: Cause) -> Sequence[Fact]:
    """What was held is paid."""
    net = _held(market, command, command.set_id, cause)
    if isinstance(net, Refused):
        return (net,)
    left = left_of(net)
    return (
        PayoutExecuted(
            participant_id=net.participant_id,
            currency=net.currency,
            amount_minor=net.amount_minor,
            bank_id=command.bank_id,
            reference=command.reference,
            commission_minor=left.commission_minor,
            share_minor=left.share_minor,
            set_id=net.set_id,
        ),
    )


def undo(market: Market, command: ReversePayout, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """What was held and netted is as it was before, but that what its owner owes for refunds comes off first."""
    net = _held(market, command, command.set_id, cause)
    if isinstance(net, Refused):
        return (net,)
    return (PayoutReturned(net=net, **_recovered(market, net)),)


def restore(market: Market, command: RestorePayables, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """What was paid and came back is owed again, but that what its owner owes for refunds comes off first."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    paid = market.payouts.paid.get(command.set_id)
    if paid is None:
        detail = "no such net set was paid here lately, or it came back before"
        return (refused(command, Reason.NET_SET_UNKNOWN, command.set_id, detail),)
    recovered = _recovered(market, paid.net)
    return (
        PayablesRestored(net=paid.net, bank_id=command.bank_id, reference=command.reference, **recovered),
    )


def _recovered(market: Market, net: NetSet) -> dict[str, int]:
    """What of a set that is owed again is set against what its owner owes for refunds, of before or of meanwhile."""
    clawback = purse_of(market, net.participant_id, net.currency).clawback + net.recovered_minor
    parts = in_turn(clawback, net.payable_minor, net.commission_minor, net.share_minor)
    names = ("recovered_minor", "commission_recovered_minor", "share_recovered_minor")
    return dict(zip(names, parts, strict=True))


def owed_in_all(purse: Purse) -> int:
    """What the market owes a participant."""
    return purse.payable + purse.commissions + purse.shares


def _owed(market: Market, netting: Netting) -> Iterator[str]:
    return (
        name
        for name, purses in market.purses.items()
        if name > netting.after and netting.currency in purses and owed_in_all(purses[netting.currency])
    )


def _net(market: Market, run_id: str, netting: Netting, name: str, cause: Cause, number: int) -> NetSet:
    purse = purse_of(market, name, netting.currency)
    netted, recovered = set_off(purse, purse.payable, purse.commissions, purse.shares)
    return NetSet(
        set_id=derived_id("PS", cause.partition, cause.offset, number),
        run_id=run_id,
        partition=cause.partition,
        participant_id=name,
        currency=netting.currency,
        value_date=netting.value_date,
        payable_minor=purse.payable,
        commission_minor=purse.commissions,
        share_minor=purse.shares,
        netted_minor=netted,
        amount_minor=owed_in_all(purse) - netted - recovered,
        recovered_minor=recovered,
    )


def _held(market: Market, command: Command, set_id: str, cause: Cause) -> NetSet | Refused:
    if (refusal := not_a_policy(command, cause)) is not None:
        return refusal
    net = market.payouts.held.get(set_id)
    if net is None:
        detail = "no such net set is held here; it was paid or undone before"
        return refused(command, Reason.NET_SET_UNKNOWN, set_id, detail)
    return net
