"""A delivery to play on, and what is asked of it."""

from hashlib import blake2b
from typing import Any

from exchange.delivery.commands import (
    CloseEntitlement,
    CompletePublication,
    ConfirmReceipt,
    ObjectToDelivery,
    OpenEntitlement,
    RecordProduct,
    ReportGap,
    ReportRange,
    RuleOnRange,
)
from exchange.delivery.decider import decider
from exchange.delivery.state import Delivery
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from tests.support.stage import START, Stage

EXCHANGE, SELLER, BUYER, OTHER = POLICY_ACTOR, "SE-CN-02", "BU-JP-01", "BU-SG-01"
E1 = "E-0.1.0"
TERM = 30 * DAY


def digest(first: int, last: int, of: str = "topic") -> bytes:
    """The digest of a range as the topic bears it out, or as somebody else claims it."""
    return blake2b(f"{of} {first} {last}".encode(), digest_size=32).digest()


def a_record(version: str = "1", **changed: Any) -> RecordProduct:
    """P-07 was listed."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "listing_id": "L-0.1.0",
        "seller_id": SELLER,
        "product_type": "stream",
        "protection": "open",
        "stored_in": "CN",
        "title": "Port-call and berth stream",
    }
    return RecordProduct(version=version, **(values | changed))


def an_opening(entitlement_id: str = E1, buyer_id: str = BUYER, **changed: Any) -> OpenEntitlement:
    """A buyer may receive P-07 for 30 days."""
    values: dict[str, Any] = {
        "trade_id": entitlement_id.replace("E", "T", 1),
        "market_id": "M-DATA",
        "product_id": "P-07",
        "version": "1",
        "seller_id": SELLER,
        "starts_at": START,
        "ends_at": START + TERM,
        "acceptance_days": 7,
    }
    return OpenEntitlement(entitlement_id=entitlement_id, buyer_id=buyer_id, **(values | changed))


def a_range(first: int, last: int, **changed: Any) -> ReportRange:
    """The seller published `first`..`last`, its records standing one offset after the claim at 0."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "count": last - first + 1,
        "size_bytes": 100 * (last - first + 1),
        "digest": digest(first, last),
        "first_offset": first + 1,
        "last_offset": last + 1,
        "stream_claim": 0,
    }
    return ReportRange(first=first, last=last, **(values | changed))


def a_completion(through: int) -> CompletePublication:
    """The seller says that all is published."""
    return CompletePublication(product_id="P-07", through=through)


def a_receipt(first: int, last: int, of: str = "topic", **changed: Any) -> ConfirmReceipt:
    """The buyer received `first`..`last`."""
    values: dict[str, Any] = {
        "entitlement_id": E1,
        "product_id": "P-07",
        "count": last - first + 1,
        "digest": digest(first, last, of),
    }
    return ConfirmReceipt(first=first, last=last, **(values | changed))


def a_ruling(first: int, last: int, of: str = "topic", **changed: Any) -> RuleOnRange:
    """The exchange hashed `first`..`last` on the topic."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "count": last - first + 1,
        "digest": digest(first, last, of),
    }
    return RuleOnRange(first=first, last=last, **(values | changed))


def a_gap(first: int, last: int, entitlement_id: str = E1) -> ReportGap:
    """The buyer misses `first`..`last`."""
    return ReportGap(entitlement_id=entitlement_id, product_id="P-07", first=first, last=last)


def an_objection(entitlement_id: str = E1) -> ObjectToDelivery:
    """The buyer objects."""
    return ObjectToDelivery(
        entitlement_id=entitlement_id, product_id="P-07", grounds="Not what was promised."
    )


def a_close(verdict: Any = "accepted", entitlement_id: str = E1) -> CloseEntitlement:
    """The market has spoken."""
    return CloseEntitlement(entitlement_id=entitlement_id, product_id="P-07", verdict=verdict)


def a_delivery(*ranges: tuple[int, int]) -> Stage[Delivery]:
    """P-07 is recorded, E1 opened before anything was published, and then these ranges were published."""
    stage = Stage(decider())
    stage.given(EXCHANGE, a_record(), an_opening())
    stage.given(SELLER, *[a_range(first, last) for first, last in ranges])
    return stage
