"""One thing that was looked at."""

from collections.abc import Sequence
from typing import Literal

import msgspec

State = Literal["ok", "warning", "wrong", "unseen"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, how it is, what was found, and the command or step that mends it.

    Shape: `unseen` is what could not be looked at, with the reason; `remedy` is empty where nothing is to be done.
    """

    check: str
    state: State
    found: str
    remedy: str = ""


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was looked at in a data directory."""

    directory: str
    sound: bool
    findings: Sequence[Finding]


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check=check, state="ok", found=found)


def unseen(check: str, why: str) -> Finding:
    """It could not be looked at."""
    return Finding(check=check, state="unseen", found=why)


def warning(check: str, found: str, remedy: str) -> Finding:
    """It works, and will not for ever."""
    return Finding(check=check, state="warning", found=found, remedy=remedy)


def wrong(check: str, found: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(check=check, state="wrong", found=found, remedy=remedy)
