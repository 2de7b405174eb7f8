"""Every context with the policies between them, in one process: what each fact leads to, to the end."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from exchange.bonded.decider import decider as bonded
from exchange.delivery.decider import decider as delivery
from exchange.fence import load_rulesets
from exchange.kernel.bases import Command, CommandMeta, Fact, Recorded, Source
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.protocol import POLICY_ACTOR, Passed, Refused
from exchange.kernel.time import HOUR, SECOND
from exchange.market.decider import decider as market
from exchange.policies import POLICIES, asked_for, asked_of
from exchange.registry.decider import decider as registry
from exchange.settlement.decider import decider as settlement
from streams.topics import journal_topic
from tests.support.stage import START


class Rooms:
    """One partition of each context.

    Shape: `sent` is what policies asked, in order; whatever they ask is granted but for these reasons; `journals` have
    every fact.
    """

    def __init__(self, *refused_for: str) -> None:
        self._refused_for = frozenset(refused_for)
        rulesets = load_rulesets()
        self.partitions: dict[str, Partition[Any]] = {
            "registry": Partition(registry(rulesets), 0),
            "market": Partition(market(rulesets), 0),
            "delivery": Partition(delivery(), 0),
            "bonded": Partition(bonded(rulesets), 0),
            "settlement": Partition(settlement(), 0),
        }
        self.sent: list[tuple[str, Source, Command]] = []
        self.journals: dict[str, list[Recorded]] = {context: [] for context in self.partitions}
        self.at = START
        self._offsets = dict.fromkeys(self.partitions, -1)

    def ask(self, context: str, actor: str, *commands: Command) -> tuple[Fact, ...]:
        """The facts that the last command brings, once all that follows from it is decided elsewhere."""
        facts: tuple[Fact, ...] = ()
        for number, command in enumerate(commands):
            meta_id = f"{context}-{self.at}-{number}"
            outcome = self._answer(context, actor, command, None, meta_id)
            facts = tuple(recorded.fact for recorded in outcome)
            self._follow(context, outcome)
        return facts

    def may_refuse(self, *reasons: str) -> None:
        """What policies ask from now on may be refused for these reasons, too."""
        self._refused_for |= {*reasons}

    def send_again(self) -> list[Fact]:
        """The facts that come of it when policies begin anew: everything they asked is asked again."""
        again = list(self.sent)
        return [
            recorded.fact
            for context, source, command in again
            for recorded in self._answer(context, POLICY_ACTOR, command, source, asked_for(source))
        ]

    def _follow(self, context: str, outcome: list[Recorded]) -> None:
        todo = deque((context, recorded) for recorded in outcome)
        while todo:
            here, recorded = todo.popleft()
            for source, target, command in self._asks(here, recorded):
                self.sent.append((target, source, command))
                answered = self._answer(target, POLICY_ACTOR, command, source, asked_for(source))
                refused = {each.fact.reason for each in answered if isinstance(each.fact, Refused)}
                assert refused <= self._refused_for, answered
                todo.extend((target, each) for each in answered)

    def _asks(self, context: str, recorded: Recorded) -> Iterator[tuple[Source, str, Command]]:
        for index, ask in enumerate(asked_of(context, recorded, POLICIES)):
            source = Source(topic=journal_topic(context), partition=0, seq=recorded.meta.seq, index=index)
            yield source, ask.context, ask.command

    def _answer(
        self, context: str, actor: str, command: Command, source: Source | None, meta_id: str
    ) -> list[Recorded]:
        self.at += SECOND
        self._offsets[context] += 1
        meta = CommandMeta(id=meta_id, actor=actor, valid_until=self.at + HOUR, source=source)
        asked = Asked(meta, command)
        outcomes = self.partitions[context].answer(self._offsets[context], self.at, asked, claim=0)
        facts = [recorded for outcome in outcomes for recorded in outcome]
        self.journals[context] += facts
        return [recorded for recorded in facts if not isinstance(recorded.fact, Passed)]
