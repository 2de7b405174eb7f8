"""As of when the ledger is asked: a moment, as a place in each partition's facts, found without reading them all."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from exchange.kernel.errors import Misuse
from exchange.lineage import Moment
from exchange.store.progress import VIEWS_READER
from exchange.store.schema import PROGRESS
from exchange.views.ledger.tables import ENTRIES, PERIOD_TOTALS


class Stretch(NamedTuple):
    """Facts of a partition: those before `before`.

    Shape: what they come to is known up to `summed_up`, the last end of a period among them; `whole` says that they
    are all there are.
    """

    context: str
    partition: int
    summed_up: int
    before: int
    whole: bool


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
        return tuple(Stretch(*head[:2], 0, 0, False) for head in _heads(connection, Moment()))
    until = None if moment.until_at is None else moment.until_at - 1
    earlier = Moment(until, {place: seq - 1 for place, seq in moment.places.items()})
    return tuple(
        _stretch(connection, head, _next_after(connection, head, earlier))
        # In partitions that are not named everything counts as having come since.
        if until is not None or head[:2] in moment.places
        else Stretch(*head[:2], 0, 0, False)
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
    """Where the facts end that happened up to `at`: in a partition time never goes back, so halves are looked at."""
    first, last = 0, until
    while first < last:
        middle = (first + last) // 2
        found = _first_from(connection, head, middle)
        if found is None or found[1] > at:
            last = middle
        else:
            first = min(found[0] + 1, last)
    return first


def _first_from(connection: Connection, head: Head, seq: int) -> tuple[int, int] | None:
    """The first entry from a fact on: its place, and when."""
    query = (
        select(ENTRIES.c.seq, ENTRIES.c.at)
        .where(ENTRIES.c.context == head.context, ENTRIES.c.partition == head.partition, ENTRIES.c.seq >= seq)
        .order_by(ENTRIES.c.seq)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.seq, row.at)


def _stretch(connection: Connection, head: Head, before: int) -> Stretch:
    query = select(func.max(PERIOD_TOTALS.c.seq)).where(
        PERIOD_TOTALS.c.context == head.context,
        PERIOD_TOTALS.c.partition == head.partition,
        PERIOD_TOTALS.c.seq <= before,
    )
    summed_up = connection.execute(query).scalar_one() or 0
    return Stretch(head.context, head.partition, summed_up, before, before == head.next)
