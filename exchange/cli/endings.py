"""How a command ends: its exit code, and one line that says why; never a traceback for what a person could fix."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, Unavailable

DONE, REFUSED, MISUSE, UNAVAILABLE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 4, 130

EXIT_CODES = """\
Exit codes: 0 done, 1 the exchange refused it, 2 misuse, 3 something is out of reach (try again), 4 a journal or \
a table is not what it must be."""


def ended(command: Callable[[], Any]) -> int:
    """Run a command to its end and say how it ended."""
    try:
        found = command()
        sys.stdout.flush()
        return found if isinstance(found, int) else DONE
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return MISUSE
    except (KeyboardInterrupt, click.Abort):
        _said("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE
    except ExchangeError as error:
        _said(str(error) + _afterthought(error))
        return _code(error)
    except OSError as error:
        # Its output may be what cannot be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _said(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error))
        return UNAVAILABLE


def no_noise() -> None:
    """Libraries write no lines of their own between ours, unless a command opens a log."""
    logging.getLogger().addHandler(logging.NullHandler())


def _code(error: ExchangeError) -> int:
    if isinstance(error, Misuse):
        return MISUSE
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    return BROKEN if isinstance(error, InvariantBroken) else REFUSED


def _afterthought(error: ExchangeError) -> str:
    return " (a bug or a damaged journal; nothing further was done)" if type(error) is InvariantBroken else ""


def _said(message: str) -> None:
    try:
        click.echo(f"exchange: {message}", err=True)
    except OSError:
        return
