"""A book made from its market's journal alone, for those who have Kafka and no tables."""

import asyncio
from contextlib import aclosing

from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.position import BEGINNING
from exchange.views.book_feed import BookFeed
from exchange.views.queries.snapshot import BookAt
from streams.client import Client
from streams.deadline import Deadline

_CONTEXT = "market"
_AT_ONCE = 500
"""Outcomes taken in before whatever else runs on the loop has its turn."""


async def book_from_journal(client: Client, instrument_id: str, market_id: str, deadline: Deadline) -> BookAt:
    """An instrument's book as the whole journal of its market's partition makes it.

    Raises: Misuse if nothing there opened such an instrument; Unavailable if the deadline passes meanwhile.
    """
    partition = client.partition(_CONTEXT, market_id)
    feed, position, count = BookFeed(instrument_id, partition), BEGINNING, 0
    try:
        async with deadline.timeout(), aclosing(client.history(_CONTEXT, partition)) as outcomes:
            async for followed in outcomes:
                feed.catch_up(followed.outcome)
                position, count = followed.position, count + 1
                if count % _AT_ONCE == 0:
                    await asyncio.sleep(0)
    except TimeoutError as error:
        raise Unavailable(
            f"market/{partition} was read up to fact {feed.seq} within {deadline}; give it longer, or connect with"
            " store_url= to begin from the tables"
        ) from error
    if feed.head is None or feed.head.market_id != market_id:
        raise Misuse(f"no instrument {instrument_id} was opened in market {market_id} yet; check both names")
    return BookAt(feed, position)
