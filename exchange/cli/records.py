"""A stream's records as lines of JSON: `{"seq": 7, "event_time": "2026-11-02T00:00:00Z", "key": …, "value": …}`.

Keys and values that are UTF-8 stand as text, others as `{"base64": …}`.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

import msgspec

from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant, iso
from exchange.sdk import Delivered
from streams.dataplane.layout import StreamRecord

_KNOWN = {"seq", "event_time", "key", "value"}


def write_records(records: Iterable[Delivered]) -> bytes:
    """The lines of some records."""
    return b"".join(_line(record, {}) + b"\n" for record in records)


def write_delivered(record: Delivered | StreamRecord, beside: dict[str, Any]) -> str:
    """One record as a line. Shape: `beside` is what stands there that is no part of it."""
    return _line(record, beside).decode()


def _line(record: Delivered | StreamRecord, beside: dict[str, Any]) -> bytes:
    return msgspec.json.encode(
        {
            "seq": record.seq,
            "event_time": iso(record.event_time),
            "key": _text(record.key),
            "value": _text(record.value),
            **beside,
        }
    )


def read_record(line: bytes, number: int, now_us: int) -> tuple[bytes | None, bytes | None, int]:
    """The key, value and event time that line `number` says; `now_us` where it says no time.

    Shape: a value that is neither text nor base64 is published as JSON; `seq` is passed over.
    Raises: Misuse naming the line and what is wrong with it.
    """
    try:
        given = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misuse(
            f'line {number} cannot be read: {error}; expected {{"value": …}}, or use --format lines'
        ) from error
    if "value" not in given:
        raise Misuse(f'line {number}: it has no "value"; expected {{"value": …}}, or use --format lines')
    if unknown := sorted(given.keys() - _KNOWN):
        raise Misuse(f"line {number}: {unknown[0]!r} is unknown; there are {', '.join(sorted(_KNOWN))}")
    key, at = given.get("key"), given.get("event_time")
    if key is not None and not isinstance(key, str | dict):
        raise Misuse(f"line {number}: key: expected text, found {key!r:.80}")
    return (
        _bytes(key, f"line {number}: key"),
        _bytes(given["value"], f"line {number}: value"),
        now_us if at is None else _instant(at, number),
    )


def _instant(text: Any, number: int) -> int:
    try:
        return instant(text)
    except (ValueError, TypeError, OverflowError) as error:
        raise Misuse(
            f"line {number}: event_time: expected a time such as 2026-11-02T00:00:00Z, found {text!r:.80}"
        ) from error


def _text(value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _bytes(given: Any, where: str) -> bytes | None:
    if given is None or isinstance(given, str):
        return None if given is None else given.encode()
    if isinstance(given, dict) and given.keys() == {"base64"}:
        try:
            return base64.b64decode(given["base64"], validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise Misuse(f"{where}: {given['base64']!r:.80} is not base64") from error
    return msgspec.json.encode(given)
