"""What a policy is: "this happened here, so ask for that there"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from exchange.kernel.bases import Command, Recorded, Source
from exchange.kernel.partitions import partition_of

REGISTRY = "registry"
"""The key of everything that is asked of the registry: it has one partition."""
SETTLEMENT = "settlement"
"""The key of everything that is asked of the settlement: it has one partition."""
_JOURNAL = ".journal"


class Ask(NamedTuple):
    """A command for a context.

    Shape: it goes to the partition that owns `key`, to the very one where it is a number, or, without one, to all.
    """

    context: str
    key: str | int | None
    command: Command

    def targets(self, count: int) -> Sequence[int]:
        """The partitions it goes to, where its context has `count` of them."""
        if isinstance(self.key, int):
            return (self.key,)
        return range(count) if self.key is None else (partition_of(self.key, count),)


def asked_for(source: Source) -> str:
    """The id of the command that a fact led to: the same however often it is sent, and whoever looks for it."""
    return f"{source.topic}-{source.partition}-{source.seq}-{source.index}"


def source_in(command_id: str) -> tuple[str, int, int] | None:
    """The context, partition and seq of the fact that led to the command of this id; None if no policy gave it."""
    journal, *numbers = command_id.rsplit("-", 3)
    if not journal.endswith(_JOURNAL) or len(numbers) != 3 or not all(each.isdecimal() for each in numbers):
        return None
    return journal.removesuffix(_JOURNAL), int(numbers[0]), int(numbers[1])


def asked_of(context: str, recorded: Recorded, policies: Sequence["Policy"]) -> list[Ask]:
    """What `policies` ask for because of one fact of `context`, in order: an ask's place is its source's index."""
    return [ask for policy in policies if policy.context == context for ask in policy.react(recorded)]


@dataclass(frozen=True, slots=True)
class Policy:
    """A pure answer to the facts of one context's journal.

    Shape: `react` gives the commands to send, in order; for facts that are none of its business, none.
    """

    name: str
    context: str
    react: Callable[[Recorded], Sequence[Ask]]
