"""The rooms beside the book, each played to its end on real Kafka by Python doors and by sentences at a terminal."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from exchange.kernel.money import half_up
from exchange.kernel.time import DAY, HOUR, MINUTE, instant
from exchange.market.commands import Use
from exchange.sdk import Refusal, sealed_bid
from exchange.views.accounts import CUSTODIAN, DEPOSITS, ESCROW, PENALTIES, RESERVED
from streams.node.control import bring_down, bring_up
from streams.node.directory import DataDirectory
from tests.support.hall import (
    ASKER,
    CASH_MINOR,
    COUNTER,
    IN_JAPAN,
    MARKET,
    ONE,
    POOR,
    SELLER,
    THREE,
    TRANSCRIBER,
    TWO,
    Hall,
    a_hall,
    furnished,
)
from tests.support.trade import BANK, OPERATOR

OPENS = instant("2026-11-02T00:00:00Z")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One node for this file, whose time moves on."""
    now_us = time.time_ns() // 1_000
    node = DataDirectory.create(
        tmp_path_factory.mktemp("rooms") / "node",
        created_at=now_us,
        purpose="test",
        clock_shift_us=OPENS - now_us,
    )
    _run(bring_up(node))
    try:
        with a_hall(node.path, _run(furnished(node.path))) as hall:
            yield hall
    finally:
        _run(bring_down(node))


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def use(hall: Hall, product: str) -> Use:
    licence = hall.listings[product].licence_digest
    return Use(purpose="transport", place_of_use="JP", licence_digest=licence)


def test_a_second_price_auction_is_won_at_the_next_bid_and_the_silent_forfeit(
    hall: Hall, tmp_path: Path
) -> None:
    listing = hall.listings["P-SERIES"].listing_id
    committed, revealed = hall.in_time(DAY), hall.in_time(2 * DAY)
    times = ("--commit-until", committed, "--reveal-until", revealed, "--kind", "second_price")
    money = ("--reserve", "24000.00", "--deposit", "2400.00")
    auction = hall.fact("auction", "open", listing, "--as", SELLER, *money, *times)["auction_id"]
    for who, price in ((ONE, "27,000.00"), (THREE, "90000")):
        kept = ("--keep", tmp_path / f"{who}.json")
        hall.say("auction", "commit", auction, "--as", who, "--price", price, *kept, *IN_JAPAN)
    two, bid = (
        hall.exchange.buyer(TWO),
        sealed_bid(auction_id=auction, market_id=MARKET, participant_id=TWO, price=2_500_000),
    )
    two.commit(bid, use=use(hall, "P-SERIES"))
    assert hall.cash(TWO) == CASH_MINOR - 240_000

    hall.later(DAY)
    two.reveal(bid)
    said = hall.say("auction", "reveal", tmp_path / f"{ONE}.json")
    assert said.startswith("Revealed: bid "), said
    assert "at CNY 27,000.00" in said
    hall.later(DAY)

    sold = hall.becomes("auctions", {"state": "sold"}, auction=auction)
    assert (sold["buyer_id"], sold["price"]) == (ONE, 2_500_000)
    bids = {row["participant_id"]: row["state"] for row in hall.rows("auction_bids", auction=auction)}
    assert bids == {ONE: "won", TWO: "released", THREE: "forfeited"}
    assert "25,000.00" in hall.say("auction", "show", auction)
    hall.accept(ONE, sold["trade_id"])
    assert (hall.cash(ONE), hall.cash(TWO)) == (CASH_MINOR - 2_500_000, CASH_MINOR)
    (penalties,) = hall.rows("balances", account=str(PENALTIES))
    assert (hall.cash(THREE), penalties["balance_minor"]) == (CASH_MINOR - 240_000, 240_000)


def test_a_dutch_auction_is_taken_where_its_price_has_come_to(hall: Hall) -> None:
    listing, before = hall.listings["P-AGED"], hall.cash(TWO)
    opened = hall.exchange.seller(SELLER).open_dutch_auction(
        listing.listing_id,
        start_price=3_000_000,
        floor_price=1_000_000,
        step=250_000,
        step_interval_s=3_600,
        open_until=hall.exchange.now() + DAY,
    )
    take = ("auction", "take", opened.auction_id, "--as", TWO, *IN_JAPAN)
    assert "it costs CNY 30,000.00 now" in hall.say(*take, "--price-max", "25000.00", code=1)
    hall.later(2 * HOUR)
    said = hall.say(*take, "--price-max", "25000.00")
    assert said.startswith("Taken at CNY 25,000.00: trade "), said
    sold = hall.becomes("auctions", {"state": "sold"}, auction=opened.auction_id)
    assert (sold["price"], sold["buyer_id"], hall.cash(TWO)) == (2_500_000, TWO, before - 2_500_000)
    hall.accept(TWO, sold["trade_id"])


def test_a_pool_comes_to_its_line_another_fails_and_gives_everything_back(hall: Hall) -> None:
    line, closes = hall.listings["P-LINE"].listing_id, hall.in_time(3 * DAY)
    tiers = ("--list-price", "1000.00", "--tier", "400=520.00", "--tier", "800=200.00")
    sizes = ("--threshold", 400, "--supply", 10_000, "--closes", closes, "--link", "LK-SG")
    opening = ("pool", "open", line, "--as", SELLER, *tiers, *sizes, "--month")
    pool, small = (hall.fact(*opening, month)["pool_id"] for month in ("2027-06", "2027-07"))
    before = {who: hall.cash(who) for who in (ONE, TWO, THREE)}
    one = hall.exchange.buyer(ONE)
    licence = hall.listings["P-LINE"].licence_digest
    one.commit_share(MARKET, pool, 300, licence_digest=licence)
    one.commit_share(MARKET, small, 100, licence_digest=licence)
    said = hall.say("pool", "commit", pool, "--as", TWO, "--mbps", 200)
    assert "CNY 20,000.00 deposited" in said
    assert "500 Mbps so far, at CNY 520.00 a Mbps and month" in said
    late = hall.fact("pool", "commit", pool, "--as", THREE, "--mbps", 100)["share_id"]
    assert "CNY 10,000.00 is forfeited" in hall.say("pool", "withdraw", late, "--as", THREE)

    hall.later(3 * DAY)
    failed = hall.becomes("pools", {"state": "failed"}, pool=small)
    assert (failed["grounds"], failed["forfeited_minor"]) == ("threshold", 0)
    hall.becomes("pools", {"state": "closed", "total_mbps": 500}, pool=pool)
    hall.say("pool", "approve", pool, "--as", OPERATOR)
    paid = hall.becomes("pools", {"state": "activated"}, pool=pool)
    assert (paid["shares"], paid["mbps"], paid["amount_minor"]) == (2, 500, 26_000_000)
    assert (paid["saving_bp"], paid["saved_minor"], paid["forfeited_minor"]) == (4_800, 24_000_000, 1_000_000)
    assert "activated" in hall.say("pool", "show")
    shares = {row["participant_id"]: row for row in hall.rows("pool_shares", pool=pool)}
    assert [shares[who]["state"] for who in (ONE, TWO, THREE)] == ["activated", "activated", "withdrawn"]
    for who in (ONE, TWO):
        hall.accept(who, shares[who]["trade_id"])
    spent = {who: before[who] - hall.cash(who) for who in before}
    assert spent == {ONE: 300 * 52_000, TWO: 200 * 52_000, THREE: 1_000_000}


def test_a_request_is_quoted_on_a_ruling_awarded_in_part_and_traded_on_the_second_sample(
    hall: Hall, tmp_path: Path
) -> None:
    request = ("rfq", "request", "Indonesian speech", "--as", ASKER, "--quantity", 18_000, "--unit", "minute")
    quality = ("--measure", "agreement", "--threshold-bp", 9_500, "--samples", 2, "--language", "id")
    about = ("--currency", "USD", "--closes", hall.in_time(7 * DAY), "--purpose", "sale", "--place", "SG")
    request_id = hall.fact(*request, *quality, *about)["request_id"]
    listing, seller = hall.listings["P-SPEECH"].listing_id, hall.exchange.seller(TRANSCRIBER)
    until = hall.exchange.now() + 14 * DAY
    with pytest.raises(Refusal) as refusal:
        seller.quote(MARKET, request_id, listing, 95, 18_000, until)
    assert (refusal.value.reason, refusal.value.codes) == ("FENCE_REFUSED", ("LOCAL_LAW_REVIEW",))
    case = hall.becomes("review_cases", {"state": "open"}, subject="P-SPEECH", participant=ASKER)["case_id"]
    panel = ("--government", "Member 1", "--institution", "Member 2", "--industry", "Member 3")
    grounds = ("--grounds", "The papers show consent.", "--until", hall.in_time(20 * DAY), "--any-buyer")
    said = hall.say("case", "rule", case, "--as", COUNTER, *panel, *grounds)
    assert said.startswith(f"Lifted: LOCAL_LAW_REVIEW of {listing} for any buyer until ")
    offer = (
        "rfq",
        "quote",
        request_id,
        listing,
        "--as",
        TRANSCRIBER,
        "--price",
        "0.95",
        "--quantity",
        18_000,
    )
    quote = hall.fact(*offer, "--valid-until", hall.in_time(14 * DAY))["quote_id"]
    assert quote in hall.say("rfq", "board", request_id)
    asker = hall.exchange.buyer(ASKER)
    licence = hall.listings["P-SPEECH"].licence_digest
    award = asker.award(MARKET, quote, 10_000, licence_digest=licence).award_id
    (tmp_path / "sample").write_text("apa kabar")
    shown = ("rfq", "sample", award, tmp_path / "sample", "--as", TRANSCRIBER, "--measured", "agreement=9300")
    assert "sample 1 of" in hall.say(*shown)
    assert "may rework it" in hall.say("rfq", "reject", award, "--as", ASKER, "--grounds", "0.93 < 0.95")
    seller.submit_sample(MARKET, award, b"second sample", {"agreement": 9_600})
    said = hall.say("rfq", "accept", award, "--as", ASKER)
    assert said.startswith("Accepted: trade T-"), said

    traded = hall.becomes("awards", {"state": "traded"}, participant=ASKER)
    assert (traded["held_minor"], traded["samples"]) == (950_000, 2)
    assert [row["state"] for row in hall.rows("samples", award=award)] == ["rejected", "accepted"]
    hall.accept(ASKER, traded["trade_id"])
    assert "QUOTE_AWARDED" in hall.say("rfq", "withdraw", quote, "--as", TRANSCRIBER, code=1)
    hall.say("rfq", "cancel", request_id, "--as", ASKER)
    assert hall.cash(ASKER, "USD") == CASH_MINOR - 950_000


def test_units_are_bought_by_a_plan_used_up_and_topped_up(hall: Hall) -> None:
    name, before = hall.listings["P-CALLS"].listing_id, hall.cash(ONE)
    prices = ("--model", "graduated", "--tier", "0=0.035", "--tier", "100000=0.028")
    hall.say("plan", "set", name, "--as", SELLER, "--counts", "calls", "--unit", "call", *prices)
    assert "from 0 0.035000; from 100,000 0.028000" in hall.say("plan", "show", name)
    buy = ("plan", "buy", name, 150_000, "--as", ONE, *IN_JAPAN, "--pay-at-most")
    assert "PRICE_HIGHER" in hall.say(*buy, "4899.99", code=1)
    assert "150,000 × call for CNY 4,900.00" in hall.say(*buy, "4900.00")
    hall.say("plan", "top-up", name, "--as", ONE, "--below", 100, "--units", 1_000, *IN_JAPAN)
    used = hall.exchange.seller(SELLER).record_usage(MARKET, name, ONE, 149_950, reference="gateway")
    assert used.left == 50
    (balance,) = hall.rows("prepaid_balances", instrument=name, buyer=ONE)
    assert (balance["bought"], balance["used"], balance["left_now"]) == (151_000, 149_950, 1_050)
    said = hall.say("plan", "usage", name, ONE, 50, "--as", SELLER, "--reference", "gateway", "--id", "m-2")
    assert said == f"Recorded: 50 used by {ONE}, 1,000 left.\n"
    assert (
        hall.say("plan", "usage", name, ONE, 50, "--as", SELLER, "--reference", "gateway", "--id", "m-2")
        == said
    )
    bought = hall.rows("units_bought", instrument=name)
    assert [(row["units"], row["amount_minor"], bool(row["top_up"])) for row in bought] == [
        (150_000, 490_000, False),
        (1_000, 3_500, True),
    ]
    for row in bought:
        hall.accept(ONE, row["trade_id"])
    assert hall.cash(ONE) == before - 493_500


def test_a_subscription_short_of_money_waits_for_it_and_is_cancelled_by_day(hall: Hall) -> None:
    name, bank = hall.listings["P-MONTHS"].listing_id, hall.exchange.custodian(BANK)
    plan = ("--sale", "subscription", "--unit", "month", "--period", "month", "--tier", "0=12000.00")
    hall.say("plan", "set", name, "--as", SELLER, *plan)
    bank.confirm_deposit(MARKET, POOR, 1_200_000, "CNY", "IN-POOR-1")
    begun = hall.fact("subscription", "start", name, "--as", POOR, *IN_JAPAN)
    subscription, period = begun["subscription"]["subscription_id"], begun["period"]
    assert period["amount_minor"] == period["days_charged"] * 40_000
    hall.accept(POOR, period["trade_id"])
    hall.say(
        "plan",
        "announce",
        name,
        "--as",
        SELLER,
        "--tier",
        "0=13000.00",
        "--from",
        "2027-06-01T00:00:00+08:00",
    )

    hall.later(period["ends_at"] - hall.exchange.now() + MINUTE)
    waiting = hall.becomes("subscriptions", {"state": "suspended"}, subscription=subscription)
    assert (waiting["reason"], waiting["periods"]) == ("FUNDS_INSUFFICIENT", 1)
    assert "suspended" in hall.say("subscription", "show")
    bank.confirm_deposit(MARKET, POOR, 1_200_000, "CNY", "IN-POOR-2")
    hall.becomes("subscriptions", {"state": "active", "periods": 2}, subscription=subscription)
    said = hall.say("subscription", "cancel", subscription, "--as", POOR, "--now")
    assert said.startswith(f"Ended: {subscription}; CNY "), said
    periods = hall.rows("subscription_periods", subscription=subscription)
    ended = hall.becomes("subscriptions", {"state": "ended"}, subscription=subscription)
    charged = periods[0]["amount_minor"] + half_up(1_200_000, periods[1]["days"])
    assert (ended["grounds"], ended["paid_minor"]) == ("cancelled", charged)
    assert hall.cash(POOR) == 2_400_000 - charged


def test_afterwards_nothing_is_held_and_all_money_is_somewhere(hall: Hall) -> None:
    assert hall.rows("escrow_open") == []
    balances = hall.rows("balances")
    assert all(
        row["balance_minor"] == 0 for row in balances if row["account"] in (DEPOSITS, ESCROW, RESERVED)
    )
    assert all(row["balance_minor"] >= 0 for row in balances)
    banked: dict[str, int] = {}
    owned: dict[str, int] = {}
    for row in balances:
        side = banked if row["account"] == CUSTODIAN else owned
        side[row["currency"]] = side.get(row["currency"], 0) + row["balance_minor"]
    assert banked == owned
    assert banked["USD"] == CASH_MINOR
    assert all(row["difference_minor"] == 0 for row in hall.rows("trial_balance"))
    checked = hall.fact("rebuild", "--check")
    assert checked["equal"], checked
