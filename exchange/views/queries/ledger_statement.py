"""A party's statement: what each of its accounts came to, every posting with what it came to then, and the end."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Dialect,
    Select,
    bindparam,
    literal_column,
    select,
    union_all,
)

from exchange.kernel.errors import InvariantBroken
from exchange.store.schema import TEXT
from exchange.views.accounts import CHART
from exchange.views.ledger.as_of import Stretch
from exchange.views.ledger.sides import by_party, within
from exchange.views.ledger.sums import Chosen, balances_at
from exchange.views.ledger.tables import ENTRIES, POSTINGS
from exchange.views.queries.query import ROWS_LIMIT, Kind, Rows

_NAMES = ("account", "currency", "asset")
_PLACE = ("at", "context", "partition", "seq", "line")
_TOLD = ("fact", "subject", "other_account", "other_party")
_COLUMNS = (
    *("account", "account_name", "party", "currency", "asset", "kind", "at", "entry", "line"),
    *(*_TOLD, "debit_minor", "credit_minor", "balance_minor"),
)
_OPENING, _CLOSING = 0, 1
_account_of = itemgetter(*range(len(_NAMES)))
_place_of = itemgetter(*range(len(_NAMES), len(_NAMES) + len(_PLACE)))

Key = tuple[int, str, str]
"""An account of the chart, a currency, what settles it."""


class _Asked(NamedTuple):
    """A statement's text, in which order a driver wants its values, and those that are always the same."""

    sql: str
    places: tuple[str, ...]
    constants: Mapping[str, Any]


def statement(
    connection: Connection, opening: Sequence[Stretch], closing: Sequence[Stretch], chosen: Chosen
) -> Rows:
    """Balances at both ends, and the postings between them, in order.

    Raises: InvariantBroken where the postings do not lead from one balance to the other.
    """
    pairs = tuple(zip(opening, closing, strict=True))
    if not pairs:
        return Rows(_COLUMNS, (), False, tuple(map(_held, _COLUMNS)))
    shape = tuple(
        (each.context, each.partition, first.known, each.known, each.whole) for first, each in pairs
    )
    values: dict[str, Any] = {"party": chosen.party, "account": chosen.account}
    for number, pair in enumerate(pairs):
        for end, each in zip(("opening", "closing"), pair, strict=True):
            values |= {f"{end}_{number}": each.before, f"{end}_sum_{number}": each.summed_up}
    ends, lines, in_order = _asked(connection.dialect, shape, chosen.account is not None)
    found = _rows(connection, lines, values)
    whole = len(found) <= ROWS_LIMIT
    if not whole:
        found = _rows(connection, in_order, values)
    made = tuple(_told(str(chosen.party), _rows(connection, ends, values), found, whole))
    return Rows(_COLUMNS, made, not whole, tuple(map(_held, _COLUMNS)))


@lru_cache(maxsize=64)
def _asked(
    dialect: Dialect, shape: tuple[tuple[str, int, bool, bool, bool], ...], one_account: bool
) -> tuple[_Asked, _Asked, _Asked]:
    """What is asked, as text: making it takes ten times as long as most answers.

    Shape: the balances at both ends; the postings, and the first of them in order where there are too many.
    """
    party: Any = bindparam("party", type_=TEXT)
    account: Any = bindparam("account", type_=BigInteger) if one_account else None
    pairs = [_bound(number, of) for number, of in enumerate(shape)]
    opening, closing = ([pair[place] for pair in pairs] for place in range(2))
    chosen = Chosen(account, party)
    lines = select_lines(opening, closing, chosen)
    in_order = lines.order_by(*(literal_column(str(1 + place)) for place in range(len(_NAMES + _PLACE))))
    # One more than can be brought back, so that what is cut off shows.
    most = literal_column(str(ROWS_LIMIT + 1), BigInteger)
    asked = (select_ends(opening, closing, chosen), lines.limit(most), in_order.limit(most))
    compiled = [each.compile(dialect=dialect) for each in asked]
    ends, unordered, ordered = (_Asked(c.string, tuple(c.positiontup or ()), c.params) for c in compiled)
    return ends, unordered, ordered


def _rows(connection: Connection, asked: _Asked, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    given = {**asked.constants, **{name: value for name, value in values.items() if name in asked.constants}}
    ordered = tuple(given[name] for name in asked.places)
    # A statement may have a hundred thousand rows: the driver's own take half the time.
    driver: Any = connection.connection.driver_connection
    found: list[tuple[Any, ...]] = driver.execute(
        asked.sql, ordered if connection.dialect.positional else given
    ).fetchall()
    return found


def _bound(number: int, of: tuple[str, int, bool, bool, bool]) -> tuple[Stretch, Stretch]:
    """The stretches of a partition, with the places yet to be given."""
    context, partition, known_before, known, whole = of

    def place(name: str) -> Any:
        return bindparam(f"{name}_{number}", type_=BigInteger)

    return (
        Stretch(context, partition, place("opening_sum"), place("opening"), False, known_before),
        Stretch(context, partition, place("closing_sum"), place("closing"), whole, known),
    )


def select_ends(
    opening: Sequence[Stretch], closing: Sequence[Stretch], chosen: Chosen
) -> CompoundSelect[Any]:
    """What each account comes to at both ends."""
    return union_all(_end(_OPENING, opening, chosen), _end(_CLOSING, closing, chosen))


def select_lines(
    opening: Sequence[Stretch], closing: Sequence[Stretch], chosen: Chosen
) -> CompoundSelect[Any]:
    """Every posting between them, with its entry, in no order: of each partition and side as its index has them."""
    return union_all(
        *(
            _lines(before, until, which, chosen)
            for before, until in zip(opening, closing, strict=True)
            for which in ("debit", "credit")
        )
    )


def _end(kind: int, stretches: Sequence[Stretch], chosen: Chosen) -> Select[Any]:
    sums = balances_at(stretches, chosen).subquery()
    return select(
        *(sums.c[name] for name in _NAMES),
        literal_column(str(kind), BigInteger).label("kind"),
        sums.c.debit_minor,
        sums.c.credit_minor,
    )


def _lines(before: Stretch, until: Stretch, which: str, chosen: Chosen) -> Select[Any]:
    other = "credit" if which == "debit" else "debit"
    amount, nothing = POSTINGS.c.amount_minor, literal_column("0", BigInteger)
    account, party = POSTINGS.c[f"{which}_account"], POSTINGS.c[f"{which}_party"]
    same = [ENTRIES.c[name] == POSTINGS.c[name] for name in ("context", "partition", "seq")]
    return by_party(
        select(
            account.label("account"),
            POSTINGS.c.currency,
            POSTINGS.c.asset,
            *(POSTINGS.c[name] for name in _PLACE),
            ENTRIES.c.fact,
            ENTRIES.c.subject,
            POSTINGS.c[f"{other}_account"].label("other_account"),
            POSTINGS.c[f"{other}_party"].label("other_party"),
            (amount if which == "debit" else nothing).label("debit_minor"),
            (amount if which == "credit" else nothing).label("credit_minor"),
        )
        .join_from(POSTINGS, ENTRIES, same[0] & same[1] & same[2])
        .where(
            within(until.context, until.partition, before.before, until.before), chosen.among(account, party)
        ),
        which,
    )


def _told(
    party: str, ends: Sequence[tuple[Any, ...]], lines: Sequence[tuple[Any, ...]], whole: bool
) -> Iterator[tuple[Any, ...]]:
    """The statement, account by account.

    Shape: an opening row, a row for each posting, a closing row with all that was debited and credited between.
    """
    balances: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for *names, kind, debit, credit in ends:
        balances[names[0], names[1], names[2]][kind] = _sign(names[0]) * (debit - credit)
    postings: defaultdict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    for row in lines:
        postings[_account_of(row)].append(row)
    for key in sorted(balances.keys() | postings.keys()):
        # The last account of more than can be brought back may lack its end, and what comes after it all of it.
        last = not whole and key == _account_of(lines[-1])
        yield from _account(party, key, postings.get(key, []), balances[key], not last)
        if last:
            return


def _sign(account: int) -> int:
    return 1 if CHART[account].normal == "debit" else -1


def _held(name: str) -> Kind:
    if name == "at":
        return "time"
    return "whole" if name in ("account", "line", "other_account") or name.endswith("_minor") else "text"


def _account(
    party: str, key: Key, postings: list[tuple[Any, ...]], ends: Sequence[int], whole: bool
) -> Iterator[tuple[Any, ...]]:
    account, currency, asset = key
    opened, closed = ends
    if not postings and not opened and not closed:
        return
    line = CHART[account]
    head = (account, line.name, party, currency, asset)
    nothing: tuple[None, ...] = (None,) * (3 + len(_TOLD))
    yield (*head, "opening", *nothing, None, None, opened)
    postings.sort(key=_place_of)
    balance, debited, credited, sign = opened, 0, 0, _sign(account)
    for _, _, _, at, context, partition, seq, number, fact, subject, other, of, debit, credit in postings:
        balance += sign * (debit - credit)
        debited += debit
        credited += credit
        entry = f"{context}/{partition}/{seq}"
        yield head + ("posting", at, entry, number, fact, subject, other, of, debit, credit, balance)  # noqa: RUF005
    if whole and balance != closed:
        raise InvariantBroken(
            f"account {account} of {party} in {asset}: its postings come to {balance} minor units where its balance is"
            f" {closed}; `exchange ledger verify` tells which row is at fault"
        )
    if whole:
        yield (*head, "closing", *nothing, debited, credited, closed)
