"""The Python doors of the exchange: for sellers, buyers, analysts and those who run it.

async with Exchange.open("data") as exchange:
    async for record in exchange.buyer("BU-01").deliveries(entitlement):
        print(record.seq, record.key, record.value)

`exchange.sdk.sync` has the same doors for programs without an event loop.
"""

from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable
from exchange.sdk.analyst import Analyst, AtLeast
from exchange.sdk.approvals import approve_ruleset, approve_seat
from exchange.sdk.assessor import Assessor
from exchange.sdk.bonded import Bonded
from exchange.sdk.buyer import Buyer, NothingTraded
from exchange.sdk.commitments import new_key, sign_commitment
from exchange.sdk.counter import Counter
from exchange.sdk.custodian import Custodian
from exchange.sdk.deliveries import Delivered, Deliveries, RecordsMissing
from exchange.sdk.door import Door
from exchange.sdk.evidence import DeliverySuspended
from exchange.sdk.exchange import Exchange
from exchange.sdk.ledger import Ledger
from exchange.sdk.lineage import Lineage
from exchange.sdk.market_data import MarketData
from exchange.sdk.operator import Operator
from exchange.sdk.plans import Bought, Subscribed
from exchange.sdk.publishing import Published
from exchange.sdk.rooms.auctions import Taken
from exchange.sdk.rooms.quotes import Awarded
from exchange.sdk.safeguards import Safeguards
from exchange.sdk.sealing import SealedBid, sealed_bid
from exchange.sdk.seller import Seller
from exchange.sdk.table import Table
from exchange.sdk.trader import Conditions, Placed, Replaced, Trader
from exchange.views.candle import Candle, Traded
from exchange.views.depth import Best, Book, BookOrder, BookUpdate, Level
from streams.answers import Answer, AnswerPosition, AnswerUnknown, Refusal
from streams.dataplane.claims import StreamTaken
from streams.dataplane.publisher import Progress
from streams.deadline import DEADLINE_S

__all__ = [
    "DEADLINE_S",
    "Analyst",
    "Answer",
    "AnswerPosition",
    "AnswerUnknown",
    "Assessor",
    "AtLeast",
    "Awarded",
    "Best",
    "Bonded",
    "Book",
    "BookOrder",
    "BookUpdate",
    "Bought",
    "Buyer",
    "Candle",
    "Conditions",
    "Counter",
    "Custodian",
    "Delivered",
    "Deliveries",
    "DeliverySuspended",
    "Door",
    "Exchange",
    "ExchangeError",
    "InvariantBroken",
    "Ledger",
    "Level",
    "Lineage",
    "MarketData",
    "Misuse",
    "NothingTraded",
    "Operator",
    "Placed",
    "Progress",
    "Published",
    "RecordsMissing",
    "Refusal",
    "Replaced",
    "Safeguards",
    "SealedBid",
    "Seller",
    "StreamTaken",
    "Subscribed",
    "Table",
    "Taken",
    "Traded",
    "Trader",
    "Unavailable",
    "approve_ruleset",
    "approve_seat",
    "new_key",
    "sealed_bid",
    "sign_commitment",
]
