"""Requests for quotation and rulings as tables and queries, of the facts that the market itself says."""

import pytest

from exchange.kernel.bases import Fact, FactMeta, Recorded
from exchange.kernel.time import DAY
from exchange.market.quotes.commands import AcceptSample, EndAward, RejectSample, WithdrawQuote
from exchange.market.rulings.facts import RulingRecorded
from exchange.store import Store
from exchange.views.queries import run_query
from tests.unit.market.quoting import (
    ASKER,
    CASH,
    COUNTER,
    FIRST,
    SECOND,
    a_board,
    a_ruling,
    a_sample,
    a_withdrawal,
    awarded,
    quoted,
    requested,
    the,
)
from tests.unit.market.stage import Stage
from tests.unit.views.story import Journal, play


def journal_of(stage: Stage) -> Journal:
    """What the stage saw, one fact an outcome, at its own times."""
    journal = Journal("market")
    for seq, (fact, at) in enumerate(stage.journal):
        journal.outcomes.append((Recorded(_meta(seq, at), fact),))
    return journal


def _meta(seq: int, at: int) -> FactMeta:
    return FactMeta(seq=seq, claim=0, cause=seq, index=0, last=0, command_id=f"c-{seq}", actor="x", at=at)


@pytest.fixture
def told(store: Store) -> tuple[Store, Stage, list[str]]:
    """SC-09 up to the trade, an award let go beside it, and a ruling taken back."""
    stage = a_board(moves_data=True)
    ruling = the(stage.ask(COUNTER, a_ruling()), RulingRecorded)
    stage.ask(COUNTER, a_ruling(product_id="P-04B", reference="RC-0.8.0"))
    request = requested(stage)
    first, second = quoted(stage, request), quoted(stage, request, SECOND, 110)
    award, other = awarded(stage, first, 17_000), awarded(stage, second, 1_000)
    stage.ask(FIRST, a_sample(award, 9_300))
    stage.ask(ASKER, RejectSample(award_id=award, grounds="0.93 is less than 0.95", value_bp=9_200))
    stage.ask(FIRST, a_sample(award, 9_600))
    stage.ask(ASKER, AcceptSample(award_id=award))
    stage.ask(SECOND, a_sample(other))
    stage.ask(SECOND, EndAward(award_id=other, grounds="busy"))
    stage.ask(SECOND, WithdrawQuote(quote_id=second))
    stage.ask(COUNTER, a_withdrawal())
    play(store, journal_of(stage))
    return store, stage, [request, first, second, award, other, ruling.ruling_id]


def test_the_board_and_the_quotes_show_what_is_asked_for_and_offered(
    told: tuple[Store, Stage, list[str]],
) -> None:
    store, _, (request, first, second, *_) = told
    (row,) = run_query(store, "rfq_board", {"buyer": ASKER}).as_dicts()
    assert (row["request_id"], row["state"], row["quantity"], row["quotes"]) == (request, "open", 18_000, 1)
    assert (row["quantity_awarded"], row["quantity_traded"], row["best_lot_minor"]) == (17_000, 17_000, 95)
    rows = run_query(store, "quotes", {"request": request}).as_dicts()
    assert [(each["quote_id"], each["quantity_left"], each["state"]) for each in rows] == [
        (first, 1_000, "standing"),
        (second, 18_000, "withdrawn"),
    ]
    assert [each["amount_minor"] for each in rows] == [1_710_000, 1_980_000]


def test_an_award_shows_its_samples_and_what_became_of_it(told: tuple[Store, Stage, list[str]]) -> None:
    store, _, (_, _, _, award, other, _) = told
    rows = run_query(store, "awards", {"participant": ASKER}).as_dicts()
    assert [(each["award_id"], each["state"], each["samples"], each["basis"]) for each in rows] == [
        (award, "traded", 2, None),
        (other, "ended", 1, "seller"),
    ]
    (trade,) = run_query(store, "trades").as_dicts()
    assert trade["trade_id"] == rows[0]["trade_id"]
    shown = ("number", "value_bp", "answer_bp", "threshold_bp", "state", "grounds")
    samples = run_query(store, "samples", {"award": award}).as_dicts()
    assert [tuple(each[name] for name in shown) for each in samples] == [
        (1, 9_300, 9_200, 9_500, "rejected", "0.93 is less than 0.95"),
        (2, 9_600, 9_600, 9_500, "accepted", None),
    ]
    (dropped,) = run_query(store, "samples", {"award": other}).as_dicts()
    assert dropped["state"] == "dropped"


def test_every_sample_is_a_run_of_its_own_in_the_lineage(told: tuple[Store, Stage, list[str]]) -> None:
    store, _, (_, _, _, award, *_) = told
    made_of = {"name": "hub://SG/product/P-04/1"}
    rows = [each for each in run_query(store, "descendants", made_of).as_dicts() if each["kind"] == "sampled"]
    assert [(each["downstream"], each["job"]) for each in rows] == [
        (f"hub://exchange/sample/{award}/{number}", f"sample/{FIRST}") for number in (1, 2)
    ]
    assert len({each["run"] for each in rows}) == 2


def test_rulings_are_shown_with_the_decisions_that_rest_on_them(
    told: tuple[Store, Stage, list[str]],
) -> None:
    store, _, (*_, ruling) = told
    (row,) = run_query(store, "counter_rulings", {"product": "P-04"}).as_dicts()
    assert (row["ruling_id"], row["state"], row["basis"]) == (ruling, "ended", "withdrawn")
    with store.reading() as connection:
        sql = "SELECT DISTINCT outcome, ruling_ids FROM fence_decisions WHERE product_id = 'P-04'"
        assert connection.exec_driver_sql(sql).all() == [("REVIEW", f'["{ruling}"]')]


def test_the_ledger_holds_what_the_purses_do(told: tuple[Store, Stage, list[str]]) -> None:
    store, stage, _ = told
    (balance,) = run_query(store, "trial_balance").as_dicts()
    assert balance["difference_minor"] == 0
    (purse,) = run_query(store, "purses", {"participant": ASKER}).as_dicts()
    held = stage.purse(ASKER, "USD")
    assert (
        (purse["cash_minor"], purse["reserved_minor"]) == (held.cash, held.reserved) == (CASH - 1_615_000, 0)
    )
    assert purse["escrow_minor"] == 1_615_000


def test_a_request_that_ended_leaves_the_board_with_its_quotes(store: Store) -> None:
    stage = a_board()
    request = requested(stage, sampling=None)
    quoted(stage, request, valid_until=stage.at + 30 * DAY)
    awarded(stage, quoted(stage, request, SECOND))
    ended: list[Fact] = stage.settle()
    assert [type(each).__name__ for each in ended] == ["RequestEnded"]
    play(store, journal_of(stage))
    assert run_query(store, "rfq_board").rows == ()
    (row,) = run_query(store, "rfq_board", {"state": "all"}).as_dicts()
    assert (row["state"], row["quotes"]) == ("ended", 0)
    states = [each["state"] for each in run_query(store, "quotes", {"request": request}).as_dicts()]
    assert sorted(states) == ["awarded", "request_ended"]
