"""How far long work is: so many of so many, how fast, and how long it goes on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.cli.steps import Steps


def telling(steps: "Steps", unit: str) -> Callable[[str, int, int], None]:
    """What tells `steps` of work that counts in `unit`."""

    def told(step: str, done: int, of: int) -> None:
        steps.told(step)
        if of:
            steps.moved(done, of, unit)

    return told
