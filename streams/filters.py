"""The stages of the exchange as filters over lines, with no Kafka: for tests, what-if questions and audits.

They use the very functions that the hosts use: `Partition` decides, `project_batch` makes rows. On a pipe the
offsets of commands count on from those of the facts folded before them, and nobody claims: what is decided
carries the last claim of those facts, or 0.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from exchange.kernel.bases import FactMeta, Outcome
from exchange.kernel.errors import Misuse
from exchange.kernel.partition import Asked, Input, Invalid, Partition
from exchange.store import (
    VIEWS_READER,
    Store,
    migrate,
    open_store,
    positions,
)
from streams.deciders import all_deciders
from streams.jsonpipe import OutOfRange, read_command, read_fact, write_fact
from streams.piped import PIPE_TOPIC, PipedPartition, Projected
from streams.vocabulary import commands


def decide_lines(
    context: str, commands_in: Iterable[str], facts_in: Iterable[str] | None = None, partition: int = 0
) -> Iterator[str]:
    """Decide commands, one a line, and give the facts, one a line, outcome by outcome.

    Shape: the state begins empty, or as `facts_in` leave it. A command's `at` is exchange time.
    A value out of range is refused by a fact, as by a worker.
    Raises: Misuse naming the line that is no command or no fact, or is not the next fact of this partition.
    """
    commands(context)
    deciding: Partition[Any] = Partition(all_deciders()[context], partition, clock_shiftable=True)
    claim = _fold(context, deciding, facts_in or ())
    offset = deciding.intake.last_cause
    for number, line in _lines(commands_in):
        asked, at = _asked(context, line, number)
        offset += 1
        log_time_us = at - deciding.intake.shift_us
        for outcome in deciding.answer(offset, log_time_us, asked, claim):
            yield from _written(context, partition, outcome)
    for outcome in deciding.drain(claim):
        yield from _written(context, partition, outcome)


def state_of_lines(context: str, facts_in: Iterable[str], partition: int = 0) -> tuple[Any, int]:
    """The state that facts, one a line, leave, and the exchange time of the last one.

    Raises: Misuse naming the line that is no fact, or is not the next one of this partition.
    """
    deciding: Partition[Any] = Partition(all_deciders()[context], partition, clock_shiftable=True)
    _fold(context, deciding, facts_in)
    return deciding.state, deciding.intake.last_at


def project_lines(database_url: str, facts_in: Iterable[str]) -> Projected:
    """Project facts, one a line, into the views' tables of a database, which is brought up to date first.

    Shape: a partition's facts come in order, whole outcomes at a time, from its first fact or from where the
    tables stand; those the tables already hold change nothing.
    Raises: Misuse naming the line at fault, or if the tables reflect journals of Kafka or other facts.
    """
    store = open_store(database_url)
    try:
        migrate(store)
        _refuse_journals(store)
        return _project(store, facts_in)
    finally:
        store.close()


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _asked(context: str, line: str, number: int) -> tuple[Input, int]:
    """What a line asks, and when."""
    try:
        meta, command, at = read_command(context, line, number)
    except OutOfRange as error:
        content = hashlib.blake2b(line.strip().encode(), digest_size=16).digest()
        return Invalid(error.meta, error.command, error.detail, content), error.at
    return Asked(meta, command), at


def _fold(context: str, deciding: Partition[Any], facts_in: Iterable[str]) -> int:
    """Fold facts into a state, and say under which claim the last one was written."""
    here = f"{context}/{deciding.intake.partition}"
    last: FactMeta | None = None
    for number, line in _lines(facts_in):
        piped = read_fact(line, number)
        if (piped.context, piped.partition) != (context, deciding.intake.partition):
            raise Misuse(
                f"line {number}: a fact of {piped.context}/{piped.partition}; expected facts of {here} only"
            )
        last = piped.recorded.meta
        if last.seq != deciding.intake.next_seq:
            raise Misuse(
                f"line {number}: fact {last.seq} of {here} where {deciding.intake.next_seq} was due;"
                " give every fact once, in order"
            )
        deciding.fold(piped.recorded)
    if last is not None and last.index != last.last:
        raise Misuse(f"the facts of {here} end inside an outcome; give its last {last.last - last.index} too")
    return last.claim if last is not None else 0


def _written(context: str, partition: int, outcome: Outcome) -> Iterator[str]:
    return (write_fact(context, partition, recorded) for recorded in outcome)


def _refuse_journals(store: Store) -> None:
    for progress in positions(store):
        if progress.reader == VIEWS_READER and not progress.topic.startswith(PIPE_TOPIC):
            raise Misuse(
                f"{store.where} reflects {progress.topic}/{progress.partition} of a Kafka cluster;"
                " facts from a pipe need a database of their own"
            )


def _project(store: Store, facts_in: Iterable[str]) -> Projected:
    reading: dict[tuple[str, int], PipedPartition] = {}
    for number, line in _lines(facts_in):
        piped = read_fact(line, number)
        place = (piped.context, piped.partition)
        if place not in reading:
            reading[place] = PipedPartition(store, *place)
        reading[place].take(number, piped.recorded)
    for each in reading.values():
        each.end()
    counts = [each.counts() for each in reading.values()]
    return Projected(*(sum(count[place] for count in counts) for place in range(len(Projected._fields))))
