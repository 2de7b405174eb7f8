"""`exchange list`: what is typed is what is asked for, and what cannot be meant is refused before it is asked."""

import asyncio
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from exchange.cli import listing
from exchange.cli.root import root
from exchange.kernel.bases import Command
from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.kernel.product import PricePlan
from exchange.registry.commands import ListProduct
from tests.unit.views.story import a_listing, some_destinations

WORDS = ("list", "P-06", "1.0", "--as", "SE-CN-02", "--market", "M-SH")


class _Said(Exception):
    """What was asked."""


class _Client:
    """Takes down what it is asked instead of sending it."""

    async def watch_all(self, *_: Any) -> None:
        """Nothing is watched."""

    async def ask(self, context: str, key: Any, command: Command, *, actor: str, **_: Any) -> Any:
        raise _Said((context, actor, command))


def typed(*words: str) -> Result:
    return CliRunner().invoke(root, [*WORDS, *words], prog_name="exchange")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was asked for so far."""
    told: list[Any] = []

    def asked(data: Any, actor: str, speak: Any, dry_run: bool, as_json: bool) -> None:
        try:
            asyncio.run(speak(_Client()))
        except _Said as found:
            told.append(found.args[0])

    monkeypatch.setattr(listing, "asked", asked)
    return told


def asked_for(said: list[Any], *words: str) -> ListProduct:
    ended = typed(*words)
    assert ended.exit_code == 0, ended.output
    ((context, actor, command),) = said
    assert (context, actor) == ("registry", "SE-CN-02")
    assert isinstance(command, ListProduct)
    return command


def test_a_posted_price_is_typed_in_its_currency(said: list[Any]) -> None:
    words = ("--price", "12000.00", "CNY", "--unit", "month", "--renews", "--acceptance-days", "3")
    assert asked_for(said, *words) == ListProduct(
        product_id="P-06",
        version="1.0",
        market_id="M-SH",
        price=PricePlan(
            model="subscription", price_minor=1_200_000, currency="CNY", unit="month", book="posted"
        ),
        transaction_type="none",
        acceptance_days=3,
    )


def test_what_is_sold_by_plan_is_typed_tier_by_tier(said: list[Any]) -> None:
    plan = ("--by", "plan", "--counts", "calls", "--tier", "0=0.035", "--tier", "100000=0.028")
    more = ("--model", "graduated", "--refund-unused", "--units-min", "1000", "--period", "year")
    command = asked_for(said, "--price", "0.04", "CNY", "--unit", "call", *plan, *more)
    assert (command.price.book, command.price.price_minor) == ("plan", 4)
    assert command.plan == PlanTerms(
        sale="once",
        counts="calls",
        unit="call",
        model="graduated",
        tiers=(
            PriceTier(from_units=0, unit_micros=35_000),
            PriceTier(from_units=100_000, unit_micros=28_000),
        ),
        period="year",
        unused="refunded",
        units_min=1_000,
    )


def test_a_plan_of_one_tier_is_flat_and_counts_its_units(said: list[Any]) -> None:
    words = ("--price", "7200", "JPY", "--unit", "month", "--tier", "0=7200")
    plan = asked_for(said, *words, "--subscription", "--period", "month", "--grace-days", "0").plan
    assert plan is not None
    assert (plan.sale, plan.counts, plan.model, plan.grace_days) == ("subscription", "units", "flat", 0)


POSTED = ("--price", "12000.00", "CNY")


def listed(monkeypatch: pytest.MonkeyPatch, destinations: Any) -> None:
    """Whatever is typed is listed, and could be sold there."""
    monkeypatch.setattr(listing, "asked", lambda *_: (a_listing(), destinations))


@pytest.mark.parametrize(
    ("destinations", "told"),
    [
        (some_destinations(), "It can be bought: ALLOW for transport in JP."),
        (
            some_destinations(
                verdict="wanting",
                outcome="DENY",
                codes=("EU_NO_TOOL",),
                missing=("counts.pi_count_cum",),
                safeguards=("EU-BCR", "EU-SCC"),
            ),
            "Nobody can buy it yet: at best DENY for transport in JP: EU_NO_TOOL. Not known: counts.pi_count_cum."
            " A safeguard that would count: EU-BCR, EU-SCC.",
        ),
        (
            some_destinations(verdict="wanting", outcome="REVIEW", codes=("LOCAL_LAW_REVIEW",)),
            "at best REVIEW for transport in JP: LOCAL_LAW_REVIEW. An order opens a case of the counter.",
        ),
    ],
)
def test_where_it_could_be_sold_is_told_with_it(
    monkeypatch: pytest.MonkeyPatch, destinations: Any, told: str
) -> None:
    listed(monkeypatch, destinations)
    ended = typed(*POSTED)
    assert ended.exit_code == 0, ended.output
    assert told in " ".join(ended.output.split())
    document = json.loads(typed(*POSTED, "--json").output)
    assert document["listing_id"] == "L-0.5.0"
    assert document["destinations"]["verdict"] == destinations.verdict


def test_where_nothing_was_asked_of_the_fence_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, None)
    assert "buy" not in typed(*POSTED).output
    assert json.loads(typed(*POSTED, "--json").output)["destinations"] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--price", "1.00", "CNY", "--counts", "calls"), "add --tier 0=PRICE"),
        (("--price", "1.00", "CNY", "--tier", "18.00"), "'18.00' is no tier; write one like 0=18.00"),
        (("--price", "1.00", "CNY", "--tier", "x=18.00"), "is no tier"),
        (("--price", "1.00", "CNY", "--tier", "0=0.0000001"), "off the tick"),
        (("--price", "1.005", "CNY"), "off the tick"),
        (("--price", "much", "CNY"), "is no price"),
        (("--price", "1.00", "ZZZ"), "not an ISO 4217 code"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_it_is_asked(
    said: list[Any], words: tuple[str, ...], told: str
) -> None:
    ended = typed(*words)
    assert (ended.exit_code, told in ended.output) == (2, True), ended.output
    assert not said
