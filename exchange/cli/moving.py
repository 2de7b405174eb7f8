"""How far long work is: so many of so many, how fast, and how long it goes on."""

import time
from collections.abc import Callable

from exchange.cli.steps import Steps

_RATE_AFTER_S = 0.5


def telling(steps: Steps, unit: str) -> Callable[[str, int, int], None]:
    """What tells `steps` of work that counts in `unit`."""
    began: dict[str, float] = {}

    def told(step: str, done: int, of: int) -> None:
        steps.told(step)
        if of:
            took = time.monotonic() - began.setdefault(step, time.monotonic())
            steps.moved(f"{step} … {done:,} of {of:,} {unit}{_pace(done, of, took)}")

    return told


def _pace(done: int, of: int, took_s: float) -> str:
    if took_s < _RATE_AFTER_S or not done:
        return ""
    left_s = round(took_s * (of - done) / done)
    return f", {done / took_s:,.0f}/s, {left_s // 60}:{left_s % 60:02} left"
