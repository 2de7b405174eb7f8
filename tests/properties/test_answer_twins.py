"""What a partition answers in one go beside what it answers step by step, whatever it is asked."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel import intake
from exchange.kernel.bases import Command, CommandMeta, Source
from exchange.kernel.partition import Asked, Input, Invalid, Partition, Unread
from exchange.kernel.protocol import POLICY_ACTOR, ShiftClock, Tick
from exchange.kernel.time import DAY, HOUR
from tests.unit.kernel.test_partition import BELLS, NOON, Ring

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Ring, bell=st.sampled_from("ab"), at=st.integers(NOON - HOUR, NOON + 4 * DAY)),
    st.builds(Ring, bell=st.just("c"), at=st.just(NOON + 90 * DAY)),
    st.just(Tick()),
    st.builds(ShiftClock, by_us=st.sampled_from([1, DAY])),
)
SOURCES = st.builds(
    Source, topic=st.just("t"), partition=st.just(0), seq=st.integers(0, 3), index=st.integers(0, 1)
)
METAS = st.builds(
    CommandMeta,
    id=st.sampled_from(["c1", "c2", "c3", "c4"]) | st.uuids().map(str),
    actor=st.sampled_from(["BU-1", "BU-2", POLICY_ACTOR]),
    valid_until=st.integers(NOON, NOON + HOUR) | st.integers(NOON, NOON + 20 * DAY),
    source=st.none() | st.none() | SOURCES,
)
INPUTS: st.SearchStrategy[Input] = st.one_of(
    *[st.builds(Asked, METAS, COMMANDS)] * 6,
    st.builds(Invalid, METAS, st.just("Ring"), st.just("at"), st.binary(max_size=2)),
    st.just(Unread("UNREADABLE", "bytes", 3, b"d")),
)
LATER = st.sampled_from([0, 0, 0, 1_000, -1_000, DAY, 3 * DAY])


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    asked=st.lists(st.tuples(INPUTS, LATER), max_size=40),
    shiftable=st.booleans(),
    per_second=st.sampled_from((2, 5, 100)),
)
def test_most_commands_are_answered_in_one_go_exactly_as_step_by_step(
    asked: list[tuple[Input, int]], shiftable: bool, per_second: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intake, "REMEMBERED_PER_ACTOR_MAX", 9)
        quick, steps = partition(shiftable, per_second), partition(shiftable, per_second)
        at = NOON
        for offset, (each, later) in enumerate(asked):
            at += later
            assert quick.answer(offset, at, each, 7) == steps.answer_in_steps(offset, at, each, 7)
            assert quick.written_down() == steps.written_down()


def partition(shiftable: bool, per_second: int) -> Partition[Any]:
    return Partition(
        replace(BELLS, commands_per_second_max=per_second), 3, shift_us=5, clock_shiftable=shiftable
    )
