"""Files that commands write: whole or not at all, and never over another one."""

import os
from pathlib import Path

from exchange.kernel.errors import AlreadyThere, NotWritable


def refuse_place(to: Path) -> None:
    """Raises: AlreadyThere or NotWritable, before anything is done for a file that could not be written."""
    if to.exists():
        raise already_there(to)
    if not os.access(to.absolute().parent, os.W_OK):
        raise NotWritable(f"{to} cannot be written; give this user the right to, or name another place")


def write_new(to: Path, content: bytes) -> None:
    """Whole or not at all, and never over another file. Raises: AlreadyThere; NotWritable."""
    beside = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.link(beside, to)
    except FileExistsError as error:
        raise already_there(to) from error
    except OSError as error:
        raise NotWritable(f"{to} cannot be written ({error.strerror}); name another place") from error
    finally:
        beside.unlink(missing_ok=True)


def already_there(to: Path) -> AlreadyThere:
    """What is said of a place that is taken."""
    return AlreadyThere(f"{to} is there; name another file, for nothing is written over")
