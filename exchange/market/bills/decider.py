"""Bills as a room of the market: which one a payment is for, and which are overdue."""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.bills.commands import COMMANDS, PayBill
from exchange.market.bills.facts import FACTS, BillOverdue, BillPaid, BillReopened, PaidBy
from exchange.market.bills.folding import DUE, PAY, bill_overdue, bill_paid, bill_reopened
from exchange.market.bills.state import Bill
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.room import Room
from exchange.market.state import Market, purse_of


def pay_bill(market: Market, command: PayBill, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Pay a bill of the actor's, out of its cash."""
    bill = market.bills.open.get(command.trade_id)
    if bill is None:
        detail = "nothing is owed for it: it was paid, or not bought on credit, or is not accepted yet"
        return (refused(command, Reason.BILL_NONE, command.trade_id, detail),)
    if bill.buyer_id != cause.actor:
        detail = f"only its buyer pays for it, {cause.actor} is not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    amount = bill.left_minor if command.amount_minor is None else command.amount_minor
    refusal = _not_payable(market, command, bill, amount)
    return (refusal or _paid(bill, amount, "cash"),)


def pay_next(market: Market, name: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Say of bills what came back with a net set, what was paid back, or what of their purchases went back.

    Raises: InvariantBroken if there is nothing to say.
    """
    facts: list[Fact] = [*_reopened(market, name)]
    facts = facts or [*_repaid(market, name)] or [*_gone_back(market, name)]
    if not facts:
        raise InvariantBroken(f"something is to be said of bills of {name}, and there is nothing")
    return facts


def fall_due(market: Market, trade_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """A bill's time is over."""
    bill = market.bills.open[trade_id]
    return (
        BillOverdue(
            trade_id=trade_id,
            buyer_id=bill.buyer_id,
            currency=bill.currency,
            left_minor=bill.left_minor,
            due_at=bill.due_at,
        ),
    )


def _not_payable(market: Market, command: PayBill, bill: Bill, amount_minor: int) -> Refused | None:
    if amount_minor > bill.left_minor:
        wanted, left = (format_minor(each, bill.currency) for each in (amount_minor, bill.left_minor))
        detail = f"{wanted} is more than the {left} that is owed for it; pay at most that"
        return refused(command, Reason.BILL_SMALLER, command.trade_id, detail)
    cash = purse_of(market, bill.buyer_id, bill.currency).cash
    if cash < amount_minor:
        wanted, has = (format_minor(each, bill.currency) for each in (amount_minor, cash))
        detail = f"{wanted} is wanted, the purse has {has} free; have the rest deposited: that pays it too"
        return refused(command, Reason.FUNDS_INSUFFICIENT, bill.buyer_id, detail)
    return None


def _reopened(market: Market, name: str) -> Iterator[BillReopened]:
    for undone in market.bills.undone.get(name, ())[:1]:
        bill = market.bills.open.get(undone.trade_id)
        buyer_id, currency = name.rsplit(" ", 1)
        yield BillReopened(
            trade_id=undone.trade_id,
            buyer_id=buyer_id,
            currency=currency,
            amount_minor=undone.amount_minor,
            left_minor=undone.amount_minor + (0 if bill is None else bill.left_minor),
            due_at=undone.due_at,
            set_id=undone.set_id,
        )


def _repaid(market: Market, name: str) -> Iterator[BillPaid]:
    """What was paid back at one time, the oldest bill first."""
    for repaid in market.bills.repaid.get(name, ())[:1]:
        left = repaid.amount_minor
        for trade_id in market.bills.of[name]:
            bill = market.bills.open[trade_id]
            amount = min(left, bill.left_minor)
            if amount:
                yield _paid(bill, amount, "repayment", repaid.set_id)
                left -= amount


def _gone_back(market: Market, name: str) -> Iterator[BillPaid]:
    """What went back pays what is left, as far as it is in cash still."""
    cash = purse_of(market, *name.rsplit(" ", 1)).cash
    for trade_id in market.bills.of.get(name, ()):
        bill = market.bills.open[trade_id]
        if bill.back_minor:
            amount = min(bill.back_minor, bill.left_minor, cash)
            yield _paid(bill, amount, "refund")
            cash -= amount


def _paid(bill: Bill, amount_minor: int, by: PaidBy, set_id: str = "") -> BillPaid:
    return BillPaid(
        trade_id=bill.trade_id,
        buyer_id=bill.buyer_id,
        currency=bill.currency,
        amount_minor=amount_minor,
        left_minor=bill.left_minor - amount_minor,
        by=by,
        set_id=set_id,
    )


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={PayBill: pay_bill},
    folds={BillPaid: bill_paid, BillReopened: bill_reopened, BillOverdue: bill_overdue},
    due={PAY: pay_next, DUE: fall_due},
)
