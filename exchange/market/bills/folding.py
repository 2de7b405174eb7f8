"""How bills are made, and what has them paid. No rule is here.

What moves a buyer's credit or gives money of a purchase back says so here; which bill that pays is said by facts of
their own, before anything else happens.
"""

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import ParticipantId, TradeId
from exchange.kernel.net_set import NetSet
from exchange.kernel.on_credit import OnCredit
from exchange.market.agenda import schedule, settle
from exchange.market.bills.facts import BillOverdue, BillPaid, BillReopened
from exchange.market.bills.state import Bill, Repayment, Undone, billed_minor, whose
from exchange.market.purses import purse_at, solvent
from exchange.market.state import Market
from exchange.market.subscriptions.fold import pay_again

PAY = "1-bills"
"""What was paid back, went back or came back is said of bills; the subject names the buyer and the currency."""
DUE = "bill"
"""A bill's time is over; the subject is the trade."""
_FIRST = 0
"""Before all that is due."""


def billed(
    market: Market, trade_id: TradeId, buyer_id: ParticipantId, currency: str, on_credit: OnCredit | None
) -> None:
    """A purchase was accepted that is not paid yet."""
    if on_credit is not None:
        _open(market, Bill(trade_id, buyer_id, currency, on_credit.amount_minor, on_credit.due_at))


def credit_repaid(
    market: Market, participant_id: ParticipantId, currency: str, amount_minor: int, set_id: str = ""
) -> None:
    """Credit was paid back: of what is on bills, the oldest first."""
    bills, name = market.bills, whose(participant_id, currency)
    amount = min(amount_minor, billed_minor(bills, name))
    if amount > 0:
        bills.repaid.setdefault(name, []).append(Repayment(amount, set_id))
        schedule(market.agenda, _FIRST, PAY, name)


def set_came_back(market: Market, net: NetSet) -> None:
    """What a net set had paid is owed again."""
    paid = market.bills.by_set.pop(net.set_id, None)
    if paid is not None:
        name = whose(net.participant_id, net.currency)
        for each in paid:
            each.set_id = net.set_id
        market.bills.undone.setdefault(name, []).extend(paid)
        schedule(market.agenda, _FIRST, PAY, name)


def gone_back(market: Market, trade_id: TradeId, amount_minor: int) -> None:
    """Money of an accepted purchase is in its buyer's cash again: what it still owes for that is paid of it."""
    bill = market.bills.open.get(trade_id)
    if bill is not None and amount_minor:
        bill.back_minor += amount_minor
        schedule(market.agenda, _FIRST, PAY, whose(bill.buyer_id, bill.currency))


def disputed(market: Market, trade_id: TradeId) -> None:
    """What is in dispute is not late meanwhile."""
    settle(market.agenda, DUE, trade_id)


def dispute_over(market: Market, trade_id: TradeId, at: int) -> None:
    """What is still owed is due again."""
    bill = market.bills.open.get(trade_id)
    if bill is not None and not bill.overdue:
        schedule(market.agenda, max(at, bill.due_at), DUE, trade_id)


def bill_paid(market: Market, fact: BillPaid, at: int) -> None:
    bills, name = market.bills, whose(fact.buyer_id, fact.currency)
    bill = bills.open[fact.trade_id]
    bill.left_minor -= fact.amount_minor
    if bill.left_minor != fact.left_minor or bill.left_minor < 0:
        raise InvariantBroken(f"after {fact!r} {bill.left_minor} is left of the bill")
    if fact.by == "repayment":
        _take(market, name, fact)
        if fact.set_id:
            paid = Undone(bill.trade_id, fact.amount_minor, bill.due_at)
            bills.by_set.setdefault(fact.set_id, []).append(paid)
    else:
        purse = purse_at(market, fact.buyer_id, fact.currency)
        purse.cash -= fact.amount_minor
        purse.owed -= fact.amount_minor
        solvent(purse, fact)
    if fact.by == "refund":
        bill.back_minor = 0
    if not bill.left_minor:
        _close(market, bill, name, at)
    _settle(market, name)


def bill_reopened(market: Market, fact: BillReopened, at: int) -> None:
    name = whose(fact.buyer_id, fact.currency)
    undone = market.bills.undone[name].pop(0)
    bill = market.bills.open.get(fact.trade_id)
    if undone.trade_id != fact.trade_id or undone.amount_minor != fact.amount_minor:
        raise InvariantBroken(f"{fact!r} is not what was undone: {undone}")
    if bill is None:
        _open(market, Bill(fact.trade_id, fact.buyer_id, fact.currency, fact.amount_minor, fact.due_at))
    else:
        bill.left_minor += fact.amount_minor
    if not market.bills.undone[name]:
        del market.bills.undone[name]
    _settle(market, name)


def bill_overdue(market: Market, fact: BillOverdue, at: int) -> None:
    market.bills.open[fact.trade_id].overdue = True
    settle(market.agenda, DUE, fact.trade_id)
    purse_at(market, fact.buyer_id, fact.currency).overdue += 1


def _open(market: Market, bill: Bill) -> None:
    market.bills.open[bill.trade_id] = bill
    market.bills.of.setdefault(whose(bill.buyer_id, bill.currency), []).append(bill.trade_id)
    if bill.trade_id not in market.disputes:
        schedule(market.agenda, bill.due_at, DUE, bill.trade_id)


def _close(market: Market, bill: Bill, name: str, at: int) -> None:
    del market.bills.open[bill.trade_id]
    settle(market.agenda, DUE, bill.trade_id)
    market.bills.of[name].remove(bill.trade_id)
    if bill.overdue:
        purse_at(market, bill.buyer_id, bill.currency).overdue -= 1
        pay_again(market, bill.buyer_id, at)
    if not market.bills.of[name]:
        del market.bills.of[name]


def _take(market: Market, name: str, fact: BillPaid) -> None:
    """Off what is to be said next."""
    queue = market.bills.repaid[name]
    queue[0].amount_minor -= fact.amount_minor
    if queue[0].amount_minor < 0 or queue[0].set_id != fact.set_id:
        raise InvariantBroken(f"{fact!r} pays what was not paid back: {queue[0]} is left")
    if not queue[0].amount_minor:
        queue.pop(0)
    if not queue:
        del market.bills.repaid[name]


def _settle(market: Market, name: str) -> None:
    """Nothing is left to be said."""
    bills = market.bills
    back = any(bills.open[each].back_minor for each in bills.of.get(name, ()))
    if not (back or name in bills.repaid or name in bills.undone):
        settle(market.agenda, PAY, name)
