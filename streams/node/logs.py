"""Where a process of a node writes its words: its own at INFO, those of libraries only when something is wrong."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pythonjsonlogger.json import JsonFormatter

_BYTES_MAX = 5 << 20
_OLDER_KEPT = 3
_FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_to_file(file: Path) -> None:
    """Write to `file`; at 5 MiB it is put aside as `file.1`, and three such are kept."""
    _log_to(RotatingFileHandler(file, maxBytes=_BYTES_MAX, backupCount=_OLDER_KEPT, encoding="utf-8"))


def log_to_terminal(*, as_json: bool = False) -> None:
    """Write to standard error, for a process that runs in somebody's terminal; one JSON object a line if wanted."""
    handler = logging.StreamHandler(sys.stderr)
    if as_json:
        handler.setFormatter(JsonFormatter(_FORM))
    _log_to(handler)


def _log_to(handler: logging.Handler) -> None:
    handler.addFilter(_without_services)
    logging.basicConfig(level=logging.WARNING, format=_FORM, handlers=[handler])
    for name in ("streams", "exchange"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)


def _without_services(record: logging.LogRecord) -> bool:
    """Faust tells the start and stop of each of its services under the name of our module that derives from it."""
    return record.levelno > logging.INFO or not record.getMessage().startswith("[^")
