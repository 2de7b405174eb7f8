"""How a command ends: its exit code, and one line that says why; never a traceback for what a person could fix."""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

import click

from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable

DONE, REFUSED, MISUSE, UNAVAILABLE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 4, 130
DEBUG_VARIABLE = "EXCHANGE_DEBUG"

EXIT_CODES = """\
Exit codes: 0 done, 1 the exchange refused it, 2 misuse, 3 something is out of reach (try again), 4 a journal or \
a table is not what it must be, or a bug, 130 interrupted. docs/errors.md lists every reason and error. With --json \
what went wrong is one JSON document on standard error."""


def ended(command: Callable[[], Any], *, as_json: bool = False) -> int:
    """Run a command to its end and say how it ended."""
    try:
        found = command()
        sys.stdout.flush()
        return found if isinstance(found, int) else DONE
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered goes nowhere.
        _drop_output()
        return DONE
    except (Exception, KeyboardInterrupt) as error:
        if _is_bug(error) and os.environ.get(DEBUG_VARIABLE):
            raise
        if isinstance(error, OSError):
            # Its output may be what cannot be written.
            _drop_output()
        return tell(error, as_json=as_json)


def tell(error: BaseException, *, as_json: bool) -> int:
    """Say what ended a command, in one line or as one JSON document on standard error, and give its exit code."""
    from exchange.cli.failure import failure_of

    failure = failure_of(error)
    with contextlib.suppress(OSError):
        click.echo(failure.as_json() if as_json else f"exchange: {failure.line}", err=True)
    return failure.exit_code


def code_of(error: type[BaseException]) -> int:
    """The exit code of an error of the exchange."""
    if issubclass(error, Misuse):
        return MISUSE
    if issubclass(error, Unavailable):
        return UNAVAILABLE
    return BROKEN if issubclass(error, InvariantBroken) else REFUSED


def no_noise() -> None:
    """Libraries write no lines of their own between ours, unless a command opens a log."""
    logging.getLogger().addHandler(logging.NullHandler())
    if not os.environ.get(DEBUG_VARIABLE):
        # What a thread or a finalizer ends with reaches whoever waits for it, or nobody.
        threading.excepthook = lambda what: None
        sys.unraisablehook = lambda what: None


def _is_bug(error: BaseException) -> bool:
    known = (ExchangeError, OSError, KeyboardInterrupt, click.ClickException, click.Abort)
    return not isinstance(error, known)


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
