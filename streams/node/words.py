"""What a process wrote down before it ended."""

import msgspec

from streams.node.directory import DataDirectory

_TAIL_BYTES = 32 << 10


class _Line(msgspec.Struct, frozen=True):
    message: str


def last_words(directory: DataDirectory, name: str) -> str:
    """Why it ended, as its log says; else the last line it printed."""
    lines = (_said(line) for line in _tail(directory, f"{name}.log"))
    ended = [line for line in lines if f" {name} ends: " in line]
    if ended:
        return ended[-1].split(f" {name} ends: ", 1)[1]
    said = _tail(directory, f"{name}.out")
    return said[-1] if said else "it said nothing"


def _said(line: str) -> str:
    """The text of a line, in whichever form it was written."""
    if not line.startswith("{"):
        return line
    try:
        return f" {msgspec.json.decode(line, type=_Line).message}"
    except msgspec.MsgspecError:
        return line


def _tail(directory: DataDirectory, file: str) -> list[str]:
    try:
        with (directory.logs / file).open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - _TAIL_BYTES))
            return [line for line in log.read().decode(errors="replace").splitlines() if line.strip()]
    except FileNotFoundError:
        return []
