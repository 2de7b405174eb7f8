"""Closes of days: every ledger summed up at a place in each journal, and held against what the tables say later."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from sqlalchemy import event, select, text, update

from exchange.kernel.bases import Fact
from exchange.kernel.errors import Misuse
from exchange.lineage import Moment, moment_of
from exchange.market.ecny.facts import EcnyConverted
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.ledger import summary
from exchange.views.ledger.as_of import at_places, up_to
from exchange.views.ledger.audit import audit
from exchange.views.ledger.books import Fault
from exchange.views.ledger.closing import (
    Added,
    added,
    journal_heads,
    not_following,
    open_balances,
    trial_balances,
)
from exchange.views.ledger.holding import changed
from exchange.views.ledger.ranges import Asset
from exchange.views.ledger.summary import Close
from exchange.views.ledger.tables import BALANCES, PERIOD_BALANCES, PERIOD_TOTALS, POSTINGS
from tests.unit.views.ledger_story import ANNE, BELA, told_at, two_periods_and_more
from tests.unit.views.story import BANK, Journal, a_deposit, play, position_after

CNY, USD, ECNY = ("CNY", "CNY"), ("USD", "USD"), ("CNY", "eCNY")
NOW = Moment()
Closes = dict[Asset, Close]


@pytest.fixture
def told(store: Store) -> Store:
    play(store, two_periods_and_more())
    return store


def faults(store: Store) -> list[Fault]:
    with store.reading() as connection:
        return list(audit(connection))


def at_place(table: Any, seq: int) -> Any:
    return (table.c.partition == 3) & (table.c.seq == seq)


def of_party(table: Any, account: int, party: str) -> Any:
    return (table.c.account == account) & (table.c.party == party) & (table.c.currency == "CNY")


def an_ecny_conversion(who: str, amount_minor: int) -> Fact:
    return EcnyConverted(
        conversion_id="EC-4.0.0",
        participant_id=who,
        bank_id=BANK,
        direction="to_ecny",
        currency="CNY",
        amount_minor=amount_minor,
        repaid_minor=0,
        recovered_minor=0,
    )


def all_closed(store: Store, moment: Moment = NOW, *earlier: Closes) -> Closes:
    """Every ledger that has moved since it was closed last."""
    last = {ledger: close for each in earlier for ledger, close in each.items()}
    with store.reading() as connection:
        stretches = up_to(connection, moment)
        totals = trial_balances(connection, stretches)
        balances, heads = open_balances(connection, stretches), journal_heads(connection, stretches)
        new = added(connection, stretches, last)
        return {
            ledger: Close(
                node_id="n",
                currency=ledger[0],
                asset=ledger[1],
                number=last[ledger].number + 1 if ledger in last else 1,
                day="2026-11-02",
                until="2026-11-02T23:59:59Z",
                closed_at="2026-11-03T00:00:00Z",
                previous=summary.digest_of(last[ledger]) if ledger in last else "",
                ranges=tuple(new[ledger].ranges),
                journals=heads,
                trial_balance=totals[ledger],
                balances=balances[ledger],
            )
            for ledger in new
        }


def closed(store: Store, moment: Moment = NOW, previous: Close | None = None) -> Close:
    return all_closed(store, moment, *([] if previous is None else [{CNY: previous}]))[CNY]


def otherwise(store: Store, *closes: Close, known: int = 0) -> list[Fault]:
    return all_otherwise(store, [{CNY: close} for close in closes], {CNY: known})


def all_otherwise(store: Store, days: Sequence[Closes], known: dict[Asset, int] | None = None) -> list[Fault]:
    found: dict[Asset, list[Close]] = {}
    for day in days:
        for ledger, close in day.items():
            found.setdefault(ledger, []).append(close)
    with store.reading() as connection:
        return list(changed(connection, found, known))


def test_closes_follow_on_each_other_and_stay_true(told: Store) -> None:
    first = closed(told, moment_of(position="market/3/9998"))
    second = closed(told, previous=first)
    (early,), (late,) = first.ranges, second.ranges
    assert (early.first, early.before, early.entries, early.postings) == (0, 9_999, 4, 4)
    assert (late.first, late.before) == (9_999, 20_003)
    assert early.entries + late.entries == entries_in_cny(told)
    assert {total.account for total in first.trial_balance} == {1010, 2010, 2020}
    assert all(balance.debit_minor != balance.credit_minor for balance in second.balances)
    assert otherwise(told, first) == otherwise(told, first, second) == []
    assert otherwise(told, first, second, known=1) == otherwise(told, first, second, known=2) == []


def entries_in_cny(store: Store) -> int:
    with store.reading() as connection:
        found = select(POSTINGS.c.seq).where(POSTINGS.c.currency == "CNY").distinct()
        return len(connection.execute(found).all())


def test_a_row_changed_after_the_close_fails_it_even_where_everything_was_changed_with_it(
    told: Store,
) -> None:
    close = closed(told)
    with told.begin() as connection:
        # A deposit is raised wherever it was counted: the tables agree with each other.
        connection.execute(update(POSTINGS).where(at_place(POSTINGS, 3)).values(amount_minor=5_000_001))
        for table in (BALANCES, PERIOD_BALANCES):
            for account, party, column in ((2010, ANNE, "credit_minor"), (1010, BANK, "debit_minor")):
                raised = {column: table.c[column] + 1}
                connection.execute(update(table).where(of_party(table, account, party)).values(raised))
        for account, column in ((2010, "credit_minor"), (1010, "debit_minor")):
            of_it = (PERIOD_TOTALS.c.account == account) & (PERIOD_TOTALS.c.currency == "CNY")
            raised = {column: PERIOD_TOTALS.c[column] + 1}
            connection.execute(update(PERIOD_TOTALS).where(of_it).values(raised))
    assert faults(told) == []
    found = {each.where: each.said for each in otherwise(told, close)}
    assert f"account 2010 {ANNE} CNY" in found
    assert "market/3/0 to 20002" in found
    # Closed anew, the same tables are as good as any: what stands between is the key, which no backup holds.
    assert otherwise(told, closed(told)) == []


@pytest.fixture
def three_days(told: Store) -> list[Closes]:
    """Yuan are moved on every day, dollars on the first and the third, e-CNY on the third only."""
    first = all_closed(told, moment_of(position="market/3/9998"))
    second = all_closed(told, moment_of(position="market/3/20002"), first)
    journal = two_periods_and_more()
    before = position_after(journal.outcomes)
    told_at(journal, 30_000, a_deposit(ANNE, 11, "USD"), a_deposit(BELA, 7))
    later = Journal("market", 4)
    told_at(later, 5, a_deposit(BELA, 100), an_ecny_conversion(BELA, 60))
    changes = project_batch(VIEWS, "market", 3, journal.outcomes[-1:])
    save(told, VIEWS_READER, "market.journal", 3, before, position_after(journal.outcomes), changes)
    play(told, later)
    return [first, second, all_closed(told, NOW, first, second)]


def test_a_ledger_that_did_not_move_gets_no_close_and_its_next_one_spans_the_days(
    told: Store, three_days: list[Closes]
) -> None:
    _, second, third = three_days
    assert [set(each) for each in three_days] == [{CNY, USD}, {CNY}, {CNY, USD, ECNY}]
    spans = [(each.partition, each.first, each.before, each.entries) for each in third[USD].ranges]
    assert spans == [(3, 9_999, 30_002, 1), (4, 0, 7, 0)]
    assert [(each.first, each.entries) for each in third[ECNY].ranges] == [(0, 0), (0, 1)]
    assert sum(each.entries for day in three_days for each in day[CNY].ranges) == entries_in_cny(told)
    assert second[CNY].ranges[0].first == 9_999
    assert all_otherwise(told, three_days) == []
    for days in (1, 2):
        known = {ledger: sum(ledger in day for day in three_days[:days]) for ledger in (CNY, USD, ECNY)}
        assert all_otherwise(told, three_days, known) == []


def test_a_close_is_what_the_one_before_said_and_what_was_posted_since(
    told: Store, three_days: list[Closes]
) -> None:
    last: Closes = {}
    for day in three_days:
        for ledger, close in day.items():
            assert list(not_following(close, last.get(ledger), since(told, close, last))) == []
        last |= day


def since(store: Store, close: Close, last: Closes) -> Added:
    with store.reading() as connection:
        places = {(each.context, each.partition): each.before for each in close.ranges}
        return added(connection, at_places(connection, places), last)[close.currency, close.asset]


def test_balances_that_were_raised_are_not_closed_though_they_are_in_balance(
    told: Store, three_days: list[Closes]
) -> None:
    first, second, _ = three_days
    with told.begin() as connection:
        for table in (BALANCES, PERIOD_BALANCES):
            for account, party, column in ((2010, ANNE, "credit_minor"), (1010, BANK, "debit_minor")):
                raised = {column: table.c[column] + 9}
                connection.execute(update(table).where(of_party(table, account, party)).values(raised))
    last = first | second
    third = all_closed(told, NOW, last)[CNY]
    found = {each.where: each.said for each in not_following(third, last[CNY], since(told, third, last))}
    assert {f"account 2010 {ANNE} CNY", f"account 1010 {BANK} CNY"} == found.keys()
    assert all("where the close before and what was posted since come to" in each for each in found.values())


@pytest.mark.parametrize("known", [0, 1])
def test_a_row_that_comes_into_a_closed_day_fails_the_close_that_spans_it(
    told: Store, three_days: list[Closes], known: int
) -> None:
    with told.begin() as connection:
        dollars = update(POSTINGS).where(at_place(POSTINGS, 20_001)).values(currency="USD", asset="USD")
        connection.execute(dollars)
    found = {each.where for each in all_otherwise(told, three_days, dict.fromkeys((CNY, USD), known))}
    assert {"market/3/9999 to 20002", "market/3/9999 to 30001"} <= found


def test_however_many_ledgers_and_closes_there_are_a_posting_is_read_once(
    told: Store, three_days: list[Closes]
) -> None:
    with told.reading() as connection:
        asked = postings_asked(told, lambda: list(changed(connection, of_ledgers(three_days))))
        assert asked == [(3, 0, 9_999), (3, 9_999, 20_003), (3, 20_003, 30_002), (4, 0, 7)]
        stretches = up_to(connection, NOW)
        last = three_days[0] | three_days[1]
        asked = postings_asked(told, lambda: added(connection, stretches, last))
        assert asked == [(3, 20_003, 30_002), (4, 0, 7)]


def of_ledgers(days: Sequence[Closes]) -> dict[Asset, list[Close]]:
    return {ledger: [day[ledger] for day in days if ledger in day] for ledger in (CNY, USD, ECNY)}


def postings_asked(store: Store, ask: Callable[[], object]) -> list[tuple[int, int, int]]:
    """Of which partition, from and before which fact postings were read with their entries."""
    asked: list[tuple[int, int, int]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *more: object) -> None:
        if "OUTER JOIN entries" in statement:
            values = list(parameters.values()) if isinstance(parameters, dict) else list(parameters)
            asked.append(tuple(values[1:4]))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    return asked


def test_closes_that_do_not_follow_on_each_other_are_told_and_nothing_breaks(
    told: Store, three_days: list[Closes]
) -> None:
    first, second, third = three_days
    (one, other) = third[CNY].ranges
    back = {CNY: replace(third[CNY], ranges=(replace(one, before=12_000), other))}
    found = {each.where for each in all_otherwise(told, [first, second, back])}
    assert found >= {"market/3/20003 to 11999"}


def test_tables_that_show_less_than_was_closed_say_so(told: Store) -> None:
    close = closed(told)
    with told.begin() as connection:
        connection.execute(text("UPDATE progress SET seq = 20001"))
    (fault,) = otherwise(told, close)
    assert fault.where == "market/3"
    assert "let them catch up" in fault.said


def test_a_close_holds_under_the_key_that_signed_it_and_only_as_it_was(told: Store) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public, foreign = (each.public_key().public_bytes_raw().hex() for each in (key, other))
    signed = summary.sign(closed(told), key)
    assert summary.holds(signed, public)
    assert not summary.holds(signed, foreign)
    assert summary.read(summary.written(signed), "a file") == signed
    cut = summary.written(signed).replace('"number":1', '"number":2')
    assert not summary.holds(summary.read(cut, "a file"), public)
    again = summary.sign(summary.read(cut, "a file").close, other)
    assert not summary.holds(again, public)
    with pytest.raises(Misuse, match="a file is no close of a ledger"):
        summary.read(b"{}", "a file")
