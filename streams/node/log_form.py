"""A line of a log: for people as text, for machines as one JSON object. Times are UTC, to the millisecond."""

import logging
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from streams.node.log_secrets import fields_without_secrets, without_secrets

JSON, HUMAN = "json", "human"

_OWN = frozenset(RESERVED_ATTRS)


class HumanForm(logging.Formatter):
    """`2026-11-28T09:30:00.123Z INFO deciders-0 streams.leader leading market/0: …`."""

    def __init__(self, slot: str) -> None:
        super().__init__(f"%(asctime)s %(levelname)s {slot} %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _time(record)

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class JsonForm(JsonFormatter):
    """`{"time": …, "level": …, "process": slot, "pid": …, "logger": …, "message": …}` and the line's own fields."""

    def __init__(self, slot: str) -> None:
        super().__init__(json_default=str, json_ensure_ascii=False)
        self._slot = slot

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data.update(
            time=_time(record),
            level=record.levelname,
            process=self._slot,
            pid=record.process,
            logger=record.name,
            message=record.getMessage(),
        )
        own = {name: value for name, value in vars(record).items() if name not in _OWN}
        log_data.update({name: value for name, value in own.items() if name not in log_data})
        if record.exc_info:
            log_data["exception"] = self.formatException(record.exc_info)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        safe: dict[str, Any] = fields_without_secrets(log_data)
        return safe


def formatter(form: str, slot: str) -> logging.Formatter:
    """The one of that name."""
    return JsonForm(slot) if form == JSON else HumanForm(slot)


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(int(record.created), UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"
