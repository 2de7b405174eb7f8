"""How long a call may take: a moment by which it ends, or how long it may stand still."""

import asyncio
import time
from types import TracebackType
from typing import Self

from exchange.kernel.errors import Misuse, Unavailable

DEADLINE_S = 10.0
"""How long a call takes at most, unless it is asked otherwise."""


class Deadline:
    """A moment by which a call has to end, whatever it still has to do. Units: seconds; `math.inf` is never.

    Raises: Misuse if it is no time to come.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = _checked(seconds)
        self._ends_at = time.monotonic() + seconds

    @classmethod
    def of(cls, given: "float | Deadline") -> "Deadline":
        """The deadline that is running already, or a new one."""
        return given if isinstance(given, Deadline) else cls(given)

    @property
    def left_s(self) -> float:
        """What is left of it, never less than nothing."""
        return max(0.0, self._ends_at - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether nothing is left of it."""
        return self.left_s <= 0

    def timeout(self) -> asyncio.Timeout:
        """Within `async with`: TimeoutError when it passes."""
        return asyncio.timeout(self.left_s)

    def __str__(self) -> str:
        return f"{self.seconds:g} s"


class Standstill:
    """How long something may go on without getting anywhere: each `moved` begins it anew.

    Shape: used in `async with` around what is awaited, never around what the caller does in between.
    Raises: Unavailable, with `what` and for how long it stood still.
    """

    def __init__(self, seconds: float, what: str) -> None:
        self._seconds = _checked(seconds)
        self._what = what
        self._timeout: asyncio.Timeout | None = None

    def moved(self) -> None:
        """Something was got done."""
        if self._timeout is not None and not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._seconds)

    async def __aenter__(self) -> Self:
        self._timeout = asyncio.timeout(self._seconds)
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._timeout is not None
        timeout, self._timeout = self._timeout, None
        try:
            await timeout.__aexit__(kind, error, trace)
        except TimeoutError as late:
            raise Unavailable(f"{self._what} stood still for {self._seconds:g} s") from late


def _checked(seconds: float) -> float:
    if not seconds > 0:
        raise Misuse(
            f"a deadline of {seconds} s cannot be met; give seconds above 0, or math.inf for no deadline"
        )
    return seconds
