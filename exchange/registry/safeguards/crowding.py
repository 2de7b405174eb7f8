"""How many safeguards the pairs of a safeguard's parties have: each of them stands in every decision about the pair."""

from collections import Counter
from collections.abc import Iterable, Iterator

from exchange.fence.recorded import has_ended
from exchange.kernel.safeguard import SAFEGUARDS_MAX, SafeguardTerms


def crowded(held: Iterable[SafeguardTerms], terms: SafeguardTerms, at: int) -> str | None:
    """The pair that would have more than it may, of those that have not ended; None if none would."""
    if has_ended(terms, at):
        return None
    beside = [each for each in held if each.safeguard_id != terms.safeguard_id and not has_ended(each, at)]
    for exporter, recipient in _ways(terms):
        if exporter is not None and recipient is not None:
            if sum(_covers(each, exporter, recipient) for each in beside) >= SAFEGUARDS_MAX:
                return f"{exporter} and {recipient}"
        elif (name := _most(beside, exporter, recipient)) is not None:
            return f"{exporter or name} and {recipient or name}"
    return None


def _ways(terms: SafeguardTerms) -> Iterator[tuple[str | None, str | None]]:
    """Whom it is between; a contract of the Greater Bay Area works in both directions."""
    yield terms.exporter_id, terms.recipient_id
    if terms.kind == "GBA-SC":
        yield terms.recipient_id, terms.exporter_id


def _covers(terms: SafeguardTerms, exporter: str, recipient: str) -> bool:
    return any(one in (None, exporter) and other in (None, recipient) for one, other in _ways(terms))


def _most(beside: list[SafeguardTerms], exporter: str | None, recipient: str | None) -> str | None:
    """The other side of the fullest pair of a named party, if that is full; `any` where all of them are."""
    for_all, others = 0, Counter[str]()
    for each in beside:
        for one, other in _ways(each):
            named, free = (other, one) if exporter is None else (one, other)
            if named not in (None, recipient if exporter is None else exporter):
                continue
            if free is None:
                for_all += 1
            else:
                others[free] += 1
    if for_all >= SAFEGUARDS_MAX:
        return "any"
    return next((name for name, count in others.items() if count + for_all >= SAFEGUARDS_MAX), None)
