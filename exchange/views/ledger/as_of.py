"""As of when the ledger is asked: a moment, as a place in each partition's facts, found without reading them all."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from exchange.kernel.errors import Misuse
from exchange.lineage import Moment
from exchange.store.progress import VIEWS_READER
from exchange.store.schema import PROGRESS


class Stretch(NamedTuple):
    """Facts of a partition: those before `before`.

    Shape: what they come to is `known` up to `summed_up`, the last end of a period among them; `whole` says that they
    are all there are.
    """

    context: str
    partition: int
    summed_up: int
    before: int
    whole: bool
    known: bool


class Head(NamedTuple):
    """How far the tables show a partition."""

    context: str
    partition: int
    next: int


def partitions(connection: Connection) -> list[Head]:
    """Partitions whose facts were posted, and how far the tables show them."""
    # Where nothing was ever posted there is nothing to sum up.
    return [head for head in _shown(connection) if _first_from(connection, head, 0) is not None]


def up_to(connection: Connection, moment: Moment) -> tuple[Stretch, ...]:
    """What had happened at a moment, itself included.

    Raises: Misuse for a place that the tables do not show.
    """
    heads = _heads(connection, moment)
    return tuple(_stretch(connection, head, _next_after(connection, head, moment)) for head in heads)


def at_places(connection: Connection, places: Mapping[tuple[str, int], int]) -> tuple[Stretch, ...]:
    """What had happened before places that are known to be shown, and in no other partition."""
    reached = {head[:2]: head for head in _shown(connection)}
    return tuple(
        _stretch(connection, reached.get(place, Head(*place, seq)), seq) for place, seq in places.items()
    )


def context_of(topic: str) -> str:
    """The context that a reader's position is in: its topic is that of a journal, or of a pipe of facts."""
    return topic.removesuffix(".journal").removeprefix("pipe.")


def before(connection: Connection, moment: Moment | None) -> tuple[Stretch, ...]:
    """What had happened before a moment; before none, nothing had. Raises: as `up_to`."""
    if moment is None:
        return tuple(Stretch(*head[:2], 0, 0, False, False) for head in _heads(connection, Moment()))
    until = None if moment.until_at is None else moment.until_at - 1
    earlier = Moment(until, {place: seq - 1 for place, seq in moment.places.items()})
    return tuple(
        _stretch(connection, head, _next_after(connection, head, earlier))
        # In partitions that are not named everything counts as having come since.
        if until is not None or head[:2] in moment.places
        else Stretch(*head[:2], 0, 0, False, False)
        for head in _heads(connection, moment)
    )


def _heads(connection: Connection, moment: Moment) -> list[Head]:
    reached = {head[:2]: head.next for head in _shown(connection)}
    for place, seq in moment.places.items():
        if seq >= (next := reached.get(place, 0)):
            named = "/".join(map(str, place))
            upto = f"{named} up to fact {next - 1}, not to fact {seq}" if next else f"nothing of {named}"
            raise Misuse(f"the tables show {upto}; name an earlier place, or ask again in a moment")
    return partitions(connection)


def _shown(connection: Connection) -> Iterator[Head]:
    query = select(PROGRESS).where(PROGRESS.c.reader == VIEWS_READER)
    for row in connection.execute(query.order_by(PROGRESS.c.topic, PROGRESS.c.partition)):
        yield Head(context_of(row.topic), row.partition, row.seq)


def _next_after(connection: Connection, head: Head, moment: Moment) -> int:
    named = moment.places.get(head[:2])
    until = head.next if named is None else named + 1
    return until if moment.until_at is None else _later_than(connection, head, moment.until_at, until)


def _later_than(connection: Connection, head: Head, at: int, until: int) -> int:
    """Where the facts end that happened up to `at`: in a partition time never goes back.

    Shape: looked for where it would be if time went evenly, and at every other step in the middle of what is left.
    """
    known = [_first_from(connection, head, 0), _last_before(connection, head, until)]
    if known[0] is None or known[1] is None or known[0][1] > at:
        return 0
    if known[1][1] <= at:
        return until
    (first, began), (last, ended), evenly = known[0], known[1], True
    while last - first > 1:
        guess = (
            first + (at - began) * (last - first) // max(ended - began, 1) if evenly else (first + last) // 2
        )
        evenly = not evenly
        found = _first_from(connection, head, min(max(guess, first + 1), last))
        # The last entry known to be later lies there, so that there is one.
        place, happened = found if found is not None else (last, ended)
        if happened > at:
            before = _last_before(connection, head, place)
            if before is not None and before[1] <= at:
                return before[0] + 1
            last, ended = before if before is not None else (place, happened)
        else:
            first, began = place, happened
    return first + 1


def _first_from(connection: Connection, head: Head, seq: int) -> tuple[int, int] | None:
    """The first entry from a fact on: its place, and when."""
    return _entry(connection, head, seq, ">=", "ASC")


def _last_before(connection: Connection, head: Head, seq: int) -> tuple[int, int] | None:
    """The last entry before a fact: its place, and when."""
    return _entry(connection, head, seq, "<", "DESC")


def _entry(connection: Connection, head: Head, seq: int, which: str, order: str) -> tuple[int, int] | None:
    sql = "SELECT seq, at FROM entries WHERE context = {0} AND partition = {0} AND seq %s {0} ORDER BY seq %s LIMIT 1"
    row = _first_row(connection, sql % (which, order), head.context, head.partition, seq)
    return None if row is None else (row[0], row[1])


def _first_row(connection: Connection, sql: str, *values: str | int) -> Any:
    """The first row, if any. Shape: `sql` has {0} for each of the values."""
    # Asked dozens of times for one question: the driver alone takes a tenth of the time.
    driver: Any = connection.connection.driver_connection
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    return driver.execute(sql.format(mark), values).fetchone()


def _stretch(connection: Connection, head: Head, before: int) -> Stretch:
    sql = "SELECT MAX(seq) FROM period_totals WHERE context = {0} AND partition = {0} AND seq <= {0}"
    summed_up = _first_row(connection, sql, head.context, head.partition, before)[0] or 0
    return Stretch(head.context, head.partition, summed_up, before, before == head.next, summed_up > 0)
