"""Whatever is asked for, quoted, awarded and let go: nothing is promised twice, and what is bound is what stands."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command
from exchange.kernel.time import DAY
from exchange.market.commands import CancelOrder
from exchange.market.quotes.commands import (
    AcceptSample,
    EndAward,
    Measured,
    RejectSample,
    SubmitSample,
    WithdrawQuote,
    WithdrawRequest,
)
from exchange.market.state import Market
from tests.unit.market.floor import B1, BOOK, OP, S1
from tests.unit.market.stage import Stage, a_bid, an_ask
from tests.unit.market.test_lots_quoted import (
    SAMPLED,
    a_quote,
    a_request,
    a_seller_of_hours,
    awarding,
    capacity,
)

MEASURED = (Measured(measure="uptime", value_bp=9_500),)


def promised_once(market: Market) -> None:
    """What a seller can deliver is as much as it has sold, asks for and quotes, or more."""
    holder, quoting = market.instruments[BOOK].holders[S1], market.quoting
    standing = sum(each.quantity_left for each in quoting.quotes.values() if each.ended is None)
    bound = standing + sum(each.quantity for each in quoting.awards.values())
    assert market.instruments[BOOK].lots_quoted == bound
    assert holder.sold + holder.asked + bound <= holder.registered


def a_step(stage: Stage, draw: Random) -> None:
    """One command at random, about what there is; whatever is refused changes nothing."""
    market, lots = stage.market, draw.randint(1, 6)
    requests, quotes, awards, orders = (
        list(each)
        for each in (
            market.quoting.requests,
            market.quoting.quotes,
            market.quoting.awards,
            market.orders,
        )
    )
    asked: list[tuple[str, Command]] = [
        (S1, an_ask(draw.randint(8, 10), lots)),
        (B1, a_bid(9, lots)),
        (OP, capacity(draw.randint(5, 20))),
        *((who, CancelOrder(order_id=each)) for each in orders for who in (S1, B1)),
        *((S1, a_quote(stage, each, lots)) for each in requests),
        *((S1, a_quote(stage, each, lots)) for each in requests),
        *((B1, WithdrawRequest(request_id=each)) for each in requests[:1]),
        *((S1, WithdrawQuote(quote_id=each)) for each in quotes[:2]),
        *((B1, awarding(each, lots)) for each in quotes),
        *((S1, SubmitSample(award_id=each, digest=bytes(16), measured=MEASURED)) for each in awards),
        *((B1, AcceptSample(award_id=each)) for each in awards),
        *((B1, RejectSample(award_id=each, grounds="No.")) for each in awards),
        *((S1, EndAward(award_id=each, grounds="No.")) for each in awards[:1]),
    ]
    if len(requests) < 3 and draw.random() < 0.3:
        conditions: dict[str, Any] = SAMPLED if draw.random() < 0.6 else {}
        a_request(stage, **conditions)
    elif draw.random() < 0.1:
        stage.at += draw.choice([1, 5, 15]) * DAY
        stage.settle()
    else:
        stage.ask(*draw.choice(asked))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_nothing_is_promised_twice(seed: int) -> None:
    stage, draw = a_seller_of_hours(), Random(seed)
    for _ in range(40):
        a_step(stage, draw)
        promised_once(stage.market)
