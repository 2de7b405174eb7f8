"""The intake around a decider: order, exchange time, deadlines, repeats, sources, noise."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import pytest

from exchange.kernel.bases import Cause, Command, CommandMeta, Fact, Outcome, Source
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import DEADLINE_FACTS_MAX, Asked, Invalid, Partition, Unread
from exchange.kernel.protocol import (
    POLICY_ACTOR,
    ClockShifted,
    InputUnreadable,
    Passed,
    Refused,
    Repeated,
    ShiftClock,
    Tick,
)
from exchange.kernel.time import DAY, HOUR, SECOND

NOON = 1_800_000_000 * SECOND
CLAIM = 7


class Ring(Command, frozen=True):
    """Ring a bell at a time."""

    bell: str
    at: int


class Rung(Fact, frozen=True):
    bell: str


class Wound(Fact, frozen=True):
    bell: str
    at: int


class Bells(msgspec.Struct):
    partition: int
    wound: dict[str, int] = msgspec.field(default_factory=dict)
    rung: list[str] = msgspec.field(default_factory=list)


def _evolve(state: Bells, fact: Fact, at: int) -> None:
    if isinstance(fact, Wound):
        state.wound[fact.bell] = fact.at
    elif isinstance(fact, Rung):
        state.rung.append(fact.bell)
        del state.wound[fact.bell]


def _decide(state: Bells, command: Command, cause: Cause) -> Sequence[Fact]:
    assert isinstance(command, Ring)
    return (Wound(bell=command.bell, at=command.at),)


def _expire(state: Bells, cause: Cause) -> Sequence[Fact]:
    return (Rung(bell=min(state.wound, key=lambda bell: (state.wound[bell], bell))),)


BELLS: Decider[Bells] = Decider(
    context="bells",
    commands=(Ring,),
    facts=(Rung, Wound),
    state=Bells,
    initial=lambda partition: Bells(partition=partition),
    decide=_decide,
    evolve=_evolve,
    next_deadline=lambda state: min(state.wound.values(), default=None),
    expire=_expire,
)


class Tower:
    """A partition and the next offset, so that a test reads as a story."""

    def __init__(self, **settings: int | bool) -> None:
        self.partition = Partition(BELLS, 3, **settings)  # type: ignore[arg-type]
        self.offset = 0

    def ask(
        self,
        command: Command,
        *,
        at: int = NOON,
        command_id: str | None = None,
        actor: str = "BU-1",
        valid_until: int | None = None,
        source: Source | None = None,
    ) -> tuple[Outcome, ...]:
        meta = CommandMeta(
            id=command_id or f"c{self.offset}",
            actor=actor,
            valid_until=at + HOUR if valid_until is None else valid_until,
            source=source,
        )
        return self.take(Asked(meta, command), at)

    def take(self, asked: Asked | Invalid | Unread, at: int = NOON) -> tuple[Outcome, ...]:
        self.offset += 1
        return self.partition.answer(self.offset - 1, at, asked, CLAIM)


def facts(outcomes: tuple[Outcome, ...]) -> list[Fact]:
    return [recorded.fact for outcome in outcomes for recorded in outcome]


def ring(bell: str = "a", at: int = NOON + DAY) -> Ring:
    return Ring(bell=bell, at=at)


def from_policy(seq: int, index: int = 0) -> Source:
    return Source(topic="other.journal", partition=0, seq=seq, index=index)


def test_an_outcome_says_where_it_stands_and_what_caused_it() -> None:
    tower = Tower()
    tower.ask(ring("a"))
    ((recorded,),) = tower.ask(ring("b"), command_id="mine")
    meta = recorded.meta
    assert (meta.seq, meta.claim, meta.cause, meta.index, meta.last) == (1, CLAIM, 1, 0, 0)
    assert (meta.actor, meta.command_id, meta.at, len(meta.content)) == ("BU-1", "mine", NOON, 16)


def test_exchange_time_never_runs_backwards() -> None:
    tower = Tower()
    tower.ask(ring("a"))
    ((recorded,),) = tower.ask(ring("b"), at=NOON - SECOND, valid_until=NOON + HOUR)
    assert recorded.meta.at == NOON


def test_deadlines_come_first_in_the_outcome_of_the_command_that_finds_them_due() -> None:
    tower = Tower()
    tower.ask(ring("late", NOON + 2 * SECOND))
    tower.ask(ring("early", NOON + SECOND))
    (outcome,) = tower.ask(ring("new"), at=NOON + 2 * SECOND)
    assert [type(recorded.fact) for recorded in outcome] == [Rung, Rung, Wound]
    assert tower.partition.state.rung == ["early", "late"]
    assert [(r.meta.index, r.meta.last) for r in outcome] == [(0, 2), (1, 2), (2, 2)]


def test_a_tick_applies_what_is_due_and_adds_nothing_of_its_own() -> None:
    tower = Tower()
    tower.ask(ring("a", NOON + SECOND))
    assert facts(tower.ask(Tick(), actor=POLICY_ACTOR, at=NOON + SECOND)) == [Rung(bell="a")]


def test_more_deadlines_than_fit_are_finished_by_later_commands_while_clients_are_asked_to_wait() -> None:
    tower = Tower()
    for number in range(DEADLINE_FACTS_MAX + 5):
        tower.ask(ring(f"b{number:04}", NOON + SECOND))
    later = NOON + SECOND
    outcome = facts(tower.ask(ring("new"), at=later))
    assert len(outcome) == DEADLINE_FACTS_MAX + 1
    assert isinstance(outcome[-1], Refused)
    assert outcome[-1].reason == "DEADLINES_PENDING"
    assert len(facts(tower.ask(Tick(), actor=POLICY_ACTOR, at=later))) == 5
    assert facts(tower.ask(ring("new"), at=later)) == [Wound(bell="new", at=NOON + DAY)]


def test_a_policy_is_answered_even_while_deadlines_are_pending() -> None:
    tower = Tower()
    for number in range(DEADLINE_FACTS_MAX + 5):
        tower.ask(ring(f"b{number:04}", NOON + SECOND))
    outcome = facts(tower.ask(ring("new"), actor=POLICY_ACTOR, source=from_policy(0), at=NOON + SECOND))
    assert outcome[-1] == Wound(bell="new", at=NOON + DAY)


def test_the_same_command_again_changes_nothing_and_names_its_first_answer() -> None:
    tower = Tower()
    tower.ask(ring("a"), command_id="x")
    assert facts(tower.ask(ring("a"), command_id="x")) == [Repeated(first=0)]
    assert facts(tower.ask(ring("a"), command_id="x", at=NOON + SECOND)) == [Repeated(first=0)]


def test_the_same_id_of_another_actor_is_another_command() -> None:
    tower = Tower()
    tower.ask(ring("a"), command_id="x")
    assert facts(tower.ask(ring("b"), command_id="x", actor="BU-2")) == [Wound(bell="b", at=NOON + DAY)]


def test_the_same_id_with_other_content_is_refused_and_does_not_replace_the_first() -> None:
    tower = Tower()
    tower.ask(ring("a"), command_id="x")
    (refused,) = facts(tower.ask(ring("b"), command_id="x"))
    assert isinstance(refused, Refused)
    assert refused.reason == "ID_TAKEN"
    assert facts(tower.ask(ring("a"), command_id="x")) == [Repeated(first=0)]


def test_a_refused_command_sent_again_is_a_repeat_too() -> None:
    tower = Tower()
    stale = NOON - SECOND
    assert facts(tower.ask(ring("a"), command_id="x", valid_until=stale))[0].reason == "COMMAND_EXPIRED"  # type: ignore[attr-defined]
    assert facts(tower.ask(ring("a"), command_id="x", valid_until=stale)) == [Repeated(first=0)]


@pytest.mark.parametrize(
    ("valid_until", "reason"),
    [
        (NOON - 1, "COMMAND_EXPIRED"),
        (NOON, None),
        (NOON + 7 * DAY, None),
        (NOON + 7 * DAY + 1, "VALID_UNTIL_TOO_FAR"),
    ],
)
def test_a_command_stands_until_its_time_and_at_most_seven_days(valid_until: int, reason: str | None) -> None:
    (fact,) = facts(Tower().ask(ring("a"), valid_until=valid_until))
    assert getattr(fact, "reason", None) == reason


def test_ids_are_remembered_for_at_least_seven_days_and_then_forgotten() -> None:
    tower = Tower()
    tower.ask(ring("a"), command_id="x")
    last = NOON + 7 * DAY
    assert facts(tower.ask(ring("a"), command_id="x", at=last))[-1] == Repeated(first=0)
    far = NOON + 30 * DAY
    tower.ask(ring("b"), at=far)
    assert tower.partition.intake.counts == {"BU-1": 1}


def test_a_policys_command_is_answered_once_per_place_and_counted_when_it_comes_again() -> None:
    tower = Tower()
    assert facts(tower.ask(ring("a"), actor=POLICY_ACTOR, source=from_policy(5))) == [
        Wound(bell="a", at=NOON + DAY)
    ]
    assert tower.ask(ring("a"), actor=POLICY_ACTOR, source=from_policy(5)) == ()
    assert tower.ask(ring("a"), actor=POLICY_ACTOR, source=from_policy(4, 9)) == ()
    assert len(facts(tower.ask(ring("b"), actor=POLICY_ACTOR, source=from_policy(5, 1)))) == 2
    assert tower.ask(ring("c"), actor=POLICY_ACTOR, source=from_policy(5, 1)) == ()
    ((recorded,),) = tower.partition.drain(CLAIM)
    assert isinstance(recorded.fact, Passed)
    assert [(run.first, run.last, run.count, run.reason) for run in recorded.fact.runs] == [
        (4, 4, 1, "POLICY_REPEAT")
    ]
    assert recorded.meta.cause == 4


def test_noise_is_covered_by_one_fact_before_the_next_outcome() -> None:
    tower = Tower()
    tower.ask(ring("a"))
    for _ in range(3):
        tower.ask(Tick(), actor=POLICY_ACTOR)
    passed, wound = facts(tower.ask(ring("b")))
    assert isinstance(passed, Passed)
    assert [(run.first, run.last, run.count) for run in passed.runs] == [(1, 3, 3)]
    assert wound == Wound(bell="b", at=NOON + DAY)
    assert tower.partition.drain(CLAIM) == ()


def test_only_policies_name_a_source_and_only_they_speak_as_the_exchange() -> None:
    tower = Tower()
    for actor, source in (("BU-1", from_policy(1)), (POLICY_ACTOR, None)):
        (fact,) = facts(tower.ask(ring("a"), actor=actor, source=source))
        assert isinstance(fact, Refused)
        assert fact.reason == "NOT_PERMITTED"
    assert tower.partition.state.wound == {}


def test_a_source_that_a_client_made_up_silences_no_policy() -> None:
    tower = Tower()
    tower.ask(ring("a"), actor="BU-1", source=from_policy(9_999))
    tower.take(
        Invalid(
            CommandMeta(id="i", actor="BU-1", valid_until=NOON, source=from_policy(9_999)), "Ring", "", b""
        )
    )
    assert facts(tower.ask(ring("b"), actor=POLICY_ACTOR, source=from_policy(1))) == [
        Wound(bell="b", at=NOON + DAY)
    ]


def test_what_cannot_be_read_becomes_a_fact_and_the_partition_goes_on() -> None:
    tower = Tower()
    (fact,) = facts(tower.take(Unread("UNREADABLE", "no magic byte", 3, b"d")))
    assert fact == InputUnreadable(reason="UNREADABLE", detail="no magic byte", size_bytes=3, digest=b"d")
    assert facts(tower.ask(ring("a"))) == [Wound(bell="a", at=NOON + DAY)]


def test_values_out_of_range_are_refused_to_the_one_who_sent_them() -> None:
    tower = Tower()
    meta = CommandMeta(id="x", actor="BU-1", valid_until=NOON + HOUR)
    ((recorded,),) = tower.take(Invalid(meta, "Ring", "at: expected int >= 0", b"digest"))
    assert isinstance(recorded.fact, Refused)
    assert (recorded.fact.reason, recorded.fact.command) == ("VALUE_OUT_OF_RANGE", "Ring")
    assert (recorded.meta.actor, recorded.meta.command_id) == ("BU-1", "x")


def test_the_clock_shifts_only_where_it_may() -> None:
    (refused,) = facts(Tower().ask(ShiftClock(by_us=DAY)))
    assert isinstance(refused, Refused)
    assert refused.reason == "CLOCK_NOT_SHIFTABLE"
    tower = Tower(clock_shiftable=True)
    assert facts(tower.ask(ShiftClock(by_us=DAY))) == [ClockShifted(shift_us=DAY)]
    assert facts(tower.ask(ShiftClock(by_us=DAY), valid_until=NOON + 2 * DAY)) == [
        ClockShifted(shift_us=2 * DAY)
    ]
    ((recorded,),) = tower.ask(ring("a", NOON + 5 * DAY), valid_until=NOON + 3 * DAY)
    assert recorded.meta.at == NOON + 2 * DAY


def test_a_shift_that_names_a_source_never_reaches_the_context() -> None:
    tower = Tower(clock_shiftable=True)
    source = Source(topic="t", partition=0, seq=0, index=0)
    shifted = facts(tower.ask(ShiftClock(by_us=5), actor=POLICY_ACTOR, source=source))
    assert shifted == [ClockShifted(shift_us=5)]


def test_the_directorys_shift_moves_the_logs_time() -> None:
    tower = Tower(shift_us=-DAY)
    ((recorded,),) = tower.ask(ring("a"), valid_until=NOON)
    assert recorded.meta.at == NOON - DAY


def test_folding_the_facts_gives_the_state_that_deciding_them_gave() -> None:
    tower = Tower(clock_shiftable=True)
    outcomes = [
        *tower.ask(ring("a", NOON + SECOND), command_id="x"),
        *tower.ask(ring("a"), command_id="x"),
        *tower.ask(ring("b"), actor=POLICY_ACTOR, source=from_policy(1)),
        *tower.ask(ring("b"), actor=POLICY_ACTOR, source=from_policy(1)),
        *tower.ask(ShiftClock(by_us=DAY)),
        *tower.take(Unread("UNREADABLE", "", 0, b"")),
        *tower.ask(Tick(), actor=POLICY_ACTOR),
        *tower.partition.drain(CLAIM),
    ]
    folded = Partition(BELLS, 3)
    for outcome in outcomes:
        for recorded in outcome:
            folded.fold(recorded)
    assert folded.written_down() == tower.partition.written_down()
    loaded = Partition(BELLS, 3)
    loaded.load(folded.written_down(), folded.intake.next_seq)
    assert loaded.written_down() == folded.written_down()


def test_a_fact_out_of_turn_is_an_invariant_broken() -> None:
    tower = Tower()
    ((recorded,),) = tower.ask(ring("a"))
    with pytest.raises(InvariantBroken, match="fact 0 came where 1 was due"):
        tower.partition.fold(recorded)


def test_a_state_that_does_not_verify_leaves_nothing_behind() -> None:
    tower = Tower()
    tower.ask(ring("a"))
    fresh = Partition(BELLS, 3)
    before = fresh.written_down()
    for written, next_seq in ((tower.partition.written_down(), 7), (before, 1)):
        with pytest.raises(InvariantBroken, match="does not read back"):
            fresh.load(written, next_seq)
        assert fresh.written_down() == before


def test_a_clock_cannot_be_shifted_out_of_all_time() -> None:
    tower = Tower(clock_shiftable=True)
    century = 100 * 366 * DAY
    at = NOON
    for _ in range(10):
        assert facts(tower.ask(ShiftClock(by_us=century), valid_until=at)) != []
        at += century
    (refused,) = facts(tower.ask(ShiftClock(by_us=century), valid_until=at))
    assert isinstance(refused, Refused)
    assert refused.reason == "VALUE_OUT_OF_RANGE"


def test_commands_with_values_out_of_range_are_remembered_within_the_same_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("exchange.kernel.intake.REMEMBERED_PER_ACTOR_MAX", 3)
    tower = Tower()
    for number in range(5):
        meta = CommandMeta(id=f"x{number}", actor="BU-1", valid_until=NOON + HOUR)
        tower.take(Invalid(meta, "Ring", "at: expected int >= 0", bytes([number])))
    assert tower.partition.intake.counts == {"BU-1": 3}
    ((recorded,),) = tower.partition.drain(CLAIM)
    assert isinstance(recorded.fact, Passed)
    assert [(run.count, run.reason) for run in recorded.fact.runs] == [(2, "MEMORY_FULL")]


def a_tower_of(per_second: int) -> Tower:
    tower = Tower()
    tower.partition = Partition(replace(BELLS, commands_per_second_max=per_second), 3)
    return tower


def passed(tower: Tower) -> list[tuple[int, int, str]]:
    """What the noise so far is told: from which offset on, how many, why."""
    ((recorded,),) = tower.partition.drain(CLAIM)
    assert isinstance(recorded.fact, Passed)
    return [(run.first, run.count, run.reason) for run in recorded.fact.runs]


def test_what_one_participant_asks_beyond_its_rate_is_counted_and_not_decided() -> None:
    tower = a_tower_of(3)
    for _ in range(3):
        assert tower.ask(Ring(bell="a", at=NOON + HOUR)) != ()
    assert [tower.ask(Ring(bell="a", at=NOON + HOUR)) for _ in range(4)] == [()] * 4
    assert passed(tower) == [(3, 4, "RATE_LIMITED")]


def test_a_rate_is_each_participants_own() -> None:
    tower = a_tower_of(1)
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), actor="BU-1") != ()
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), actor="BU-2") != ()
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), actor="BU-1") == ()


def test_a_rate_is_of_a_second_of_exchange_time() -> None:
    tower = a_tower_of(1)
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), at=NOON + SECOND - 1) != ()
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), at=NOON) == ()
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), at=NOON + SECOND) != ()


def test_what_was_asked_too_fast_is_decided_when_it_is_asked_again() -> None:
    tower = a_tower_of(1)
    tower.ask(Ring(bell="a", at=NOON + HOUR), command_id="one")
    assert tower.ask(Ring(bell="b", at=NOON + HOUR), command_id="two") == ()
    tower.partition.drain(CLAIM)
    outcomes = tower.ask(Ring(bell="b", at=NOON + HOUR), command_id="two", at=NOON + SECOND)
    assert facts(outcomes) == [Wound(bell="b", at=NOON + HOUR)]


def test_repeats_and_refusals_count_too() -> None:
    tower = a_tower_of(3)
    for _ in range(2):
        assert tower.ask(Ring(bell="a", at=NOON + HOUR), command_id="one", valid_until=NOON + HOUR) != ()
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), valid_until=NOON - 1) != ()
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), command_id="one", valid_until=NOON + HOUR) == ()
    foreign = Source(topic="t", partition=0, seq=1, index=0)
    assert tower.ask(Ring(bell="a", at=NOON + HOUR), source=foreign) == ()


def test_policies_and_ticks_may_come_as_they_do() -> None:
    tower = a_tower_of(1)
    for number in range(5):
        source = Source(topic="t", partition=0, seq=number, index=0)
        assert tower.ask(Ring(bell="a", at=NOON + HOUR), actor=POLICY_ACTOR, source=source) != ()
        assert tower.ask(Ring(bell=f"{number}", at=NOON), actor=POLICY_ACTOR, source=source) == ()
        tower.ask(Tick(), actor=POLICY_ACTOR)
    assert {reason for _, _, reason in passed(tower)} == {"POLICY_REPEAT", "NOTHING_DUE"}


def test_whoever_takes_over_counts_on() -> None:
    tower = a_tower_of(2)
    outcomes = tower.ask(Ring(bell="a", at=NOON + HOUR)) + tower.ask(Ring(bell="a", at=NOON + HOUR))
    successor = a_tower_of(2)
    for outcome in outcomes:
        for recorded in outcome:
            successor.partition.fold(recorded)
    assert successor.partition.written_down() == tower.partition.written_down()
    successor.offset = tower.offset
    assert successor.ask(Ring(bell="a", at=NOON + HOUR)) == ()
