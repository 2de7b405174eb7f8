"""Where it is kept up to where the ledger was found right: beside the closes, of these tables and so in no backup."""

import contextlib
from pathlib import Path

import msgspec

from exchange.views.ledger.verified import Mark

_NAME = "verified"


def read_mark(files: Path) -> Mark | None:
    """What the last verification left that found nothing wrong; None if there was none, or it cannot be read."""
    try:
        return msgspec.json.decode((files / _NAME).read_bytes(), type=Mark)
    except (OSError, msgspec.DecodeError):
        return None


def write_mark(files: Path, mark: Mark) -> None:
    """Leave it. Where nothing can be written, the next verification begins where this one did."""
    with contextlib.suppress(OSError):
        files.mkdir(exist_ok=True)
        partial = files / f"{_NAME}.new"
        partial.write_bytes(msgspec.json.encode(mark))
        partial.rename(files / _NAME)
