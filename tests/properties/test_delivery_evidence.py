"""Whatever order publications, receipts, gaps, rulings and time come in: an auditor that only reads facts agrees."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exchange.delivery.decider import decider
from exchange.delivery.facts import (
    AcceptanceProposed,
    DeliveryObjected,
    DigestsDiffered,
    EntitlementClosed,
    EntitlementOpened,
    GapClosed,
    GapReported,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
    RangeUnconfirmed,
    RejectionProposed,
)
from exchange.delivery.state import Delivery
from exchange.kernel.bases import Command, Fact, Recorded
from exchange.kernel.protocol import Passed, Refused, Tick
from exchange.kernel.time import DAY, HOUR
from tests.support.stage import START, Stage, sound
from tests.unit.delivery.stage import (
    BUYER,
    EXCHANGE,
    SELLER,
    TERM,
    a_close,
    a_completion,
    a_gap,
    a_range,
    a_receipt,
    a_record,
    a_ruling,
    an_objection,
    an_opening,
    digest,
)

WINDOW = 7 * DAY


class Case(msgspec.Struct):
    """What an auditor knows of one entitlement, number by number."""

    opened: EntitlementOpened
    owed: set[int] | None = None
    completed_at: int = 0
    received: set[int] = msgspec.field(default_factory=set)
    receipts: list[int] = msgspec.field(default_factory=list)
    disputes: set[int] = msgspec.field(default_factory=set)
    gaps: list[tuple[int, int]] = msgspec.field(default_factory=list)
    wrongs: set[int] = msgspec.field(default_factory=set)
    objected: bool = False
    window_over: bool = False
    proposals: int = 0
    closed: bool = False

    @property
    def delivered(self) -> bool:
        return self.owed is not None and self.owed <= self.received

    @property
    def decided(self) -> bool:
        return self.closed or self.proposals > 0

    @property
    def ends_by_time(self) -> int | None:
        """When time brings something next."""
        if self.decided:
            return None
        if self.owed is None:
            return self.opened.ends_at
        waits = self.objected or self.window_over or self.disputes
        return None if waits else self.completed_at + WINDOW

    @property
    def looked_at(self) -> bool:
        """Whether the exchange owes it an end without anybody's doing."""
        return self.owed is not None and not self.decided and (self.objected or self.window_over)


class Auditor:
    """Reads every fact once and holds each to what came before it."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.ranges: list[tuple[int, int, int]] = []

    def read(self, recorded: Recorded) -> None:
        meta, fact = recorded
        assert sound(fact)
        match fact:
            case EntitlementOpened():
                assert fact.from_seq == self.published
                self.cases[fact.entitlement_id] = Case(opened=fact)
            case RangePublished():
                assert fact.first == self.published
                self.ranges.append((fact.first, fact.last, meta.at))
            case PublicationCompleted():
                self._completed(fact, meta.at)
            case EntitlementClosed():
                case_ = self.cases[fact.entitlement_id]
                assert not case_.closed
                case_.closed = True
                case_.disputes.clear()
            case AcceptanceProposed() | RejectionProposed():
                self._proposed(self.cases[fact.entitlement_id], fact, meta.at)
            case _:
                self._read_buyers(fact, meta.at)

    def _read_buyers(self, fact: Fact, at: int) -> None:
        match fact:
            case RangeReceived():
                self._received(self.cases[fact.entitlement_id], fact)
            case DigestsDiffered():
                case_ = self.cases[fact.entitlement_id]
                assert not case_.closed
                assert fact.first not in case_.received
                case_.disputes.add(fact.first)
            case RangeUnconfirmed():
                self._unconfirmed(self.cases[fact.entitlement_id], fact, at)
            case RangeRuled():
                self._ruled(self.cases[fact.entitlement_id], fact)
            case GapReported():
                self.cases[fact.entitlement_id].gaps.append((fact.first, fact.last))
            case GapClosed():
                case_ = self.cases[fact.entitlement_id]
                case_.gaps.remove((fact.first, fact.last))
                assert set(range(fact.first, fact.last + 1)) <= case_.received
            case DeliveryObjected():
                self.cases[fact.entitlement_id].objected = True

    @property
    def published(self) -> int:
        return self.ranges[-1][1] + 1 if self.ranges else 0

    def _completed(self, fact: PublicationCompleted, at: int) -> None:
        for name in fact.entitlement_ids:
            case_ = self.cases[name]
            assert case_.owed is None
            assert not case_.closed
            first, ends_at = case_.opened.from_seq, case_.opened.ends_at
            in_term = [run for run in self.ranges if run[2] < ends_at and first <= run[0] <= fact.through]
            case_.owed = {number for low, high, _ in in_term for number in range(low, high + 1)}
            assert max(case_.owed) == fact.through
            assert (at >= ends_at) == (fact.basis == "time")
            case_.completed_at = at
            case_.disputes &= case_.owed

    def _received(self, case_: Case, fact: RangeReceived) -> None:
        assert not case_.closed
        assert fact.first not in case_.receipts
        assert fact.digest == digest(fact.first, fact.last)
        assert fact.first >= case_.opened.from_seq
        assert case_.owed is None or fact.first in case_.owed
        assert any(run[0] == fact.first and run[2] < case_.opened.ends_at for run in self.ranges)
        case_.receipts.append(fact.first)
        case_.received.update(range(fact.first, fact.last + 1))
        case_.disputes.discard(fact.first)
        case_.wrongs.discard(fact.first)

    def _unconfirmed(self, case_: Case, fact: RangeUnconfirmed, at: int) -> None:
        assert case_.owed is not None
        assert not case_.decided
        assert fact.first == min(case_.owed - case_.received)
        assert fact.first not in case_.disputes
        if not case_.objected:
            assert at >= case_.completed_at + WINDOW
            case_.window_over = True
        case_.disputes.add(fact.first)

    def _ruled(self, case_: Case, fact: RangeRuled) -> None:
        assert fact.first in case_.disputes
        case_.disputes.discard(fact.first)
        if fact.right == "seller":
            assert fact.digest == digest(fact.first, fact.last)
            case_.received.update(range(fact.first, fact.last + 1))
            case_.wrongs.add(fact.first)
        else:
            assert fact.digest != digest(fact.first, fact.last)

    def _proposed(self, case_: Case, fact: AcceptanceProposed | RejectionProposed, at: int) -> None:
        assert not case_.closed
        assert not case_.proposals
        case_.proposals += 1
        if isinstance(fact, AcceptanceProposed):
            assert case_.delivered
            by_ruling = "time" if case_.window_over and not case_.objected else "ruling"
            assert fact.basis == (by_ruling if case_.wrongs & (case_.owed or set()) else "evidence")
        elif fact.basis == "time":
            assert case_.owed is None
            assert at >= case_.opened.ends_at
            assert not [
                run
                for run in self.ranges
                if case_.opened.from_seq <= run[0] and run[2] < case_.opened.ends_at
            ]
        else:
            assert (fact.first, fact.last) in [run[:2] for run in self.ranges]


class DeliveryMachine(RuleBasedStateMachine):
    """Asks for anything, sensible or not, and has every outcome audited."""

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage[Delivery] = Stage(decider())
        self.auditor = Auditor()
        self.read = 0

    def ask(self, actor: str, command: Command) -> None:
        due = [
            case_
            for case_ in self.auditor.cases.values()
            if case_.ends_by_time is not None and case_.ends_by_time <= self.stage.at
        ]
        self.stage.ask(actor, command)
        outcome = self.stage.journal[self.read :]
        self.read = len(self.stage.journal)
        for recorded in outcome:
            self.auditor.read(recorded)
        facts = [recorded.fact for recorded in outcome if not isinstance(recorded.fact, Passed)]
        assert not any(isinstance(fact, Refused) for fact in facts[:-1])
        assert all(case_.decided or case_.window_over or case_.owed is not None for case_ in due)
        if any(isinstance(fact, RangeReceived) for fact in facts):
            self._no_covered_gap_is_left(command)

    def _no_covered_gap_is_left(self, command: Any) -> None:
        case_ = self.auditor.cases[command.entitlement_id]
        assert not any(set(range(first, last + 1)) <= case_.received for first, last in case_.gaps)

    @initialize(others=st.integers(0, 2))
    def listed(self, others: int) -> None:
        self.ask(EXCHANGE, a_record())
        for _ in range(1 + others):
            self.open_entitlement(30)
        self.publish(2)
        self.publish(3)

    def names(self, wanted: Callable[[Case], object] = lambda case_: True) -> list[str]:
        """Entitlements that are not closed and of which something more is true."""
        return sorted(
            name for name, case_ in self.auditor.cases.items() if not case_.closed and wanted(case_)
        )

    @rule(days=st.sampled_from([1, 30]))
    @precondition(lambda self: len(self.names()) < 3)
    def open_entitlement(self, days: int) -> None:
        name = f"E-0.{len(self.auditor.cases)}.0"
        self.ask(EXCHANGE, an_opening(name, ends_at=self.stage.at + days * DAY))

    @rule(length=st.integers(1, 3))
    def publish(self, length: int) -> None:
        first = self.auditor.published
        self.ask(SELLER, a_range(first, first + length - 1))

    @rule(data=st.data())
    @precondition(lambda self: self.names(lambda case_: case_.owed is None))
    def complete(self, data: st.DataObject) -> None:
        _, last, _ = data.draw(st.sampled_from(self.auditor.ranges[-2:]))
        self.ask(SELLER, a_completion(last))

    def missing(self, case_: Case) -> list[tuple[int, int]]:
        """The ranges an entitlement has no receipt for, those beyond what is owed among them."""
        begin = case_.opened.from_seq
        return [run[:2] for run in self.auditor.ranges if run[0] >= begin and run[0] not in case_.receipts]

    @rule(data=st.data(), of=st.sampled_from(["topic", "buyer", "buyer"]))
    @precondition(lambda self: self.names(self.missing))
    def confirm(self, data: st.DataObject, of: str) -> None:
        name = data.draw(st.sampled_from(self.names(self.missing)))
        first, last = data.draw(st.sampled_from(self.missing(self.auditor.cases[name])))
        self.ask(BUYER, a_receipt(first, last, of, entitlement_id=name))

    @rule(data=st.data())
    @precondition(lambda self: self.names(self.missing))
    def confirm_all_in_some_order(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.names(self.missing)))
        for first, last in data.draw(st.permutations(self.missing(self.auditor.cases[name]))):
            self.ask(BUYER, a_receipt(first, last, entitlement_id=name))

    @rule(data=st.data(), of=st.sampled_from(["topic", "topic", "buyer", "nobody"]))
    @precondition(lambda self: self.names(lambda case_: case_.disputes))
    def rule_on(self, data: st.DataObject, of: str) -> None:
        disputed = {first for case_ in self.auditor.cases.values() for first in case_.disputes}
        runs = [run for run in self.auditor.ranges if run[0] in disputed]
        first, last, _ = data.draw(st.sampled_from(runs))
        self.ask(EXCHANGE, a_ruling(first, last, of))

    @rule(data=st.data(), length=st.integers(0, 5))
    @precondition(lambda self: self.names(self.missing))
    def miss(self, data: st.DataObject, length: int) -> None:
        name = data.draw(st.sampled_from(self.names(self.missing)))
        first, _ = data.draw(st.sampled_from(self.missing(self.auditor.cases[name])))
        self.ask(BUYER, a_gap(first, min(first + length, self.auditor.published - 1), name))

    @rule(data=st.data())
    @precondition(lambda self: self.names(lambda case_: case_.owed is not None))
    def object_to(self, data: st.DataObject) -> None:
        self.ask(BUYER, an_objection(data.draw(st.sampled_from(self.names()))))

    @rule(data=st.data(), verdict=st.sampled_from(["accepted", "refunded"]))
    @precondition(lambda self: self.names(lambda case_: case_.proposals))
    def close(self, data: st.DataObject, verdict: str) -> None:
        self.ask(EXCHANGE, a_close(verdict, data.draw(st.sampled_from(self.names()))))

    @rule(hours=st.sampled_from([1, 30, 24 * 7, 24 * 20]))
    def wait(self, hours: int) -> None:
        self.stage.later(hours * HOUR)
        self.ask(EXCHANGE, Tick())

    @rule(kind=st.integers(0, 7), number=st.integers(0, 3), first=st.integers(0, 12), last=st.integers(0, 12))
    def ask_anything(self, kind: int, number: int, first: int, last: int) -> None:
        name, count = f"E-0.{number}.0", max(0, last - first + 1)
        asked: tuple[str, Command] = (
            (SELLER, a_range(first, last, count=count, size_bytes=1)),
            (SELLER, a_completion(first)),
            (BUYER, a_receipt(first, last, entitlement_id=name, count=count)),
            (BUYER, a_gap(first, last, name)),
            (BUYER, an_objection(name)),
            (EXCHANGE, an_opening(name)),
            (EXCHANGE, a_ruling(first, last, count=count)),
            (EXCHANGE, a_close(entitlement_id=name)),
        )[kind]
        self.ask(*asked)

    @invariant()
    def all_received_of_a_complete_delivery_is_proposed(self) -> None:
        for case_ in self.auditor.cases.values():
            assert case_.proposals or case_.closed or not case_.delivered

    @invariant()
    def deadlines_are_those_of_whoever_only_waits(self) -> None:
        waiting = {(case_.ends_by_time, name) for name, case_ in self.auditor.cases.items()}
        assert {(at, name) for at, _, name in self.stage.state.deadlines} == {
            (at, name) for at, name in waiting if at is not None
        }

    @invariant()
    def whoever_waits_for_the_exchange_is_being_looked_at(self) -> None:
        for case_ in self.auditor.cases.values():
            if case_.looked_at and case_.owed is not None:
                assert min(case_.owed - case_.received) in case_.disputes

    @invariant()
    def what_is_remembered_is_what_the_facts_say(self) -> None:
        for name, case_ in self.auditor.cases.items():
            held = self.stage.state.entitlements[name]
            assert {dispute.first for dispute in held.disputes} == case_.disputes
            assert set(held.ruled) == case_.wrongs
            assert {n for first, last in held.received for n in range(first, last + 1)} == case_.received
            assert sorted(held.gaps) == sorted(case_.gaps)

    def _everything_ends(self) -> None:
        """Time and the auditor alone, with nobody's help, bring every delivery to its end."""
        for _ in range(200):
            disputed = {first for case_ in self.auditor.cases.values() for first in case_.disputes}
            for first, last, _ in [run for run in self.auditor.ranges if run[0] in disputed]:
                self.ask(EXCHANGE, a_ruling(first, last))
            self.stage.later(DAY)
            self.ask(EXCHANGE, Tick())
        assert all(case_.decided for case_ in self.auditor.cases.values())

    def teardown(self) -> None:
        self._everything_ends()
        live = self.stage.partition.written_down()
        assert self.stage.replayed() == live
        assert self.stage.reloaded() == live
        assert self.stage.at < START + 1_000 * TERM


DeliveryMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
test_the_delivery_proposes_at_most_once_and_exactly_what_the_evidence_says = DeliveryMachine.TestCase
