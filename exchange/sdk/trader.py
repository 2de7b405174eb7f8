"""What buyers and sellers do alike: place orders, change them, take them back."""

from typing import TypeVar

import msgspec

from exchange.kernel.errors import Misuse
from exchange.market.commands import (
    CancelOrder,
    CancelOrders,
    OrderType,
    PlaceOrder,
    ReplaceOrder,
    SelfTrade,
    Side,
    TimeInForce,
    Use,
)
from exchange.market.facts import (
    CancellingBegun,
    EntitlementGranted,
    OrderAccepted,
    OrderCancelled,
    OrderReplaced,
    OrdersCancelled,
    TradeMatched,
)
from exchange.sdk.party import Party
from streams.answers import Answer, AnswerPosition
from streams.deadline import DEADLINE_S, Deadline

T = TypeVar("T")


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """How an order is priced, how long it stands, and what it asks for besides. Source: market.md section 4.

    Units: `expires_at` is exchange time in µs and goes with good-till-date; quantities in lots: `min_quantity` is
    executed at once or nothing is, of an order with `display_quantity` others see so much at a time.
    """

    order_type: OrderType = OrderType.LIMIT
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    expires_at: int | None = None
    post_only: bool = False
    min_quantity: int | None = None
    display_quantity: int | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST


PLAIN = Conditions()
"""A limit that stands until it is cancelled."""


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An order that entered a book, and what it met at once.

    Shape: each of `trades` granted the entitlement at the same place of `entitlements`; `cancelled` is what of it ended
    without a trade; `position` is where it stands in the market's journal, for a query's `at_least`.
    """

    market_id: str
    position: AnswerPosition
    order: OrderAccepted
    trades: tuple[TradeMatched, ...]
    entitlements: tuple[EntitlementGranted, ...]
    cancelled: OrderCancelled | None

    @property
    def order_id(self) -> str:
        """The order's id."""
        return self.order.order_id

    @property
    def trade(self) -> TradeMatched:
        """The one trade. Raises: Misuse if there were none or several."""
        return _only(self.trades, self)

    @property
    def entitlement(self) -> EntitlementGranted:
        """The one entitlement. Raises: Misuse if there were none or several."""
        return _only(self.entitlements, self)


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was changed, and what it met at once.

    Shape: as `Placed`; `order` is None where as much as the new quantity was executed already, which ends the order.
    """

    market_id: str
    position: AnswerPosition
    order: OrderReplaced | None
    trades: tuple[TradeMatched, ...]
    entitlements: tuple[EntitlementGranted, ...]
    cancelled: OrderCancelled | None


class Trader(Party):
    """Places orders, changes them and takes them back."""

    async def replace(
        self,
        order: Placed | str,
        quantity: int,
        price: int,
        *,
        market_id: str | None = None,
        expires_at: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Replaced:
        """Change an open order. Its place in the queue stays where nothing but a reduction changes.

        Units: `quantity` is the new total in lots, what was executed included; `price` in the instrument's ticks.
        """
        order_id, market = _placed(order, market_id)
        command = ReplaceOrder(order_id=order_id, quantity=quantity, price=price, expires_at=expires_at)
        answer = await self._settled("market", market, command, id, Deadline(deadline_s))
        return Replaced(
            market_id=market,
            position=answer.position,
            order=next((fact for fact in answer.facts if isinstance(fact, OrderReplaced)), None),
            trades=(trades := _trades(answer, order_id)),
            entitlements=_granted(answer, trades),
            cancelled=_ended(answer, order_id),
        )

    async def cancel(
        self,
        order: Placed | str,
        market_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OrderCancelled:
        """Take back what is left of an order."""
        order_id, market = _placed(order, market_id)
        command = CancelOrder(order_id=order_id)
        return await self._fact(OrderCancelled, "market", market, command, id, deadline_s)

    async def cancel_all(
        self,
        market_id: str,
        instrument_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OrdersCancelled | CancellingBegun:
        """Take back all of one's open orders in a market, or in one instrument of it.

        Shape: `CancellingBegun` where they are too many for one outcome: none is accepted until they are gone.
        """
        command = CancelOrders(participant_id=self.participant_id, instrument_id=instrument_id)
        answer = await self._settled("market", market_id, command, id, Deadline(deadline_s))
        return cancelled_of(answer)

    async def _place(
        self,
        market_id: str,
        instrument_id: str,
        side: Side,
        quantity: int,
        price: int | None,
        use: Use,
        reference: str,
        conditions: Conditions,
        id: str | None,
        deadline: Deadline,
    ) -> Placed:
        command = PlaceOrder(
            instrument_id=instrument_id,
            side=side,
            quantity=quantity,
            price=price,
            use=use,
            reference=reference,
            **{name: getattr(conditions, name) for name in Conditions.__struct_fields__},
        )
        answer = await self._settled("market", market_id, command, id, deadline)
        order = answer.fact(OrderAccepted)
        return Placed(
            market_id=market_id,
            position=answer.position,
            order=order,
            trades=(trades := _trades(answer, order.order_id)),
            entitlements=_granted(answer, trades),
            cancelled=_ended(answer, order.order_id),
        )


def cancelled_of(answer: Answer) -> OrdersCancelled | CancellingBegun:
    """What a mass cancel came to."""
    begun = next((fact for fact in answer.facts if isinstance(fact, CancellingBegun)), None)
    return answer.fact(OrdersCancelled) if begun is None else begun


def _trades(answer: Answer, order_id: str) -> tuple[TradeMatched, ...]:
    """An order's own trades; deadlines may have brought others in the same outcome."""
    trades = (fact for fact in answer.facts if isinstance(fact, TradeMatched))
    return tuple(fact for fact in trades if order_id in (fact.bid_id, fact.ask_id))


def _granted(answer: Answer, trades: tuple[TradeMatched, ...]) -> tuple[EntitlementGranted, ...]:
    mine = {trade.trade_id for trade in trades}
    granted = (fact for fact in answer.facts if isinstance(fact, EntitlementGranted))
    return tuple(fact for fact in granted if fact.trade_id in mine)


def _ended(answer: Answer, order_id: str) -> OrderCancelled | None:
    """How the order itself ended; its owner's others may end in the same outcome."""
    ends = (fact for fact in answer.facts if isinstance(fact, OrderCancelled))
    return next((fact for fact in ends if fact.order_id == order_id), None)


def _placed(order: Placed | str, market_id: str | None) -> tuple[str, str]:
    """Which order is meant, and where it stands."""
    if isinstance(order, Placed):
        return order.order_id, market_id or order.market_id
    if market_id is None:
        raise Misuse(f"order {order}: name the market_id in which it stands")
    return order, market_id


def _only(found: tuple[T, ...], placed: Placed) -> T:
    if len(found) != 1:
        raise Misuse(f"order {placed.order_id} met {len(found)} others; look at its trades one by one")
    return found[0]
