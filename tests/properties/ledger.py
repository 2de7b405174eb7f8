"""The books, kept from the facts alone, and what must be true of them whatever is asked of a market.

Source: settlement.md section 7.
"""

from collections import Counter, defaultdict
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.net_set import left_of
from exchange.market.state import Market, Purse, Till
from exchange.views.accounts import CHART
from exchange.views.postings import TEMPLATES, entry_of

INSIDE = (2010, 2020, 2030, 2050, 2100, 2110, 2200, 2400)
BACKING = (1010, 1020, 1100, 1110)
CLEARING = 1900
BELOW_ZERO = (1010, 2050)
"""What may be below zero: what a bank holds, where it has paid out for buyers who owe it still (1100) and so has lent;
and in the partition that has taken it in, what another one sent."""
PURSE = {2010: "cash", 2020: "reserved", 2030: "withdrawing", 2110: "deposits", 2200: "payable"}
PURSE |= {2210: "commissions", 2220: "shares", 1100: "owed", 1110: "clawback"}


class Ledger:
    """Every posting so far. Shape: balances by asset, account and party, on the side on which the account grows."""

    def __init__(self) -> None:
        self.balances: defaultdict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
        self.debits: Counter[str] = Counter()
        self.credits: Counter[str] = Counter()
        self.clearing: Counter[tuple[str, str]] = Counter()
        """What each deal leaves in clearing, by currency."""

    def post(self, fact: Fact) -> None:
        """Take in what one fact moves."""
        if type(fact) not in TEMPLATES:
            return
        entry = entry_of(fact)
        for posting in entry.postings:
            for account, sign in ((posting.debit, 1), (posting.credit, -1)):
                if account.code == CLEARING:
                    self.clearing[entry.subject, posting.currency] += sign * posting.amount_minor
                normal = 1 if CHART[account.code].normal == "debit" else -1
                self.balances[posting.settled_in][account.code, account.party] += (
                    sign * normal * posting.amount_minor
                )
            self.debits[posting.settled_in] += posting.amount_minor
            self.credits[posting.settled_in] += posting.amount_minor

    def check(self, market: Market) -> None:
        """Invariants 1 to 5, and that the market remembers what the books say."""
        assert self.debits == self.credits
        assert not any(self.clearing.values()), self.clearing
        for currency, held in self.balances.items():
            assets = sum(amount for (code, _), amount in held.items() if CHART[code].normal == "debit")
            assert assets == sum(held.values()) - assets
            overdrawn = {name for name, amount in held.items() if amount < 0 and name[0] not in BELOW_ZERO}
            assert not overdrawn, held
            backing = sum(amount for (code, _), amount in held.items() if code in BACKING)
            assert sum(amount for (code, _), amount in held.items() if code in INSIDE) <= backing
            self._agrees(market, currency, held)

    def _agrees(self, market: Market, currency: str, held: Counter[tuple[int, str]]) -> None:
        kept: Counter[tuple[int, str]] = Counter()
        for participant_id, purses in market.purses.items():
            purse = purses.get(currency, Purse())
            for code, part in PURSE.items():
                kept[code, participant_id] = getattr(purse, part)
        for net in market.payouts.held.values():
            if net.currency == currency:
                for code, amount in zip((2200, 2210, 2220), left_of(net), strict=True):
                    kept[code, net.participant_id] += amount
        traded = {**market.after.sales, **market.purchases}
        of_it = {name for name, each in traded.items() if each.currency == currency}
        for name in of_it & market.purchases.keys():
            kept[2100, name] = market.purchases[name].escrow_minor
        for name in of_it & market.disputes.keys():
            kept[2400, name] = market.disputes[name].held_minor
        told = {name: amount for name, amount in held.items() if amount and name[0] in {*PURSE, 2100, 2400}}
        assert told == {name: amount for name, amount in kept.items() if amount}
        till = market.tills.get(currency, Till())
        income: dict[int, Any] = {
            4010: till.fee_net,
            4020: till.service_net,
            2300: till.fee_tax + till.supply_tax,
        }
        income |= {4030: till.penalties}
        for code, earned in income.items():
            assert sum(amount for (account, _), amount in held.items() if account == code) == earned
