"""What a policy is: "this happened here, so ask for that there"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from exchange.kernel.bases import Command, Recorded


class Ask(NamedTuple):
    """A command for a context: to the partition that owns `key`, or, without one, to every partition."""

    context: str
    key: str | None
    command: Command


@dataclass(frozen=True, slots=True)
class Policy:
    """A pure answer to the facts of one context's journal.

    Shape: `react` gives the commands to send, in order; for facts that are none of its business, none.
    """

    name: str
    context: str
    react: Callable[[Recorded], Sequence[Ask]]
