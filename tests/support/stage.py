"""One partition to play on: given what was asked before, when one more is asked, then these facts."""

from typing import Any, Generic, TypeVar

import msgspec

from exchange.kernel.bases import Cause, Command, CommandMeta, Fact, Outcome, Recorded, Source
from exchange.kernel.decider import Decider
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.protocol import POLICY_ACTOR, Passed, Refused
from exchange.kernel.time import HOUR, SECOND, instant

S = TypeVar("S")

START = instant("2026-11-02T00:00:00Z")


class Stage(Generic[S]):
    """A context's partition that is asked one command after another, a second apart.

    Shape: `journal` holds every fact; what the exchange itself asks carries a source, as it would from a policy.
    """

    def __init__(self, decider: Decider[S], number: int = 0) -> None:
        self.decider = decider
        self.number = number
        self.partition = Partition(decider, number)
        self.journal: list[Recorded] = []
        self.at = START
        self.offset = -1

    @property
    def state(self) -> S:
        return self.partition.state

    def ask(self, actor: str, command: Command) -> tuple[Fact, ...]:
        """The facts that `command` brings, without what only counts noise."""
        self.at += SECOND
        self.offset += 1
        source = Source(topic="t", partition=0, seq=self.offset, index=0) if actor == POLICY_ACTOR else None
        meta = CommandMeta(id=f"c-{self.offset}", actor=actor, valid_until=self.at + HOUR, source=source)
        self._decides_changing_nothing(actor, command)
        outcomes = self.partition.answer(self.offset, self.at, Asked(meta, command), claim=0)
        facts = [recorded for outcome in outcomes for recorded in outcome]
        self.journal.extend(facts)
        return tuple(recorded.fact for recorded in facts if not isinstance(recorded.fact, Passed))

    def _decides_changing_nothing(self, actor: str, command: Command) -> None:
        if type(command) not in self.decider.commands:
            return
        before = self.partition.written_down()
        cause = Cause(self.decider.context, self.number, self.offset, actor, f"c-{self.offset}", self.at)
        first, second = (self.decider.decide(self.state, command, cause) for _ in range(2))
        assert first
        assert list(first) == list(second)
        assert self.partition.written_down() == before

    def given(self, actor: str, *commands: Command) -> None:
        """Ask for what has to be granted before the test begins."""
        for command in commands:
            for fact in self.ask(actor, command):
                assert not isinstance(fact, Refused), fact

    def later(self, microseconds: int) -> None:
        """Let time pass before the next command."""
        self.at += microseconds

    def replayed(self) -> bytes:
        """The state of another partition that only read the journal, written down."""
        other = Partition(self.decider, self.number)
        for recorded in self.journal:
            other.fold(recorded)
        return other.written_down()

    def reloaded(self) -> bytes:
        """The state after it was written down and read back, written down again."""
        other = Partition(self.decider, self.number)
        other.load(self.partition.written_down(), self.partition.intake.next_seq)
        return other.written_down()


def refusal(facts: tuple[Fact, ...]) -> tuple[str, str]:
    """The reason and the subject of the one refusal that came."""
    (fact,) = facts
    assert isinstance(fact, Refused), fact
    return fact.reason, fact.subject


def sound(fact: Fact) -> bool:
    """Whether a fact keeps the bounds that its type states."""
    return msgspec.convert(msgspec.to_builtins(fact), type(fact)) == fact


def size_bytes(outcome: tuple[Fact, ...] | Outcome) -> int:
    """About what an outcome takes in the journal, on the safe side: JSON with names, and 400 bytes for each meta."""
    encode: Any = msgspec.json.encode
    return sum(len(encode(fact)) + 400 for fact in outcome)
