"""What went wrong with a command: as a line for people, and as a document for programs."""

import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from exchange.cli.endings import BROKEN, DEBUG_VARIABLE, INTERRUPTED, MISUSE, code_of
from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable, Unreadable

_LOG = "exchange-bugs.log"
_GENERAL = (ExchangeError, InvariantBroken, Misuse, Unavailable, Unreadable)
"""Of these what to do next is in the message, after its first semicolon."""


class Failure(NamedTuple):
    """Shape: `line` says it all to a person; `document` has the same in parts."""

    exit_code: int
    line: str
    document: dict[str, Any]

    def as_json(self) -> bytes:
        """One line: `{"error": {"kind": …, "exit_code": …, "message": …, "remedy": …, …}}`."""
        return msgspec.json.encode({"error": self.document})


def failure_of(error: BaseException) -> Failure:
    """What to say of an error, whichever it is. A bug's trace is written to a file that the line names."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return _failure(INTERRUPTED, "Interrupted", "interrupted", "Start it again.")
        case click.ClickException():
            return _misuse(error)
        case ExchangeError():
            return _of_ours(error)
        case OSError():
            from streams.faults import fault

            what = (
                f"{error.filename} cannot be used" if error.filename else "standard output cannot be written"
            )
            return failure_of(fault(error, what, "use another one"))
    return _bug(error)


def _of_ours(error: ExchangeError) -> Failure:
    from streams.answers import Refusal

    line = str(error)
    if isinstance(error, Refusal):
        refused = error.refused
        more: dict[str, Any] = {
            "command": refused.command,
            "reason": error.reason,
            "subject": refused.subject,
        }
        more |= {"detail": refused.detail, "codes": list(error.codes), "message": line}
        return _failure(code_of(Refusal), "Refusal", f"{line}. {error.remedy}", error.remedy, **more)
    _, _, next_step = line.partition("; ")
    remedy = next_step if next_step and type(error) in _GENERAL else error.remedy
    if type(error) is Unavailable and not next_step:
        line += f". {error.remedy}"
    if type(error) is InvariantBroken:
        line += " (a bug or a damaged journal; nothing further was done)"
    return _failure(code_of(type(error)), type(error).__name__, line, remedy)


def _failure(exit_code: int, kind: str, line: str, remedy: str, **more: Any) -> Failure:
    document: dict[str, Any] = {"kind": kind, "exit_code": exit_code, "message": line, "remedy": remedy}
    return Failure(exit_code, line, document | more)


def _misuse(error: click.ClickException) -> Failure:
    """A command line that cannot be read. Shape: the remedy is the help of the command that was meant."""
    message = error.format_message().rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context is not None else "exchange"
    message = message[:1].lower() + message[1:]
    where = f"{path.removeprefix('exchange ')}: " if path != "exchange" else ""
    remedy = f"`{path} --help` shows how it is called"
    return _failure(MISUSE, "Misuse", f"{where}{message}; {remedy}", remedy)


def _bug(error: BaseException) -> Failure:
    said = " ".join(f"{type(error).__name__}: {error}".split())
    remedy = f"Report it with that file; {DEBUG_VARIABLE}=1 shows the trace here."
    line = f"a bug ended this: {said:.300}; the full trace is in {_written(error)}. {remedy}"
    return _failure(BROKEN, "Bug", line, remedy)


def _written(error: BaseException) -> str:
    """Append the trace to the first of a few files that can be written, and say which."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    # The command's name only: what follows it may hold a password.
    head = (
        f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} exchange {command} (process {os.getpid()})\n"
    )
    for directory in _places():
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with (directory / _LOG).open("a", encoding="utf-8") as log:
                log.write(head + "".join(traceback.format_exception(error)) + "\n")
            return str(directory / _LOG)
        except OSError:
            continue
    return "no file, for none can be written"


def _places() -> list[Path]:
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return [Path(state).expanduser() / "corridor", Path(tempfile.gettempdir())]
