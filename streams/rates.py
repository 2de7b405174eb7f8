"""How much one participant may ask of a partition within a second of exchange time."""

import re
from collections.abc import Mapping

from exchange.kernel.errors import Misuse
from streams.vocabulary import CONTEXTS

RATES_VARIABLE = "CORRIDOR_COMMANDS_PER_SECOND"
RATE_MAX = 1_000_000


def rates_of(environ: Mapping[str, str]) -> Mapping[str, int]:
    """What `CORRIDOR_COMMANDS_PER_SECOND` says, as in `market=5000,delivery=2000`; the others have what is usual.

    Raises: Misuse if it says nothing of the kind.
    """
    named = environ.get(RATES_VARIABLE) or ""
    return dict(_rate(each, named) for each in named.split(",") if named)


def _rate(each: str, named: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\w+)=(\d{1,7})", each.strip())
    context, rate = (found[1], int(found[2])) if found else ("", 0)
    if context not in CONTEXTS or not 1 <= rate <= RATE_MAX:
        raise Misuse(
            f"{RATES_VARIABLE} is {named!r}; name how much a participant may ask of a context within a second, 1 to"
            f" {RATE_MAX}, as in {RATES_VARIABLE}=market=5000,delivery=2000; the contexts are {', '.join(CONTEXTS)}"
        )
    return context, rate
