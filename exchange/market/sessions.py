"""Trading days: an order for the day ends when the session does, in Asia/Shanghai."""

from functools import lru_cache

from exchange.kernel.time import DAY, MINUTE, local_date, start_of_day
from exchange.market.term import ZONE


def session_end(at: int, session_ends_minute: int) -> int:
    """The first end of a session after `at`, where sessions end so many minutes after midnight."""
    return _session_end(at // MINUTE, session_ends_minute)


@lru_cache(maxsize=64)
def _session_end(minute: int, session_ends_minute: int) -> int:
    at = minute * MINUTE
    ends = start_of_day(local_date(at, ZONE), ZONE) + session_ends_minute * MINUTE
    return ends if ends > at else ends + DAY
