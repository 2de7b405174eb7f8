"""How long a call may take."""

import asyncio
import math

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from streams.deadline import Deadline, Standstill


@pytest.mark.parametrize("seconds", [0, -1, math.nan])
def test_what_is_no_time_to_come_is_refused(seconds: float) -> None:
    with pytest.raises(Misuse, match="seconds above 0"):
        Deadline(seconds)
    with pytest.raises(Misuse, match="seconds above 0"):
        Standstill(seconds, "it")


async def test_a_deadline_is_one_moment_however_often_it_is_used() -> None:
    deadline = Deadline(0.05)
    assert Deadline.of(deadline) is deadline
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with deadline.timeout():
                await asyncio.Event().wait()
    assert deadline.passed
    assert str(deadline) == "0.05 s"


async def test_a_deadline_without_end_never_passes() -> None:
    async with Deadline(math.inf).timeout():
        await asyncio.sleep(0)
    assert not Deadline(math.inf).passed


async def test_what_moves_goes_on_and_what_stands_still_ends() -> None:
    standstill = Standstill(0.2, "the stream of P-1")
    async with standstill:
        for _ in range(10):
            await asyncio.sleep(0.05)
            standstill.moved()
    with pytest.raises(Unavailable, match=r"the stream of P-1 stood still for 0\.2 s"):
        async with standstill:
            await asyncio.Event().wait()
    standstill.moved()


async def test_an_error_of_what_is_waited_for_is_its_own() -> None:
    with pytest.raises(KeyError):
        async with Standstill(1, "it"):
            raise KeyError("k")
