"""What is bought on credit is owed from its acceptance on, until a day. Source: settlement.md section 2 (1100)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from exchange.market.bills.commands import PayBill
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import Answer, Deal, Due, Ground, Said, said


@dataclass
class Bill:
    """One of them: `back` is cash again that was paid for it; a dispute about it was over at `again_at`."""

    deal: Deal
    left: int
    until: int
    late: bool = False
    again_at: int = 0
    back: int = 0


@dataclass
class Bills:
    """Those that are open, the oldest first; what was paid back, and what net sets paid that came back."""

    ground: Ground
    money_comes: list[Callable[[str], None]] = field(default_factory=list)
    open: list[Bill] = field(default_factory=list)
    days: dict[tuple[str, str], int] = field(default_factory=dict)
    repaid: list[tuple[str, str, int, str]] = field(default_factory=list)
    by_set: dict[str, list[tuple[Deal, int, int]]] = field(default_factory=dict)
    undone: list[tuple[Deal, int, int, str]] = field(default_factory=list)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {PayBill: self.pay}

    def of(self, who: str, currency: str) -> list[Bill]:
        """Somebody's."""
        return [each for each in self.open if (each.deal.buyer, each.deal.currency) == (who, currency)]

    def accepted(self, deal: Deal, gross: int) -> dict[str, int] | None:
        """All that its buyer owes and that is on no bill; cash was spent before."""
        owed = self.ground.money.of(deal.buyer, deal.currency).owed
        amount = min(gross, owed - sum(each.left for each in self.of(deal.buyer, deal.currency)))
        if amount <= 0:
            return None
        until = self.ground.at + self.days.get((deal.buyer, deal.currency), 30) * DAY_US
        self.open.append(Bill(deal, amount, until))
        return {"amount_minor": amount, "due_at": until}

    def credit_repaid(self, who: str, currency: str, amount: int, set_id: str = "") -> None:
        """It is for bills first."""
        amount = min(amount, sum(each.left for each in self.of(who, currency)))
        if amount:
            self.repaid.append((who, currency, amount, set_id))

    def came_back(self, set_id: str) -> None:
        """What it paid is owed again."""
        self.undone += [(*each, set_id) for each in self.by_set.pop(set_id, ())]

    def gone_back(self, deal: Deal, amount: int) -> None:
        """What is still owed for a deal is paid with what goes back of it."""
        for each in self.open:
            if each.deal is deal:
                each.back += amount

    def dispute_over(self, deal: Deal) -> None:
        """What is owed is due again."""
        for each in self.open:
            if each.deal is deal:
                each.again_at = self.ground.at

    def dues(self) -> Iterator[Due]:
        """Payments are said at once; what is not paid in time is late."""
        names = {each[:2] for each in self.repaid} | {
            (each[0].buyer, each[0].currency) for each in self.undone
        }
        names |= {(each.deal.buyer, each.deal.currency) for each in self.open if each.back}
        for who, currency in names:
            yield Due(0, "1-bills", f"{who} {currency}", partial(self._say, who, currency))
        for each in self.open:
            if not each.late and (each.deal.stage != "accepted" or each.deal.disputed is None):
                yield Due(max(each.until, each.again_at), "bill", each.deal.name, partial(self._late, each))

    def pay(self, who: str, asked: PayBill) -> Answer:
        """Out of cash, all or a part."""
        bill = next((each for each in self.open if each.deal.name == asked.trade_id), None)
        if bill is None:
            return {"BILL_NONE"}
        amount = bill.left if asked.amount_minor is None else asked.amount_minor
        reasons = set() if who == bill.deal.buyer else {"NOT_PERMITTED"}
        if amount > bill.left:
            reasons.add("BILL_SMALLER")
        if amount > self.ground.money.of(bill.deal.buyer, bill.deal.currency).cash:
            reasons.add("FUNDS_INSUFFICIENT")
        return reasons or [self._pay(bill, amount, "cash")]

    def _say(self, who: str, currency: str) -> list[Said]:
        for again in self.undone:
            if (again[0].buyer, again[0].currency) == (who, currency):
                self.undone.remove(again)
                return [self._again(*again)]
        for paid in self.repaid:
            if paid[:2] == (who, currency):
                self.repaid.remove(paid)
                return self._repay(*paid)
        facts = []
        for bill in [each for each in self.of(who, currency) if each.back]:
            cash = self.ground.money.of(who, currency).cash
            amount, bill.back = min(bill.back, bill.left, cash), 0
            facts.append(self._pay(bill, amount, "refund"))
        return facts

    def _again(self, deal: Deal, amount: int, until: int, set_id: str) -> Said:
        bill = next((each for each in self.open if each.deal is deal), None)
        if bill is None:
            bill = Bill(deal, 0, until)
            self.open.append(bill)
        bill.left += amount
        return said(
            "BillReopened", trade_id=deal.name, amount_minor=amount, left_minor=bill.left, set_id=set_id
        )

    def _repay(self, who: str, currency: str, amount: int, set_id: str) -> list[Said]:
        facts = []
        for bill in self.of(who, currency):
            part = min(amount, bill.left)
            if part:
                facts.append(self._pay(bill, part, "repayment", set_id))
            amount -= part
        return facts

    def _pay(self, bill: Bill, amount: int, by: str, set_id: str = "") -> Said:
        pocket = self.ground.money.of(bill.deal.buyer, bill.deal.currency)
        bill.left -= amount
        if by != "repayment":
            pocket.cash -= amount
            pocket.owed -= amount
        if set_id:
            self.by_set.setdefault(set_id, []).append((bill.deal, amount, bill.until))
        if not bill.left:
            self.open.remove(bill)
            if bill.late:
                pocket.late -= 1
                for hears in self.money_comes:
                    hears(bill.deal.buyer)
        name = bill.deal.name
        return said(
            "BillPaid", trade_id=name, amount_minor=amount, left_minor=bill.left, by=by, set_id=set_id
        )

    def _late(self, bill: Bill) -> list[Said]:
        bill.late = True
        self.ground.money.of(bill.deal.buyer, bill.deal.currency).late += 1
        return [said("BillOverdue", trade_id=bill.deal.name, left_minor=bill.left, due_at=bill.until)]
