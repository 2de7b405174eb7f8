"""The Python doors for programs without an event loop: the same names and methods, without `await`.

with Exchange.open("data") as exchange:
    for record in exchange.buyer("BU-01").deliveries(entitlement):
        print(record.seq, record.key, record.value)
"""

from exchange.sdk.sync.doors import (
    Analyst,
    Assessor,
    Bonded,
    Counter,
    Custodian,
    Door,
    Ledger,
    Lineage,
    Operator,
    Safeguards,
)
from exchange.sdk.sync.exchange import Exchange
from exchange.sdk.sync.streaming import Buyer, Deliveries, MarketData, Seller

__all__ = [
    "Analyst",
    "Assessor",
    "Bonded",
    "Buyer",
    "Counter",
    "Custodian",
    "Deliveries",
    "Door",
    "Exchange",
    "Ledger",
    "Lineage",
    "MarketData",
    "Operator",
    "Safeguards",
    "Seller",
]
