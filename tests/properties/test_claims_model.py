"""The claim rule, model-checked: every interleaving of two workers with delayed and lost appends and restarts.

The reader is the production one. A worker here is the take-over and lead protocol of design.md section 5, each
of whose steps may happen at any moment between those of the other: so a worker that is stopped for ever so long
and continued is one of the interleavings.
"""

import copy
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import pytest

from exchange.kernel.bases import FactMeta, Recorded
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.protocol import Claimed, Refused, Sealed
from streams.journal import JournalReader

COMMANDS = 2
WORKERS = 2
TAKE_OVERS_MAX = (2, 1)
IN_FLIGHT_MAX = 2


class Written(NamedTuple):
    """A record of the modelled log: `kind` is claim, seal or fact."""

    kind: str
    worker: int
    claim: int = -1
    seq: int = -1
    cause: int = -1
    index: int = 0
    last: int = 0
    digest: bytes = b""


class Worker(NamedTuple):
    phase: str = "idle"
    claim: int = -1
    seq: int = 0
    cause: int = -1
    digest: bytes = BEGINNING.digest
    take_overs: int = 0
    in_flight: tuple[tuple[Written, ...], ...] = ()


class World(NamedTuple):
    log: tuple[Written, ...] = ()
    workers: tuple[Worker, ...] = (Worker(),) * WORKERS


class Wire:
    """Stands in for Avro: a record's value is its repr; the two workers' facts differ in it."""

    written: ClassVar[dict[bytes, Written]] = {}

    @staticmethod
    def value(written: Written) -> bytes:
        value = repr(tuple(written)).encode()
        Wire.written[value] = written
        return value

    @staticmethod
    def decode_fact(value: bytes) -> Recorded | Claimed | Sealed:
        written = Wire.written[value]
        if written.kind == "claim":
            return Claimed(worker=str(written.worker), engine_version=1)
        if written.kind == "seal":
            return Sealed(claim=written.claim, seq=written.seq, digest=written.digest)
        meta = FactMeta(
            seq=written.seq, claim=written.claim, cause=written.cause, index=written.index, last=written.last,
            command_id="", actor="", at=0,
        )  # fmt: skip
        return Recorded(meta, Refused(command="", reason="", subject="", detail=str(written.worker)))


class Read(NamedTuple):
    reader: JournalReader
    accepted: tuple[int, ...]


class Model:
    """Explores every reachable world once, and judges each one's log."""

    def __init__(self, *, heed_claims: bool = True) -> None:
        self.heed_claims = heed_claims
        self.reads: dict[tuple[Written, ...], Read] = {
            (): Read(JournalReader("market.journal", 0, BEGINNING, Wire), ())
        }

    def read(self, log: tuple[Written, ...]) -> Read:
        known = self.reads.get(log)
        if known is None:
            before = self.read(log[:-1])
            reader = copy.copy(before.reader)
            reader._outcome = list(before.reader._outcome)
            written = log[-1]
            if not self.heed_claims and written.kind == "fact":
                written = written._replace(claim=reader.position.claim)
            outcome = reader.feed(len(log) - 1, Wire.value(written))
            causes = (outcome[0].meta.cause,) if isinstance(outcome, tuple) else ()
            known = self.reads[log] = Read(reader, before.accepted + causes)
        return known

    def explore(self) -> int:
        seen = {World()}
        waiting = [World()]
        while waiting:
            world = waiting.pop()
            for follower in self.steps(world):
                if follower not in seen:
                    seen.add(follower)
                    self.judge(follower)
                    waiting.append(follower)
        return len(seen)

    def judge(self, world: World) -> None:
        accepted = self.read(world.log).accepted
        assert accepted == tuple(range(len(accepted))), f"{accepted} was accepted in {world.log}"

    def steps(self, world: World) -> Iterator[World]:
        for number, worker in enumerate(world.workers):
            for log, moved in self.moves(world.log, number, worker):
                workers = (*world.workers[:number], moved, *world.workers[number + 1 :])
                yield World(log, workers)

    def moves(
        self, log: tuple[Written, ...], number: int, worker: Worker
    ) -> Iterator[tuple[tuple[Written, ...], Worker]]:
        if worker.in_flight:
            batch, *rest = worker.in_flight
            arrived = worker._replace(in_flight=tuple(rest))
            if worker.phase == "claiming":
                arrived = arrived._replace(phase="claimed", claim=len(log))
            yield log + batch, arrived
        if worker.phase == "idle" and worker.take_overs < TAKE_OVERS_MAX[number]:
            claim = Written("claim", number)
            yield (
                log,
                worker._replace(
                    phase="claiming",
                    take_overs=worker.take_overs + 1,
                    in_flight=(*worker.in_flight, (claim,)),
                ),
            )
        if worker.phase == "claimed":
            yield log, self.fold_on(log, number, worker)
        if (
            worker.phase == "leading"
            and worker.cause + 1 < COMMANDS
            and len(worker.in_flight) < IN_FLIGHT_MAX
        ):
            yield log, self.decide(number, worker)
        if worker.phase != "idle":
            # Killed: what was sent may be lost from some point on; what is not lost arrives in order.
            for kept in range(len(worker.in_flight) + 1):
                yield log, Worker(take_overs=worker.take_overs, in_flight=worker.in_flight[:kept])

    def fold_on(self, log: tuple[Written, ...], number: int, worker: Worker) -> Worker:
        read = self.read(log)
        position: JournalPosition = read.reader.position
        if position.claim != worker.claim:
            return Worker(take_overs=worker.take_overs)
        cause = read.accepted[-1] if read.accepted else -1
        seal = Written("seal", number, worker.claim, position.seq, digest=position.digest)
        return worker._replace(
            phase="leading", seq=position.seq, cause=cause, digest=position.digest,
            in_flight=(*worker.in_flight, (seal,)),
        )  # fmt: skip

    def decide(self, number: int, worker: Worker) -> Worker:
        facts = tuple(
            Written("fact", number, worker.claim, worker.seq + index, worker.cause + 1, index, 1)
            for index in (0, 1)
        )
        return worker._replace(
            seq=worker.seq + 2, cause=worker.cause + 1, in_flight=(*worker.in_flight, facts)
        )


def test_no_interleaving_of_two_workers_accepts_a_command_twice_skips_one_or_reorders_them() -> None:
    worlds = Model().explore()
    assert worlds > 40_000, f"only {worlds} worlds were explored: the model has lost its moves"


def test_the_model_finds_the_fault_when_claims_are_not_heeded() -> None:
    with pytest.raises((AssertionError, InvariantBroken)):
        Model(heed_claims=False).explore()
