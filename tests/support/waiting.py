"""Waiting for what another task, process or server will bring about."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.2


async def eventually(check: Callable[[], Any | Awaitable[Any]], timeout_s: float = 30.0) -> Any:
    """Call `check` until it returns something true without AssertionError, and return that.

    Raises: AssertionError when time is over, with the check's own last complaint or its last answer.
    """
    deadline, pause_s = time.monotonic() + timeout_s, _FIRST_PAUSE_S
    while True:
        complaint = None
        try:
            answer = check()
            if inspect.isawaitable(answer):
                answer = await answer
            if answer:
                return answer
        except AssertionError as error:
            complaint = error
            answer = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s} s; the last answer was {answer!r}") from complaint
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
