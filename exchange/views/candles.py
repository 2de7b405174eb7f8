"""Trades summed up by intervals of exchange time: what is kept, and what is worked out from it.

A trade touches one row of each of three intervals; minutes make the intervals between them.
"""

from collections.abc import Iterable

from exchange.kernel.intervals import begin_of
from exchange.market.facts import TradeMatched
from exchange.store import Change, Merge
from exchange.views.columns import count, table, text
from exchange.views.view import Here

KEPT_S = (1, 60, 86_400)
"""The intervals that are kept, in seconds."""

CANDLES = table(
    "candles",
    "Trades of an instrument in an interval of exchange time; where nothing was traded there is no row",
    text("instrument_id", key=True),
    count("interval_s", key=True, comment="1, 60 or 86400: a second, a minute, a day of Asia/Shanghai"),
    count("begins_at", key=True),
    count("partition"),
    text("currency"),
    count("first_price", comment="in ticks, as are the next three"),
    count("high_price"),
    count("low_price"),
    count("last_price"),
    count("volume", comment="in lots"),
    count("value_minor"),
    count("trades"),
    count("seq", comment="the last trade's"),
    count("at", comment="the last trade's"),
    clustered=True,
)


def matched(here: Here, fact: TradeMatched) -> Iterable[Change]:
    for seconds in KEPT_S:
        yield Merge(
            CANDLES,
            {
                "instrument_id": fact.instrument_id,
                "interval_s": seconds,
                "begins_at": begin_of(here.at, seconds),
            },
            first={"partition": here.partition, "currency": fact.currency, "first_price": fact.price},
            last={"last_price": fact.price, "seq": here.seq, "at": here.at},
            least={"low_price": fact.price},
            most={"high_price": fact.price},
            amounts={"volume": fact.quantity, "value_minor": fact.amount_minor, "trades": 1},
        )
