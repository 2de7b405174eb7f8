"""A party's statement: what each of its accounts came to, every posting with what it came to then, and the end."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Select,
    bindparam,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from exchange.kernel.errors import InvariantBroken
from exchange.store.schema import TEXT
from exchange.views.accounts import CHART
from exchange.views.ledger.as_of import Stretch
from exchange.views.ledger.sides import within
from exchange.views.ledger.sums import Chosen, balances_at
from exchange.views.ledger.tables import ENTRIES, POSTINGS
from exchange.views.queries.query import ROWS_LIMIT, Kind, Rows

_NAMES = ("account", "currency", "asset")
_PLACE = ("at", "context", "partition", "seq", "line")
_TOLD = ("fact", "subject", "other_account", "other_party")
_OPENING, _POSTING, _CLOSING = range(3)
_KINDS = ("opening", "posting", "closing")
_COLUMNS = (
    *("account", "account_name", "party", "currency", "asset", "kind", "at", "entry", "line"),
    *(*_TOLD, "debit_minor", "credit_minor", "balance_minor"),
)


def statement(
    connection: Connection, opening: Sequence[Stretch], closing: Sequence[Stretch], chosen: Chosen
) -> Rows:
    """Balances at both ends, and the postings between them, in order.

    Raises: InvariantBroken where the postings do not lead from one balance to the other.
    """
    pairs = tuple(zip(opening, closing, strict=True))
    shape = tuple(
        (each.context, each.partition, first.known, each.known, each.whole) for first, each in pairs
    )
    values: dict[str, Any] = {"party": chosen.party, "account": chosen.account}
    for number, pair in enumerate(pairs):
        for end, each in zip(("opening", "closing"), pair, strict=True):
            values |= {f"{end}_{number}": each.before, f"{end}_sum_{number}": each.summed_up}
    sql, places, constants = _sql(connection.dialect, shape, chosen.account is not None)
    given = {**constants, **{name: value for name, value in values.items() if name in constants}}
    ordered = tuple(given[name] for name in places)
    found = connection.exec_driver_sql(sql, ordered if connection.dialect.positional else given)
    return told(found.fetchall())


@lru_cache(maxsize=64)
def _sql(
    dialect: Dialect, shape: tuple[tuple[str, int, bool, bool, bool], ...], one_account: bool
) -> tuple[str, tuple[str, ...], Mapping[str, Any]]:
    """The text of it and what it is given: making it takes ten times as long as most answers."""
    party: Any = bindparam("party", type_=TEXT)
    account: Any = bindparam("account", type_=BigInteger) if one_account else None
    pairs = [_bound(number, of) for number, of in enumerate(shape)]
    opening, closing = ([pair[place] for pair in pairs] for place in range(2))
    compiled = select_statement(opening, closing, Chosen(account, party)).compile(dialect=dialect)
    return compiled.string, tuple(compiled.positiontup or ()), compiled.params


def _bound(number: int, of: tuple[str, int, bool, bool, bool]) -> tuple[Stretch, Stretch]:
    """The stretches of a partition, with the places yet to be given."""
    context, partition, known_before, known, whole = of

    def place(name: str) -> Any:
        return bindparam(f"{name}_{number}", type_=BigInteger)

    return (
        Stretch(context, partition, place("opening_sum"), place("opening"), False, known_before),
        Stretch(context, partition, place("closing_sum"), place("closing"), whole, known),
    )


def select_statement(opening: Sequence[Stretch], closing: Sequence[Stretch], chosen: Chosen) -> Select[Any]:
    """What `told` makes a statement of."""
    lines = [
        _lines(before, until, which, chosen)
        for before, until in zip(opening, closing, strict=True)
        for which in ("debit", "credit")
    ]
    ends = [_end(_OPENING, opening, chosen), _end(_CLOSING, closing, chosen)]
    parts = union_all(*ends, *lines).subquery("parts")
    order = [parts.c[name] for name in (*_NAMES, "kind", *_PLACE)]
    whose: Any = chosen.party
    # One more than can be brought back, so that what is cut off shows.
    return select(whose.label("party"), *parts.c).order_by(*order).limit(literal_column(str(ROWS_LIMIT + 1)))


def _end(kind: int, stretches: Sequence[Stretch], chosen: Chosen) -> Select[Any]:
    sums = balances_at(stretches, chosen).subquery()
    nothing: dict[str, ColumnElement[Any]] = {
        name: null().cast(BigInteger) for name in ("at", "partition", "seq", "line", "other_account")
    }
    nothing |= {name: null().cast(TEXT) for name in ("context", "fact", "subject", "other_party")}
    return select(
        *(sums.c[name] for name in _NAMES),
        literal_column(str(kind), BigInteger).label("kind"),
        *(nothing[name].label(name) for name in (*_PLACE, *_TOLD)),
        sums.c.debit_minor,
        sums.c.credit_minor,
    )


def _lines(before: Stretch, until: Stretch, which: str, chosen: Chosen) -> Select[Any]:
    other = "credit" if which == "debit" else "debit"
    amount, nothing = POSTINGS.c.amount_minor, literal_column("0", BigInteger)
    account, party = POSTINGS.c[f"{which}_account"], POSTINGS.c[f"{which}_party"]
    same = [ENTRIES.c[name] == POSTINGS.c[name] for name in ("context", "partition", "seq")]
    return (
        select(
            account.label("account"),
            POSTINGS.c.currency,
            POSTINGS.c.asset,
            literal_column(str(_POSTING), BigInteger).label("kind"),
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
        )
    )


def told(found: Sequence[Any]) -> Rows:
    """The statement, account by account.

    Shape: an opening row, a row for each posting, a closing row with all that was debited and credited between.
    Raises: InvariantBroken where the postings do not lead from one balance to the other.
    """
    # By place: the last of the names of an account is the fourth, the kind of row the fifth.
    accounts = groupby(found, key=itemgetter(0, 1, 2, 3))
    # The last account of more than can be brought back may lack its end.
    whole = len(found) <= ROWS_LIMIT
    made = [row for key, of_it in accounts for row in _account(key, list(of_it), whole)]
    return Rows(_COLUMNS, tuple(made), not whole, tuple(map(_held, _COLUMNS)))


def _held(name: str) -> Kind:
    if name == "at":
        return "time"
    return "whole" if name in ("account", "line", "other_account") or name.endswith("_minor") else "text"


def _account(key: tuple[Any, ...], rows: list[tuple[Any, ...]], whole: bool) -> Iterable[tuple[Any, ...]]:
    party, account, currency, asset = key
    line = CHART[account]
    sign = 1 if line.normal == "debit" else -1
    postings = [row for row in rows if row[4] == _POSTING]
    ends = {row[4]: sign * (row[-2] - row[-1]) for row in rows if row[4] != _POSTING}
    opened, closed = ends.get(_OPENING, 0), ends.get(_CLOSING, 0)
    if not postings and not opened and not closed:
        return
    head = (account, line.name, party, currency, asset)
    nothing: tuple[None, ...] = (None,) * (3 + len(_TOLD))
    yield (*head, _KINDS[_OPENING], *nothing, None, None, opened)
    balance, debited, credited = opened, 0, 0
    head_of_posting = (*head, _KINDS[_POSTING])
    for (
        _,
        _,
        _,
        _,
        _,
        at,
        context,
        partition,
        seq,
        number,
        fact,
        subject,
        other,
        of,
        debit,
        credit,
    ) in postings:
        balance += sign * (debit - credit)
        debited += debit
        credited += credit
        entry = f"{context}/{partition}/{seq}"
        yield head_of_posting + (at, entry, number, fact, subject, other, of, debit, credit, balance)  # noqa: RUF005
    if whole and balance != closed:
        raise InvariantBroken(
            f"account {account} of {party} in {asset}: its postings come to {balance} minor units where its balance is"
            f" {closed}; `exchange ledger verify` tells which row is at fault"
        )
    if whole:
        yield (*head, _KINDS[_CLOSING], *nothing, debited, credited, closed)
