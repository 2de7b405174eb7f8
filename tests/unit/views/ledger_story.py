"""Journals whose entries lie around the ends of periods, most of their facts left out."""

from exchange.kernel.bases import Fact
from tests.unit.views.story import (
    Journal,
    a_cancellation,
    a_deposit,
    a_grant,
    a_trade,
    an_acceptance,
    an_order,
)

ANNE, BELA, BANK_SG = "BU-JP-01", "BU-SG-01", "BK-SG-01"
PERIODS = (10_000, 20_000)
TRADE, RIGHT = "T-3", "E-3"


def told_at(journal: Journal, seq: int, *facts: Fact) -> None:
    """One outcome whose first fact is the `seq`th; those before it moved no money."""
    journal.seq = seq
    journal.add(*facts)


def an_order_of(who: str, order_id: str, reserved_minor: int) -> Fact:
    return an_order(order_id, participant_id=who, reserved_minor=reserved_minor)


def two_periods_and_more(partition: int = 3) -> Journal:
    """Deposits, orders, a trade and its acceptance; one outcome lies across the end of a period."""
    journal = Journal("market", partition)
    told_at(journal, 3, a_deposit(ANNE, 5_000_000))
    told_at(journal, 4, an_order_of(ANNE, "O-1", 1_250_000))
    told_at(journal, 5_000, a_deposit(BELA, 70, bank_id=BANK_SG), a_deposit(ANNE, 900, "USD"))
    across = (an_order_of(ANNE, "O-2", 30), a_deposit(BELA, 8), an_order_of(BELA, "O-3", 40))
    told_at(journal, 9_998, *across)
    told_at(journal, 10_001, a_trade(TRADE, "O-1", buyer_id=ANNE), a_grant(RIGHT, TRADE))
    told_at(journal, 19_999, an_acceptance(TRADE, RIGHT))
    told_at(journal, 20_000, a_deposit(BELA, 5))
    told_at(journal, 20_001, a_deposit(BELA, 6), a_cancellation("O-2", 1, 30))
    return journal


def a_busy_ledger(purchases: int = 210) -> Journal:
    """Purchases of twenty buyers from five sellers, each in one outcome; at two of them periods end."""
    journal = Journal("market", 3)
    for number in range(20):
        journal.add(a_deposit(f"BU-{number}", 30_000_000))
    for number in range(purchases):
        buyer, seller = f"BU-{number * 7 % 20}", f"SE-{number % 5}"
        told_at(
            journal,
            99 + 100 * number,
            an_order(f"O-{number}", participant_id=buyer),
            a_trade(f"T-{number}", f"O-{number}", buyer_id=buyer, seller_id=seller),
            an_acceptance(f"T-{number}", f"E-{number}", buyer_id=buyer, seller_id=seller),
        )
    return journal
