"""Whatever is asked in whatever order, every item is accounted for once, as a naive account of single items has it."""

from functools import partial
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from exchange.bonded import commands as asked
from exchange.bonded.accounts import books
from exchange.bonded.facts import (
    ConsignmentProposed,
    DeletionCertified,
    DestructionRecorded,
    EgressRequested,
    ItemsReturned,
    ItemsScrapped,
    ItemsTransferred,
    JobRunCompleted,
    JobRunStarted,
)
from exchange.bonded.ranges import counted
from exchange.bonded.state import on_hand
from exchange.bonded.values import ItemRange, Made
from exchange.kernel.bases import Fact
from tests.unit.bonded.stage import (
    ASSESSOR,
    CLEARED,
    EXCHANGE,
    OTHER,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_count,
    a_destruction,
    a_lot,
    a_product,
    a_proposal,
    a_return,
    a_start,
    a_transfer,
    a_zone,
    an_export,
    digest,
    erasure,
    items,
    scc,
)

SIZE = 12
RANGES = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).map(
    lambda pair: (min(pair), max(pair))
)


KINDS = st.sampled_from(["product", "intermediate"])
_WAYS: dict[type[Fact], str] = {
    ItemsReturned: "returned",
    ItemsTransferred: "transferred_out",
    ItemsScrapped: "scrapped",
    DeletionCertified: "destroyed",
}


class Accounts(RuleBasedStateMachine):
    """Drives a zone with anything at any time, and keeps a way out for every single item beside it."""

    stage: ZoneStage
    fate: dict[str, dict[int, str]]
    used: int

    @initialize()
    def opened(self) -> None:
        self.stage = a_zone()
        self.stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-14", PROCESSOR, OTHER)))
        self.fate = {}
        self.jobs: list[str] = []
        self.outputs: list[str] = []
        self.egresses: list[str] = []
        self.certificates: list[str] = []
        self.transfers = 0
        self.used = 0
        self.first = self._came("HB-1")

    def _came(self, handbook_no: str) -> str:
        lots = (a_lot(SIZE, each_bytes=7),)
        name = self.stage.gave(
            ConsignmentProposed, PROCESSOR, a_proposal(handbook_no, lots=lots)
        ).consignment_id
        self.fate[name] = {}
        return name

    def _ask(self, actor: str, command: Any) -> tuple[Fact, ...]:
        facts = self.stage.ask(actor, command)
        for fact in facts:
            self._account(fact)
        return facts

    def _account(self, fact: Fact) -> None:
        match fact:
            case JobRunStarted(job_run_id=name):
                self.jobs.append(name)
            case JobRunCompleted(made=made):
                self.outputs += [each.output_id for each in made]
                for each in made:
                    if each.kind == "product":
                        self._leave(each.items, "consumed", again=True)
            case EgressRequested(egress_id=name):
                self.egresses.append(name)
            case DestructionRecorded(certificate_id=name):
                self.certificates.append(name)
            case ItemsTransferred(consignment_id=name):
                self.fate[name] = {}
        way = "" if isinstance(fact, DeletionCertified) and fact.partial else _WAYS.get(type(fact), "")
        if way:
            self._leave(fact.items, way)  # type: ignore[attr-defined]

    def _leave(self, left: tuple[ItemRange, ...], way: str, *, again: bool = False) -> None:
        for each in left:
            for number in range(each.first, each.last + 1):
                fate = self.fate[each.consignment_id]
                assert number not in fate or (again and fate[number] == "consumed")
                fate[number] = way
                self.used += way == "consumed"

    @rule(numbers=RANGES)
    def starts(self, numbers: tuple[int, int]) -> None:
        self._ask(PROCESSOR, a_start(items(self.first, *numbers), seats=1))

    @rule(pick=st.integers(0, 99))
    def starts_on_an_output(self, pick: int) -> None:
        if self.outputs:
            self._ask(PROCESSOR, a_start(output_ids=(self.outputs[pick % len(self.outputs)],), seats=1))

    @rule(
        pick=st.integers(0, 99),
        kind=st.sampled_from(["product", "intermediate"]),
        whole=st.booleans(),
        numbers=RANGES,
    )
    def completes(self, pick: int, kind: Any, whole: bool, numbers: tuple[int, int]) -> None:
        if self.jobs:
            held = () if whole else items(self.first, *numbers)
            made: Made = a_product(held, kind=kind)
            job = self.jobs[pick % len(self.jobs)]
            self._ask(PROCESSOR, asked.CompleteJobRun(job_run_id=job, made=(made,)))

    @rule(numbers=RANGES)
    def returns(self, numbers: tuple[int, int]) -> None:
        self._ask(PROCESSOR, a_return(items(self.first, *numbers)))

    @rule(numbers=RANGES)
    def transfers_on(self, numbers: tuple[int, int]) -> None:
        self.transfers += 1
        command = a_transfer(items(self.first, *numbers), handbook_no=f"HB-T{self.transfers}")
        self._ask(PROCESSOR, command)

    @rule(pick=st.integers(0, 99))
    def exports(self, pick: int) -> None:
        if self.outputs:
            self._ask(PROCESSOR, an_export(self.outputs[pick % len(self.outputs)]))

    @rule(pick=st.integers(0, 99), receiver=st.sampled_from([SELLER, OTHER]))
    def arrives(self, pick: int, receiver: str) -> None:
        if self.egresses:
            self._ask(receiver, self.stage.arrival(self.egresses[pick % len(self.egresses)], receiver))

    @rule(pick=st.integers(0, 99))
    def is_withdrawn(self, pick: int) -> None:
        if self.egresses:
            name = self.egresses[pick % len(self.egresses)]
            self._ask(PROCESSOR, asked.WithdrawEgress(egress_id=name, grounds="Not now."))

    @rule(numbers=RANGES)
    def scraps(self, numbers: tuple[int, int]) -> None:
        command = asked.ScrapItems(
            items=items(self.first, *numbers), grounds="Black.", evidence_sha256=digest("list")
        )
        self._ask(PROCESSOR, command)

    @rule(numbers=RANGES, partial=st.booleans())
    def deletes(self, numbers: tuple[int, int], partial: bool) -> None:
        how = erasure(**CLEARED, partial=partial)
        self._ask(PROCESSOR, a_destruction(self.first, items(self.first, *numbers), erasure=how))

    @rule(pick=st.integers(0, 99))
    def is_verified(self, pick: int) -> None:
        if self.certificates:
            name = self.certificates[pick % len(self.certificates)]
            self._ask(ASSESSOR, self.stage.verification(name))

    @rule(off=st.sampled_from([0, 0, 0, 1]))
    def counts(self, off: int) -> None:
        found = sum(counted(on_hand(lot)) for lot in self.stage.state.consignments[self.first].lots.values())
        self._ask(PROCESSOR, a_count(self.first, found + off, each_bytes=7))

    @rule()
    def every_job_ends(self) -> None:
        for name in self.jobs:
            if self.stage.state.job_runs[name].phase == "running":
                self._ask(PROCESSOR, asked.FailJobRun(job_run_id=name, grounds="Out of time."))

    @rule(numbers=RANGES, kind=KINDS)
    def works(self, numbers: tuple[int, int], kind: Any) -> None:
        before = len(self.jobs)
        self.starts(numbers)
        if len(self.jobs) > before:
            made: Made = a_product(items(self.first, *numbers), kind=kind)
            self._ask(PROCESSOR, asked.CompleteJobRun(job_run_id=self.jobs[-1], made=(made,)))

    @rule(numbers=RANGES)
    def is_sent_back(self, numbers: tuple[int, int]) -> None:
        self.every_job_ends()
        self.counts(0)
        before = len(self.egresses)
        self.returns(numbers)
        if len(self.egresses) > before:
            self._ask(SELLER, self.stage.arrival(self.egresses[-1], SELLER))

    @rule(numbers=RANGES)
    def is_handed_on(self, numbers: tuple[int, int]) -> None:
        self.every_job_ends()
        before = len(self.egresses)
        self.transfers_on(numbers)
        if len(self.egresses) > before:
            self._ask(OTHER, self.stage.arrival(self.egresses[-1], OTHER))

    @rule(numbers=RANGES, partial=st.booleans())
    def is_deleted(self, numbers: tuple[int, int], partial: bool) -> None:
        self.every_job_ends()
        before = len(self.certificates)
        self.deletes(numbers, partial)
        if len(self.certificates) > before:
            self._ask(ASSESSOR, self.stage.verification(self.certificates[-1]))

    def a_busy_day(self, seed: int) -> None:
        """Everything, evenly: rules drawn one by one tend to repeat themselves."""
        chance = Random(seed)
        for _ in range(60):
            first = chance.randrange(SIZE)
            numbers = first, min(first + chance.randrange(4), SIZE - 1)
            pick, kind = chance.randrange(99), chance.choice(["product", "intermediate"])
            act = chance.choice(
                [
                    partial(self.works, numbers, kind),
                    partial(self.works, numbers, kind),
                    partial(self.starts_on_an_output, pick),
                    partial(self.completes, pick, kind, True, numbers),
                    partial(self.returns, numbers),
                    partial(self.transfers_on, numbers),
                    partial(self.exports, pick),
                    partial(self.arrives, pick, SELLER),
                    partial(self.is_withdrawn, pick),
                    partial(self.deletes, numbers, False),
                    partial(self.is_verified, pick),
                    partial(self.is_sent_back, numbers),
                    partial(self.is_handed_on, numbers),
                    partial(self.is_deleted, numbers, chance.random() < 1 / 3),
                    partial(self.counts, 0),
                    self.every_job_ends,
                ]
            )
            act()
            self.every_item_is_accounted_for_once()
            self.nothing_that_may_leave_is_behind_an_open_balance()

    @rule()
    def writes_off(self) -> None:
        self._ask(PROCESSOR, asked.WriteOff(consignment_id=self.first))

    @invariant()
    def every_item_is_accounted_for_once(self) -> None:
        for name, fate in self.fate.items():
            consignment = self.stage.state.consignments[name]
            for line in books(consignment):
                left = line.consumed + line.returned + line.transferred_out + line.scrapped + line.destroyed
                assert line.admitted + line.transferred_in == left + line.on_hand
                assert min(line.on_hand, left) >= 0
            line = books(consignment)[0]
            ways = list(fate.values())
            expected = [
                ways.count(way)
                for way in ("consumed", "returned", "transferred_out", "scrapped", "destroyed")
            ]
            found = [line.consumed, line.returned, line.transferred_out, line.scrapped, line.destroyed]
            assert found == expected
            if consignment.phase == "written_off":
                assert (line.on_hand, consignment.balance) == (0, "balanced")
        assert sum(each.used_count for each in self.stage.state.consignments.values()) == self.used

    @invariant()
    def nothing_that_may_leave_is_behind_an_open_balance(self) -> None:
        self.stage.settled()
        for egress in self.stage.state.egresses.values():
            if egress.phase == "approved" and egress.requested.kind != "transfer":
                behind = egress.requested.consignment_ids
                assert all(self.stage.state.consignments[name].balance == "balanced" for name in behind)

    def teardown(self) -> None:
        """Another partition that only read the journal remembers the same."""
        if hasattr(self, "stage"):
            assert self.stage.replayed() == self.stage.reloaded() == self.stage.partition.written_down()


TestAccounts = Accounts.TestCase
TestAccounts.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_a_busy_day_leaves_every_item_accounted_for(seed: int) -> None:
    accounts = Accounts()
    accounts.opened()
    accounts.a_busy_day(seed)
    accounts.teardown()
