"""Posting templates of currencies exchanged, payables netted and paid, bank lines, and revenue shared.

Source: settlement.md section 2.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.net_set import NetSet, left_of
from exchange.market.facts import PayoutExecuted
from exchange.market.fx.facts import FxExecuted, FxSettled
from exchange.market.payouts.facts import PayablesNetted, PayablesRestored, PayoutReturned
from exchange.market.shares.facts import RevenueSharePaid, recovered_of
from exchange.settlement.fx.facts import FxDealClosed
from exchange.settlement.statements.facts import LineSetAside, SuspenseCleared
from exchange.views.accounts import (
    Account,
    cash,
    clawback,
    commission,
    credit,
    custodian,
    fx_clearing,
    operator_equity,
    payable,
    provider_cost,
    revenue_share,
    rounding,
    suspense,
)
from exchange.views.entry import Entry, Posting
from exchange.views.postings_coming_in import coming_in


def _fx_executed(fact: FxExecuted) -> Entry:
    clearing = fx_clearing()
    sold = Posting(cash(fact.participant_id), clearing, fact.sell_currency, fact.sold_minor)
    bought = coming_in(fact, clearing, fact.buy_currency, fact.bought_minor)
    return Entry(fact.conversion_id, (sold, *bought))


def _fx_settled(fact: FxSettled) -> Entry:
    bank, clearing = custodian(fact.bank_id), fx_clearing()
    sold = Posting(clearing, bank, fact.sell_currency, fact.sold_minor)
    return Entry(fact.conversion_id, (sold, Posting(bank, clearing, fact.buy_currency, fact.bought_minor)))


def _deal_closed(fact: FxDealClosed) -> Entry:
    residue = Posting(custodian(fact.bank_id), rounding(), fact.currency, fact.residual_minor)
    return Entry(fact.quote_id, (residue,))


def _netted(fact: PayablesNetted) -> Entry:
    return Entry(fact.net.set_id, _netting(fact.net))


def _returned(fact: PayoutReturned) -> Entry:
    return Entry(fact.net.set_id, tuple(_undone(fact)))


def _restored(fact: PayablesRestored) -> Entry:
    """As it was before it was netted, but for the money, which is with the bank again."""
    net, owner, bank = fact.net, fact.net.participant_id, custodian(fact.bank_id)
    left = left_of(net)
    parts = (
        (payable(owner), left.payable_minor),
        (commission(owner), left.commission_minor),
        (revenue_share(owner), left.share_minor),
    )
    back = tuple(Posting(bank, credit, net.currency, part) for credit, part in parts)
    return Entry(fact.reference, (*back, *_undone(fact)))


def _undone(fact: PayoutReturned | PayablesRestored) -> Iterator[Posting]:
    """Netting the other way round, and what its owner owed for refunds meanwhile."""
    owner, currency = fact.net.participant_id, fact.net.currency
    for each in _netting(fact.net):
        yield each._replace(debit=each.credit, credit=each.debit)
    recovered = (
        (payable(owner), fact.recovered_minor),
        (commission(owner), fact.commission_recovered_minor),
        (revenue_share(owner), fact.share_recovered_minor),
    )
    for debit, amount in recovered:
        yield Posting(debit, clawback(owner), currency, amount)


def _netting(net: NetSet) -> tuple[Posting, ...]:
    """What is owed, of sales first, pays credit first."""
    owner = net.participant_id
    sources = (
        (payable(owner), net.payable_minor),
        (commission(owner), net.commission_minor),
        (revenue_share(owner), net.share_minor),
    )
    parts = ((credit(owner), net.netted_minor), (clawback(owner), net.recovered_minor))
    owed, taken = (sum(amount for _, amount in each) for each in (sources, parts))
    if owed != taken + net.amount_minor:
        raise InvariantBroken(
            f"net set {net.set_id} does not balance: {owed} is owed, {taken} set off, {net.amount_minor} left"
        )
    return tuple(_paired(sources, parts, net.currency))


def _payout_executed(fact: PayoutExecuted) -> Entry:
    owner, bank = fact.participant_id, custodian(fact.bank_id)
    parts = (
        (payable(owner), fact.amount_minor - fact.commission_minor - fact.share_minor),
        (commission(owner), fact.commission_minor),
        (revenue_share(owner), fact.share_minor),
    )
    return Entry(fact.reference, tuple(Posting(debit, bank, fact.currency, part) for debit, part in parts))


def _share_paid(fact: RevenueSharePaid) -> Entry:
    sources = ((payable(fact.payer_id), fact.payable_minor), (cash(fact.payer_id), fact.cash_minor))
    parts = [
        part
        for each, recovered in zip(fact.parts, recovered_of(fact), strict=True)
        for part in (
            (revenue_share(each.participant_id), each.amount_minor - recovered),
            (clawback(each.participant_id), recovered),
        )
    ]
    given, taken = (sum(amount for _, amount in each) for each in (sources, parts))
    if not given == taken == fact.amount_minor:
        raise InvariantBroken(
            f"the entry of RevenueSharePaid {fact.claim_id} does not balance: {given} given, {taken} taken"
        )
    return Entry(fact.claim_id, tuple(_paired(sources, parts, fact.currency)))


def _paired(
    sources: Sequence[tuple[Account, int]], parts: Sequence[tuple[Account, int]], currency: str
) -> Iterator[Posting]:
    """Each part out of the sources in turn, as far as each goes."""
    place, left = 0, sources[0][1]
    for account, amount in parts:
        while amount:
            if not left:
                place, left = place + 1, sources[place + 1][1]
                continue
            moved = min(left, amount)
            yield Posting(sources[place][0], account, currency, moved)
            left, amount = left - moved, amount - moved


def _set_aside(fact: LineSetAside) -> Entry:
    bank, unknown = custodian(fact.bank_id), suspense(fact.bank_id)
    debit, other = (bank, unknown) if fact.direction == "credit" else (unknown, bank)
    return Entry(fact.line_id, (Posting(debit, other, fact.currency, fact.amount_minor),))


_CLEARED_TO: Mapping[str, Callable[[SuspenseCleared], Account]] = {
    # The fact that said what it was has posted it already, at the bank too: what the line posted is undone.
    "expected": lambda fact: custodian(fact.bank_id),
    "participant": lambda fact: custodian(fact.bank_id),
    # The bank sends it on its way back; its statement is expected to show that.
    "returned": lambda fact: custodian(fact.bank_id),
    "provider_cost": lambda fact: provider_cost(),
    "operator_equity": lambda fact: operator_equity(),
}


def _cleared(fact: SuspenseCleared) -> Entry:
    unknown, known = suspense(fact.bank_id), _CLEARED_TO[fact.by](fact)
    debit, other = (unknown, known) if fact.direction == "credit" else (known, unknown)
    return Entry(fact.line_id, (Posting(debit, other, fact.currency, fact.amount_minor),))


SETTLEMENT_TEMPLATES: Mapping[type[Fact], Callable[[Any], Entry]] = {
    FxExecuted: _fx_executed,
    FxSettled: _fx_settled,
    FxDealClosed: _deal_closed,
    PayablesNetted: _netted,
    PayoutReturned: _returned,
    PayablesRestored: _restored,
    PayoutExecuted: _payout_executed,
    RevenueSharePaid: _share_paid,
    LineSetAside: _set_aside,
    SuspenseCleared: _cleared,
}
