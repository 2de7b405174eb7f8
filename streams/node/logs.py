"""Where a process of a node writes its words: its own at INFO, those of libraries only when something is wrong."""

import atexit
import logging
import sys
from functools import partial
from logging.handlers import RotatingFileHandler

from streams.node.choices import choices
from streams.node.directory import DataDirectory
from streams.node.log_form import formatter
from streams.node.log_repeats import Repeats

_BYTES_MAX = 5 << 20
_OLDER_KEPT = 3


def log_to_file(directory: DataDirectory, slot: str) -> None:
    """Write to the slot's file, in the node's form; at 5 MiB it is put aside as `….log.1`, and three such are kept."""
    file = directory.logs / f"{slot}.log"
    handler = RotatingFileHandler(file, maxBytes=_BYTES_MAX, backupCount=_OLDER_KEPT, encoding="utf-8")
    _log_to(handler, slot, choices(directory).log_format)


def log_to_terminal(slot: str, form: str) -> None:
    """Write to standard error, for a process that runs in somebody's terminal or container."""
    _log_to(logging.StreamHandler(sys.stderr), slot, form)


def _log_to(handler: logging.Handler, slot: str, form: str) -> None:
    handler.setFormatter(formatter(form, slot))
    repeats = Repeats(partial(_write, handler))
    handler.addFilter(_without_services)
    handler.addFilter(repeats)
    atexit.register(repeats.tell)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("streams", "exchange"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)


def _write(handler: logging.Handler, record: logging.LogRecord) -> None:
    """Past the filters, which have counted this line already."""
    handler.acquire()
    try:
        handler.emit(record)
    finally:
        handler.release()


def _without_services(record: logging.LogRecord) -> bool:
    """Faust tells the start and stop of each of its services under the name of our module that derives from it."""
    return record.levelno > logging.INFO or not record.getMessage().startswith("[^")
