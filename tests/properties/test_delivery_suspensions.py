"""Whatever is published, suspended and resumed: what belongs to a right is owed, and nothing else is."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.delivery.commands import LapseEntitlement, ResumeEntitlement, SuspendEntitlement
from exchange.delivery.facts import AcceptanceProposed, PublicationCompleted, RangeReceived, RejectionProposed
from exchange.delivery.state import Delivery
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from tests.support.stage import Stage
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    SELLER,
    a_completion,
    a_delivery,
    a_range,
    a_receipt,
)

WIDTH = 10
STEPS = st.lists(
    st.one_of(
        st.sampled_from(("publish", "publish", "suspend", "resume", "receive", "receive")),
        st.sampled_from(("receive", "resume", "complete", "lapse")),
        st.integers(0, 5),
    ),
    min_size=5,
    max_size=40,
)


class Model:
    """E1 as a person would keep it: which ranges belong to it, and which of them were confirmed."""

    def __init__(self) -> None:
        self.stage: Stage[Delivery] = a_delivery()
        self.published = 0
        self.belongs: set[int] = set()
        self.confirmed: set[int] = set()
        self.suspended = self.over = self.proposed = False
        self.through: int | None = None

    def play(self, step: Any) -> None:
        facts = self._confirm(step) if isinstance(step, int) else getattr(self, f"_{step}")()
        proposals = [fact for fact in facts if isinstance(fact, AcceptanceProposed | RejectionProposed)]
        assert len(proposals) <= (not self.proposed), "the evidence speaks once"
        self.proposed = self.proposed or bool(proposals)
        assert bool(proposals) <= (not self.suspended), "and not while it is suspended"
        for fact in proposals:
            owed = self._owed()
            assert isinstance(fact, AcceptanceProposed) == bool(owed)
            assert owed <= self.confirmed
        if self.through is not None and not self.suspended:
            assert self.proposed == (self._owed() <= self.confirmed)

    def _owed(self) -> set[int]:
        assert self.through is not None
        return {each for each in self.belongs if each <= self.through}

    def _publish(self) -> tuple[Fact, ...]:
        first = self.published * WIDTH
        if not self.suspended and not self.over:
            self.belongs.add(self.published)
        self.published += 1
        return self.stage.ask(SELLER, a_range(first, first + WIDTH - 1))

    def _suspend(self) -> tuple[Fact, ...]:
        command = SuspendEntitlement(entitlement_id=E1, product_id="P-07", since=10**17, codes=("X",))
        return self._told(command, expected=not self.suspended and not self.over, suspended=True)

    def _resume(self) -> tuple[Fact, ...]:
        command = ResumeEntitlement(entitlement_id=E1, product_id="P-07")
        return self._told(command, expected=self.suspended and not self.over, suspended=False)

    def _lapse(self) -> tuple[Fact, ...]:
        command = LapseEntitlement(entitlement_id=E1, product_id="P-07", ended_at=self.stage.at + 1_000_000)
        facts = self._told(command, expected=not self.over, suspended=False)
        self.over = True
        if self.through is None:
            facts += self.stage.ask(EXCHANGE, command)
            self.through = max(self.belongs, default=-1)
        return facts

    def _told(self, command: Any, *, expected: bool, suspended: bool) -> tuple[Fact, ...]:
        facts = self.stage.ask(EXCHANGE, command)
        assert isinstance(facts[0], Refused) != expected
        self.suspended = suspended if expected else self.suspended
        return facts

    def _complete(self) -> tuple[Fact, ...]:
        if not self.published:
            return ()
        facts = self.stage.ask(SELLER, a_completion(self.published * WIDTH - 1))
        if any(isinstance(fact, PublicationCompleted) for fact in facts):
            self.through = self.published - 1
        return facts

    def _receive(self) -> tuple[Fact, ...]:
        """The next of what belongs to it."""
        return self._confirm(min(self.belongs - self.confirmed, default=0))

    def _confirm(self, number: int) -> tuple[Fact, ...]:
        first = number * WIDTH
        facts = self.stage.ask(BUYER, a_receipt(first, first + WIDTH - 1))
        belongs = number in self.belongs and (self.through is None or number <= self.through)
        welcome = belongs and number not in self.confirmed
        assert any(isinstance(fact, RangeReceived) for fact in facts) == welcome
        if welcome:
            self.confirmed.add(number)
        return facts


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_what_belongs_to_a_right_is_owed_and_nothing_else_is(steps: list[Any]) -> None:
    model = Model()
    for step in steps:
        model.play(step)
    stage = model.stage
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
