"""`exchange plan` and `exchange subscription`, before a market that decides and tables that follow it."""

from pathlib import Path

import pytest

from tests.unit.cli.desk import Desk
from tests.unit.market.plan_stage import CALLS, GIGABYTES, MONTHS, a_plan_market, until
from tests.unit.market.stage import BUYER, SELLER

USE = ("--purpose", "transport", "--place", "JP")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk("plan", a_plan_market(), tmp_path, monkeypatch)


@pytest.fixture
def subscriptions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk("subscription", a_plan_market(cash_minor=1_300_000), tmp_path, monkeypatch)


def test_units_are_priced_bought_used_and_topped_up_at_a_terminal(desk: Desk) -> None:
    prices = ("--model", "graduated", "--tier", "0=0.035", "--tier", "100000=0.028", "--least", 10)
    told = desk("set", CALLS, "--as", SELLER, "--counts", "calls", "--unit", "call", *prices)
    assert told.startswith("Set: plan PP-")
    assert f"exchange plan buy {CALLS} 10 --as NAME" in told
    assert "from 0 0.035000; from 100,000 0.028000" in desk("show", CALLS)
    assert "18.000000" in desk("show")
    told = desk("buy", CALLS, 150_000, "--as", BUYER, *USE, "--pay-at-most", "4,900.00")
    assert told.startswith("Bought: 150,000 × call for CNY 4,900.00, held in escrow; trade T-")
    told = desk("top-up", CALLS, "--as", BUYER, "--below", 100, "--units", 1_000, *USE)
    assert told == f"Set: 1,000 units of {CALLS} are bought whenever 100 or fewer are left.\n"
    used = ("usage", CALLS, BUYER, "--as", SELLER)
    assert desk(*used, 149_950) == f"Recorded: 149,950 used by {BUYER}, 50 left.\n"
    assert desk("top-up", CALLS, "--as", BUYER, "--off") == f"Set: {CALLS} is no longer topped up.\n"
    told = desk(*used, 2_000)
    assert told == f"Recorded: 2,000 used by {BUYER}, 0 left; 950 were used that are not bought yet.\n"


def test_the_plan_of_an_instrument_without_one_is_told_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk("plan", a_plan_market(), tmp_path, monkeypatch)
    desk.stage.journal = [each for each in desk.stage.journal if type(each[0]).__name__ != "PricePlanSet"]
    assert "No price plan is in force" in desk("show")
    assert f"{CALLS} has no price plan; its seller sets one" in desk("show", CALLS)


def test_a_subscription_is_begun_shown_and_cancelled_at_a_terminal(subscriptions: Desk) -> None:
    assert "Nobody has subscribed yet." in subscriptions("show")
    told = subscriptions(
        "start", MONTHS, "--as", BUYER, *USE, "--pay-at-most", "12000", "--reference", "berths"
    )
    assert "CNY 11,600.00 for 29 of 30 days, until 2026-11-30T16:00:00Z; entitlement E-" in told
    name = told.split()[1].rstrip(";")
    assert name in subscriptions("show")
    shown = subscriptions("show", name)
    assert "berths" in shown
    assert "11,600.00" in shown
    told = subscriptions("cancel", name, "--as", SELLER)
    assert told == f"Cancelled: {name} ends at 2026-11-30T16:00:00Z.\n"
    told = subscriptions("cancel", name, "--as", BUYER, "--now")
    assert told == f"Ended: {name}; CNY 11,200.00 went back to {BUYER}.\n"


def test_other_prices_are_announced_at_a_terminal(desk: Desk) -> None:
    told = desk(
        "announce", MONTHS, "--as", SELLER, "--tier", "0=13000.00", "--from", "2027-01-01T00:00:00+08:00"
    )
    assert told.startswith(f"Announced: {MONTHS} has other prices from the first renewal at 2027-01-01")
    assert "13,000.000000" in desk("show", MONTHS)


def test_why_a_subscription_waits_is_shown(subscriptions: Desk) -> None:
    name = subscriptions("start", MONTHS, "--as", BUYER, *USE).split()[1].rstrip(";")
    until(subscriptions.stage, "2026-12-01T00:00:00Z")
    (line,) = subscriptions("show").splitlines()[1:]
    assert line.split()[0] == name
    assert "suspended" in line
    assert line.endswith("FUNDS_INSUFFICIENT")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "P-99"), "no instrument P-99 is known; `exchange query instruments` names those there are"),
        (("buy", "P-99", "1", "--as", BUYER), "no instrument P-99 is known"),
        (
            ("buy", CALLS, "1", "--as", BUYER, "--pay-at-most", "0.001"),
            "an amount of 0.001 is smaller than a minor unit; CNY has 2 decimals",
        ),
        (("buy", CALLS, "1", "--as", BUYER, "--place", "Mars"), "place_of_use: expected str matching regex"),
        (("top-up", CALLS, "--as", BUYER), "say when and how much with --below and --units, or --off"),
        (("top-up", CALLS, "--as", BUYER, "--below", "1"), "say when and how much with --below and --units"),
        (("top-up", CALLS, "--as", BUYER, "--below", "1", "--units", "1", "--off"), "say when and how much"),
        (
            ("set", GIGABYTES, "--as", SELLER, "--unit", "GB", "--tier", "0=18.0000001"),
            "a price of 18.0000001 is off the tick: it moves in steps of 0.000001",
        ),
        (("announce", MONTHS, "--as", SELLER, "--tier", "0=1", "--from", "soon"), "soon is no time"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    assert said in desk.wrong(*words)


def test_a_subscription_that_there_is_not_is_named(subscriptions: Desk) -> None:
    for words in (("show", "SU-9"), ("cancel", "SU-9", "--as", BUYER)):
        assert "the tables have no subscription SU-9; `exchange subscription show`" in subscriptions.wrong(
            *words
        )
