"""The claim rule on a stream, example by example and against every interleaving of two publishers."""

from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.dataplane.claims import Gap, StreamReader
from streams.dataplane.layout import (
    CLAIM_HEADER,
    STAMP_HEADER,
    STREAM_BEGINNING,
    Headers,
    StreamClaim,
    StreamPosition,
    claim_value,
    stamp,
)


@dataclass
class Raw:
    """A record as it lies in a topic."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def a_claim(offset: int, worker: str = "w") -> Raw:
    value = claim_value(StreamClaim(seller="SE-01", worker=worker))
    return Raw(offset, None, value, ((CLAIM_HEADER, b""),))


def a_record(offset: int, claim: int, seq: int, value: bytes = b"v") -> Raw:
    return Raw(offset, b"k", value, ((STAMP_HEADER, stamp(claim, seq, 5, 0)),))


def seqs(reader: StreamReader, raws: list[Raw]) -> list[int]:
    return [record.seq for record in reader.accept(raws).records]


def test_records_of_the_leading_claim_count_in_order() -> None:
    reader = StreamReader(STREAM_BEGINNING)
    taken = reader.accept([a_claim(0, "w7"), a_record(1, 0, 0), a_record(2, 0, 1)])
    assert [(r.seq, r.offset, r.claim, r.event_time, r.epoch) for r in taken.records] == [
        (0, 1, 0, 5, 0),
        (1, 2, 0, 5, 0),
    ]
    assert [(c.offset, c.claim.worker) for c in taken.claims] == [(0, "w7")]
    assert taken.gap is None
    assert reader.position == StreamPosition(3, 0, 2)


def test_a_deposed_publishers_record_and_a_lower_number_are_ignored_and_counted() -> None:
    reader = StreamReader(STREAM_BEGINNING)
    log = [a_claim(0), a_record(1, 0, 0), a_claim(2), a_record(3, 0, 1), a_record(4, 2, 1), a_record(5, 2, 1)]
    assert seqs(reader, log) == [0, 1]
    assert reader.ignored == 2


def test_a_higher_number_of_the_leading_claim_is_a_gap_and_stays_one() -> None:
    reader = StreamReader(STREAM_BEGINNING)
    log = [a_claim(0), a_record(1, 0, 0), a_record(2, 0, 2), a_record(3, 0, 3)]
    taken = reader.accept(log)
    assert [record.seq for record in taken.records] == [0]
    assert taken.gap == Gap(offset=2, expected=1, found=2)
    assert reader.position == StreamPosition(2, 0, 1)
    assert reader.accept(log[2:]).gap == taken.gap


@pytest.mark.parametrize(
    "headers",
    [(), ((STAMP_HEADER, b"short"),), ((STAMP_HEADER, None),), (("other", b"x"),)],
)
def test_a_record_of_another_layout_is_ignored_and_counted(headers: Headers) -> None:
    reader = StreamReader(STREAM_BEGINNING)
    assert seqs(reader, [a_claim(0), Raw(1, b"k", b"v", headers), a_record(2, 0, 0)]) == [0]
    assert reader.ignored == 1


def test_a_claim_whose_value_says_nothing_counts_all_the_same() -> None:
    reader = StreamReader(STREAM_BEGINNING)
    taken = reader.accept([Raw(0, None, b"not json", ((CLAIM_HEADER, b""),)), a_record(1, 0, 0)])
    assert taken.claims[0].claim.worker == ""
    assert len(taken.records) == 1


def test_nothing_counts_before_the_first_claim() -> None:
    reader = StreamReader(STREAM_BEGINNING)
    assert seqs(reader, [a_record(0, 0, 0), a_claim(1), a_record(2, 1, 0)]) == [0]
    assert reader.ignored == 1


def test_reading_from_a_claim_takes_its_number_from_its_first_record() -> None:
    reader = StreamReader(StreamPosition(7, -1, None))
    assert seqs(reader, [a_claim(7), a_record(8, 3, 40), a_record(9, 7, 41), a_record(10, 7, 42)]) == [41, 42]
    assert reader.ignored == 1


@dataclass
class Model:
    """One publisher: what it sent and the topic has not yet appended, and how far it has come in taking over."""

    name: str
    step: str = "idle"
    reader: StreamReader = field(default_factory=lambda: StreamReader(STREAM_BEGINNING))
    in_flight: deque[Raw] = field(default_factory=deque)
    token: str = ""
    last_claim: str = ""
    next_seq: int = 0
    confirmed: list[tuple[int, bytes]] = field(default_factory=list)


class Topic:
    """A topic and its publishers; each action moves one publisher, or lets one of its sends arrive, late."""

    def __init__(self, publishers: int) -> None:
        self.log: list[Raw] = []
        self.publishers = [Model(f"p{number}") for number in range(publishers)]
        self.tokens = 0

    def arrive(self, who: Model) -> None:
        if who.in_flight:
            sent = who.in_flight.popleft()
            sent.offset = len(self.log)
            self.log.append(sent)

    def act(self, who: Model) -> None:
        {"idle": self.begin, "claiming": self.after_ack, "leading": self.publish}[who.step](who)

    def begin(self, who: Model) -> None:
        self.tokens += 1
        who.token = f"{who.name}.{self.tokens}"
        who.reader = StreamReader(STREAM_BEGINNING)
        self.fold(who)
        who.in_flight.append(a_claim(-1, who.token))
        who.step = "claiming"

    def after_ack(self, who: Model) -> None:
        if any(raw.headers[0][0] == CLAIM_HEADER for raw in who.in_flight):
            return
        self.fold(who)
        who.step = "leading" if who.last_claim == who.token else "idle"
        who.next_seq = who.reader.position.seq or 0

    def publish(self, who: Model) -> None:
        claim = who.reader.position.claim
        value = f"{who.token}/{who.next_seq}".encode()
        who.in_flight.append(a_record(-1, claim, who.next_seq, value))
        who.next_seq += 1

    def read_back(self, who: Model) -> None:
        if who.step == "leading" and self.fold(who):
            who.step = "idle"

    def restart(self, who: Model) -> None:
        """The process dies; what it sent may still arrive."""
        who.step = "idle"

    def fold(self, who: Model) -> bool:
        """Read to the end; say whether a foreign claim came."""
        taken = who.reader.accept(self.log[who.reader.position.offset :])
        assert taken.gap is None
        if taken.claims:
            who.last_claim = taken.claims[-1].claim.worker
        who.confirmed += [(record.seq, record.value or b"") for record in taken.records]
        return who.last_claim != who.token


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["act", "act", "act", "arrive", "arrive", "read_back", "restart"]), st.integers(0, 1)
    ),
    max_size=120,
)


@settings(max_examples=500, deadline=None)
@given(ACTIONS)
def test_two_publishers_with_late_appends_never_put_two_records_under_one_number(
    actions: list[tuple[str, int]],
) -> None:
    topic = Topic(2)
    for kind, who in actions:
        getattr(topic, kind)(topic.publishers[who])
    for who in topic.publishers:
        while who.in_flight:
            topic.arrive(who)

    reader = StreamReader(STREAM_BEGINNING)
    taken = reader.accept(topic.log)
    assert taken.gap is None
    assert [record.seq for record in taken.records] == list(range(len(taken.records)))
    everyone_sees = {record.seq: record.value for record in taken.records}
    for who in topic.publishers:
        assert all(everyone_sees[seq] == value for seq, value in who.confirmed)


@settings(max_examples=200, deadline=None)
@given(ACTIONS, st.data())
def test_reading_on_from_any_known_position_sees_what_reading_from_the_start_sees(
    actions: list[tuple[str, int]], data: st.DataObject
) -> None:
    topic = Topic(2)
    for kind, who in actions:
        getattr(topic, kind)(topic.publishers[who])
    whole = StreamReader(STREAM_BEGINNING).accept(topic.log).records
    first = StreamReader(STREAM_BEGINNING)
    cut = data.draw(st.integers(0, len(topic.log)))
    before = first.accept(topic.log[:cut]).records
    after = StreamReader(first.position).accept(topic.log[cut:]).records
    assert before + after == whole

    claims = [raw.offset for raw in topic.log if raw.headers[0][0] == CLAIM_HEADER]
    if claims:
        claim = data.draw(st.sampled_from(claims))
        from_claim = StreamReader(StreamPosition(claim, -1, None)).accept(topic.log[claim:]).records
        assert from_claim == [record for record in whole if record.offset >= claim]
