"""A record of a topic as one line: for people, with their eyes on time, who and what; and as the pipes' JSON."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from exchange.cli.grid import text_of
from exchange.cli.records import write_delivered
from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bank_numbers import masked
from exchange.kernel.bases import Recorded, type_name
from exchange.kernel.errors import Misuse
from exchange.kernel.money import MICRO, format_minor
from exchange.kernel.net_set import NetSet
from exchange.kernel.persons import UnitedPersons
from exchange.kernel.protocol import Claimed, Passed, Refused, Repeated, Sealed
from exchange.kernel.safeguard import SafeguardTerms
from exchange.kernel.time import iso
from exchange.market.lines.facts import RouteDecision
from exchange.market.quotes.commands import Wanted
from exchange.registry.participants.description import Description
from streams.dataplane.layout import StreamRecord
from streams.jsonpipe import fact_meta, write_command, write_fact, write_line
from streams.tailing.seen import Given, Group, Seen, Unread

_TEXT_CHARACTERS = 60
_DIGEST_CHARACTERS = 12
_HEX_CHARACTERS = 64
_LISTED_MAX = 10
_MILLISECOND = 1_000
_TIMES = ("at", "_at", "_until", "_by", "_from", "since")
_TIMES_ALONE = ("at", "until")
_MINOR = "_minor"
_NUMBER_OF_ACCOUNT = "account_number"
"""Of which a line shows the ends: lines are kept, and most who read them need not pay to it."""
_CURRENCY_OF = {"sold_minor": "sell_currency", "bought_minor": "buy_currency"}
"""Amounts that are not of the record's one currency."""
_IN_PLACE = (Wanted, SafeguardTerms, AttestationTerms, UnitedPersons, NetSet, Description, RouteDecision)
"""Values whose fields are shown as if they were those of the record itself."""
_SINGLE, _FIRST, _BETWEEN, _LAST = " ", "┌", "│", "└"


def told(group: Group, *, coloured: bool) -> list[str]:
    """One line a record; several of one outcome are bracketed."""
    lines = [_line(seen, mark) for seen, mark in zip(group, _marks(len(group)), strict=True)]
    return lines if coloured else list(map(click.unstyle, lines))


def piped(seen: Seen, raw: bool) -> str | None:
    """The record as JSON; None where it has no such form and was not asked for `raw`."""
    said = seen.said
    beside: dict[str, Any] = {}
    if raw:
        beside["record"] = {"topic": seen.topic, "partition": seen.partition, "offset": seen.offset}
        beside["record"] |= {"ignored": seen.ignored or None}
    context = seen.topic.rsplit(".", 1)[0]
    if isinstance(said, Recorded):
        if not raw:
            return write_fact(context, seen.partition, said)
        return write_line(said.fact, fact_meta(context, seen.partition, said.meta), **beside)
    if isinstance(said, Claimed | Sealed):
        return write_line(said, {"context": context, "partition": seen.partition}, **beside)
    if isinstance(said, Given):
        return write_command(said.meta, said.command, seen.at)
    if isinstance(said, StreamRecord):
        return write_delivered(said, beside)
    return msgspec.json.encode({"type": None, "why": said.why, **beside}).decode() if raw else None


def _marks(count: int) -> list[str]:
    return [_SINGLE] if count == 1 else [_FIRST, *[_BETWEEN] * (count - 2), _LAST]


def _line(seen: Seen, mark: str) -> str:
    who, name, colour, fields = _parts(seen)
    moment = iso(seen.at // _MILLISECOND * _MILLISECOND)
    moment = moment if "." not in moment else f"{moment[:-4]}Z"
    moment = moment if "." in moment else f"{moment[:-1]}.000Z"
    place = f"{seen.topic.removesuffix('.journal')}/{seen.partition}"
    head = f"{click.style(moment, dim=True)} {place:<11} {_number(seen):>7} {mark}"
    line = f"{head} {click.style(f'{name:<22}', **colour)} {who:<10} {fields}".rstrip()
    return f"{line}  {click.style(f'IGNORED: {seen.ignored}', fg='yellow')}" if seen.ignored else line


def _parts(seen: Seen) -> tuple[str, str, dict[str, Any], str]:
    """Who, what, in which colour, and the fields that matter."""
    said = seen.said
    if isinstance(said, Recorded):
        return said.meta.actor, type_name(said.fact), _colour(said.fact), _fields(said.fact)
    if isinstance(said, Claimed):
        return said.worker, "Claimed", {"fg": "blue"}, _fields(said)
    if isinstance(said, Sealed):
        return "", "Sealed", {"fg": "blue"}, _fields(said)
    if isinstance(said, Given):
        fields = f"{_fields(said.command)} id={_word(said.meta.id)}"
        return said.meta.actor, type_name(said.command), {"fg": "cyan"}, fields.strip()
    if isinstance(said, StreamRecord):
        return "", _bytes(said.key), {"fg": "cyan"}, _bytes(said.value)
    assert isinstance(said, Unread)
    return "", "unreadable" if not seen.ignored else "", {"fg": "yellow"}, text_of(said.why)


def _number(seen: Seen) -> int | str:
    if isinstance(seen.said, Recorded):
        return seen.said.meta.seq
    return seen.said.seq if isinstance(seen.said, StreamRecord) else f"@{seen.offset}"


def _colour(fact: object) -> dict[str, Any]:
    if isinstance(fact, Refused):
        return {"fg": "red", "bold": True}
    return {"dim": True} if isinstance(fact, Repeated | Passed) else {"fg": "green"}


def _fields(record: msgspec.Struct) -> str:
    if isinstance(record, Refused):
        codes = f" [{' '.join(record.codes)}]" if record.codes else ""
        return text_of(f"{record.command} {record.reason} {record.subject}{codes}: {record.detail}")
    return " ".join(_shown(record))


def _shown(record: msgspec.Struct) -> list[str]:
    values = {name: getattr(record, name) for name in record.__struct_fields__}
    currency = values.get("currency")
    amounts = isinstance(currency, str) and any(name.endswith(_MINOR) for name in values)
    shown = []
    for name, value in values.items():
        if value in (None, "", (), b"") or (name == "currency" and amounts):
            continue
        if isinstance(value, _IN_PLACE):
            shown += _shown(value)
            continue
        own = values.get(_CURRENCY_OF.get(name, ""), currency if amounts else None)
        if isinstance(own, str) and name.endswith(_MINOR):
            shown.append(f"{name.removesuffix(_MINOR)}={_money(value, own)}")
        else:
            shown.append(f"{name}={_value(name, value)}")
    return shown


def _value(name: str, value: Any) -> str:
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and (name in _TIMES_ALONE or name.endswith(_TIMES))
    ):
        return iso(value)
    if name == _NUMBER_OF_ACCOUNT:
        return masked(value)
    if name == "unit_micros":
        return f"{value // MICRO}.{value % MICRO:06d}"
    if isinstance(value, bytes):
        return value.hex()[:_DIGEST_CHARACTERS] + ("…" if len(value) * 2 > _DIGEST_CHARACTERS else "")
    if isinstance(value, msgspec.Struct):
        return _inner(" ".join(_shown(value)), "()")
    if isinstance(value, str) and value.startswith("{"):
        return _inner(value[1:-1], "{}")
    if isinstance(value, str) and "digest" in name and len(value) == _HEX_CHARACTERS:
        return f"{value[:_DIGEST_CHARACTERS]}…"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(_value("", each) for each in value[:_LISTED_MAX]) + _more(len(value) - _LISTED_MAX)
    return _word(str(value).lower() if isinstance(value, bool) else str(value))


def _more(left_out: int) -> str:
    return f",…{left_out} more" if left_out > 0 else ""


def _inner(text: str, brackets: str) -> str:
    """A value with fields of its own, or only that it is there: what it says in full, --json tells."""
    return f"{brackets[0]}{text if len(text) <= _TEXT_CHARACTERS else '…'}{brackets[1]}"


def _money(value: int, currency: str) -> str:
    try:
        return _quoted(format_minor(value, currency))
    except Misuse:
        return str(value)


def _word(text: str) -> str:
    cut = text if len(text) <= _TEXT_CHARACTERS else f"{text[: _TEXT_CHARACTERS - 1]}…"
    return _quoted(text_of(cut))


def _quoted(text: str) -> str:
    return f"“{text}”" if " " in text else text


def _bytes(value: bytes | None) -> str:
    if value is None:
        return "–"
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return f"{len(value)} bytes {value.hex()[:_DIGEST_CHARACTERS]}…"
    return text_of(text if len(text) <= 2 * _TEXT_CHARACTERS else f"{text[: 2 * _TEXT_CHARACTERS]}…")
