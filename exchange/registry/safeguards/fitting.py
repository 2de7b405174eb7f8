"""Whether a safeguard's parties, days and words fit its type. Source: rules.md section 4."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from exchange.fence.dates import known_zone
from exchange.fence.terms import KindTerms
from exchange.kernel.errors import Misuse
from exchange.kernel.time import local_date
from exchange.registry.safeguards.commands import RegisterSafeguard
from exchange.registry.safeguards.terms import kind_terms
from exchange.registry.state import Registry

MAINLAND_TZ: Final = "Asia/Shanghai"
FILED: Final = frozenset({"CN-SCC", "GBA-SC"})
"""What is filed with the authority after it takes effect."""
_OF_EXPORTER = frozenset({"CN-ASSESS", "CN-SCC", "CN-CERT", "GBA-SC"})
_OF_RECIPIENT = frozenset({"GBA-SC", "EU-DPF", "CBPR", "PRP"})
_RECOGNISED = frozenset({"CBPR", "PRP"})
_YEARS_MAX: Final = {
    "CN-ASSESS": "cn_assess_years",
    "CN-CERT": "cn_cert_years",
    "EU-DPF": "eu_dpf_years",
}
"""What says for how many years at most, of kinds that end by themselves."""


def day(text: str) -> date:
    """A day as written. Raises: ValueError if the calendar has none such."""
    return date.fromisoformat(text)


def unreadable(command: RegisterSafeguard) -> str | None:
    """What of a safeguard's days is no day, and of its zone no zone."""
    days = (command.valid_from, command.valid_to, command.filed_on, command.filing_due_on)
    try:
        known_zone(command.tz)
        for each in days:
            if each is not None:
                day(each)
    except (Misuse, ValueError) as error:
        return str(error)
    return None


def misfits(registry: Registry, command: RegisterSafeguard, at: int) -> Iterator[str]:
    """Everything about a readable safeguard that contradicts its type, or itself."""
    yield from _parties(registry, command)
    yield from _term(command, kind_terms(registry, at))
    yield from _filing(command, at)
    if command.kind in _RECOGNISED and not command.recognised_in:
        yield f"a {command.kind} counts where it is recognised; name the countries in recognised_in"


def _parties(registry: Registry, command: RegisterSafeguard) -> Iterator[str]:
    kind, exporter, recipient = command.kind, command.exporter_id, command.recipient_id
    if kind in _OF_EXPORTER and exporter is None:
        yield f"a {kind} is its exporter's; name the exporter_id"
    if kind in _OF_RECIPIENT and recipient is None:
        yield f"a {kind} is its recipient's; name the recipient_id"
    if exporter is None and recipient is None:
        yield "it is nobody's; name the exporter_id, the recipient_id or both"
    if exporter is not None and exporter == recipient:
        yield f"{exporter} is named on both sides"
    if kind == "GBA-SC":
        for name in (exporter, recipient):
            party = registry.participants.get(name or "")
            if party is not None and not party.gba_registered:
                yield f"{name} is registered neither in Hong Kong nor in the nine cities of the Greater Bay Area"


def _term(command: RegisterSafeguard, terms: KindTerms) -> Iterator[str]:
    begins, named = day(command.valid_from), _YEARS_MAX.get(command.kind)
    years: int | None = None if named is None else getattr(terms, named)
    ends = None if command.valid_to is None else day(command.valid_to)
    if ends is not None and ends < begins:
        yield f"it ends on {ends}, before it begins on {begins}"
    if command.kind == "CN-CERT" and begins < terms.cn_cert_from:
        yield f"it begins on {begins}; there are certificates from {terms.cn_cert_from} on"
    if years is not None:
        latest = last_day(begins, years)
        if ends is None or ends > latest:
            until = "for ever" if ends is None else f"until {ends}"
            yield f"a {command.kind} that begins on {begins} holds until {latest} at the longest, not {until}"


def last_day(begins: date, years: int) -> date:
    """The last of so many years that begin on a day."""
    try:
        after = begins.replace(year=begins.year + years)
    except ValueError:  # 29 February
        after = date(begins.year + years, 3, 1)
    return after - timedelta(days=1)


def _filing(command: RegisterSafeguard, at: int) -> Iterator[str]:
    if command.kind not in FILED:
        if command.filed_on is not None or command.filing_due_on is not None:
            yield f"a {command.kind} is not filed; leave filed_on and filing_due_on out"
        return
    today = local_date(at, MAINLAND_TZ)
    if command.filed_on is not None and day(command.filed_on) > today:
        yield f"it would have been filed on {command.filed_on}, and today is {today}"
