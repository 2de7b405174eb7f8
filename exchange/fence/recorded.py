"""Safeguards as the contexts remember them, as the fence is shown them."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from exchange.fence.crossing import Safeguard
from exchange.fence.dates import day_ends
from exchange.kernel.safeguard import SAFEGUARDS_MAX, SafeguardTerms


def shown(safeguards: Iterable[SafeguardTerms], at: int) -> tuple[Safeguard, ...]:
    """Those that a crossing at `at` is decided with, by id: at most `SAFEGUARDS_MAX`, rather those that have not ended.

    Shape: one that has ended decides nothing any more; it is shown so that the answer says why it does not count.
    """
    first = sorted(safeguards, key=lambda each: (has_ended(each, at), each.safeguard_id))[:SAFEGUARDS_MAX]
    return tuple(_safeguard(each) for each in sorted(first, key=lambda each: each.safeguard_id))


def has_ended(terms: SafeguardTerms, at: int) -> bool:
    """Whether a safeguard can never count again from `at` on."""
    if terms.status == "revoked":
        return True
    return terms.valid_to is not None and at >= day_ends(date.fromisoformat(terms.valid_to), terms.tz)


@lru_cache(maxsize=16_384)
def _safeguard(terms: SafeguardTerms) -> Safeguard:
    return Safeguard(
        id=terms.safeguard_id,
        type=terms.kind,
        exporter_id=terms.exporter_id,
        recipient_id=terms.recipient_id,
        names_destinations=terms.names_destinations,
        valid_from=_day(terms.valid_from),
        valid_to=_day(terms.valid_to),
        tz=terms.tz,
        status=terms.status,
        scope_changed=terms.scope_changed,
        recognised_in=terms.recognised_in,
        tia_current=terms.tia_current,
        continuing_checks=terms.continuing_checks,
        filed_on=_day(terms.filed_on),
        filing_due_on=_day(terms.filing_due_on),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
