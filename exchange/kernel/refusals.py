"""How a context says no."""

from collections.abc import Iterable
from enum import StrEnum

from exchange.kernel.bases import Command, type_name
from exchange.kernel.protocol import Refused

_LINE_MAX = 200
_TEXT_MAX = 2_000
_NAMES_MAX = 100


def refused(
    command: Command, reason: StrEnum, subject: str, detail: str, codes: Iterable[str] = ()
) -> Refused:
    """The fact that `command` was refused for `reason`, cut to the lengths a fact may have.

    Shape: `subject` names what it is about; `detail` the values that disagree and what to do next.
    """
    return Refused(
        command=type_name(command),
        reason=reason.value,
        subject=subject[:_LINE_MAX],
        detail=detail[:_TEXT_MAX],
        codes=tuple(code[:_LINE_MAX] for code in codes)[:_NAMES_MAX],
    )
