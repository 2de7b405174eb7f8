"""How long what is sold by a plan lasts."""

import msgspec

from exchange.kernel.plan import PeriodUnit
from exchange.market.commands import InstrumentTerms
from exchange.market.term import ends_at

_AS_THE_LICENCE = "licence"


def lasts_until(terms: InstrumentTerms, period: PeriodUnit | None, at: int) -> int:
    """When something sold at `at` ends: a period later, or with the licence."""
    return ends_at(msgspec.structs.replace(terms, unit=period or _AS_THE_LICENCE), at, 1)


def one_period_after(terms: InstrumentTerms, period: PeriodUnit, at: int) -> int:
    """The same time of day, one day, month or year later."""
    return lasts_until(terms, period, at)
