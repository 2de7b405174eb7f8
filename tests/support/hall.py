"""A node of one file's own with everybody and everything that the rooms beside the book are played with."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click.testing
import msgspec

from exchange.cli.root import root
from exchange.kernel.bases import Command
from exchange.kernel.product import LicenceTerms, PricePlan
from exchange.kernel.time import iso
from exchange.market.commands import AcceptDelivery
from exchange.registry.commands import DraftProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.sdk import Exchange as AsyncExchange
from exchange.sdk.sync import Exchange
from tests.support.trade import BANK, COMPLIANCE, OPERATOR, QUALITY, a_draft, a_participant, open_exchange
from tests.support.traits import GENERAL
from tests.support.waiting import eventually

MARKET = "M-ROOMS"
SELLER, TRANSCRIBER, COUNTER = "SE-CN-01", "PR-CN-01", "CT-CN-01"
ONE, TWO, THREE, POOR, ASKER = "BU-JP-01", "BU-JP-02", "BU-JP-03", "BU-JP-04", "BU-SG-01"
CASH_MINOR = 100_000_000
"""What each of the first three buyers has, and the asker in dollars."""
IN_JAPAN = ("--purpose", "transport", "--place", "JP")

_PEOPLE = (
    (SELLER, "CN-LG", Role.SELLER),
    (TRANSCRIBER, "CN-LG", Role.SELLER),
    (COUNTER, "CN-LG", Role.COUNTER),
    *((name, "JP", Role.BUYER) for name in (ONE, TWO, THREE, POOR)),
    (ASKER, "SG", Role.BUYER),
)
_MONEY = (*((name, CASH_MINOR, "CNY") for name in (ONE, TWO, THREE)), (ASKER, CASH_MINOR, "USD"))
_SPOKEN = LicenceTerms(
    title="Transcription",
    spatial=("SG",),
    purposes=("sale",),
    permitted=("use",),
    prohibited=("resell",),
    term_days=365,
)


def _products() -> Iterator[tuple[str, DraftProduct, PricePlan]]:
    for name, kind, unit, book in (
        ("P-SERIES", "cultural_digital", "licence", "auction"),
        ("P-AGED", "dataset", "licence", "auction"),
        ("P-LINE", "line_bandwidth", "Mbps-month", "pool"),
        ("P-CALLS", "api", "call", "orders"),
        ("P-MONTHS", "stream", "month", "posted"),
    ):
        yield SELLER, a_draft(name, product_type=kind), _price(unit, "CNY", book)
    traits = msgspec.structs.replace(GENERAL, contains_pi=True, collected_in=("ID",), persons=400)
    spoken = a_draft(
        "P-SPEECH", product_type="annotation_service", stored_in="SG", traits=traits, licence=_SPOKEN
    )
    yield TRANSCRIBER, spoken, _price("minute", "USD", "quotes")


def _price(unit: Any, currency: str, book: Any) -> PricePlan:
    return PricePlan(model="one_off", price_minor=100_000, currency=currency, unit=unit, book=book)


class Hall:
    """The rooms as a user has them: doors without `await`, and a terminal."""

    def __init__(self, path: Path, exchange: Exchange, listings: dict[str, ListingPublished]) -> None:
        self.path = path
        self.exchange = exchange
        self.listings = listings
        self.operator = exchange.operator(OPERATOR)

    def say(self, *words: object, code: int = 0) -> str:
        """Type a sentence, which takes longer than tables are behind; what it said."""
        self.exchange.analyst().up_to_date()
        typed = [*map(str, words), "--data", str(self.path)]
        ended = click.testing.CliRunner().invoke(root, typed, prog_name="exchange")
        assert ended.exit_code == code, (typed, ended.output, ended.exception)
        return ended.output

    def fact(self, *words: object) -> dict[str, Any]:
        """Type a sentence with --json; its document."""
        document: dict[str, Any] = json.loads(self.say(*words, "--json"))
        return document

    def ask(self, who: str, command: Command) -> Any:
        """Ask the market what has no room of its own; its answer, which is no refusal."""
        return self.exchange.buyer(who).ask("market", MARKET, command).or_raise()

    def accept(self, who: str, trade_id: str) -> None:
        """Accept what was bought."""
        self.ask(who, AcceptDelivery(trade_id=trade_id))

    def rows(self, query: str, **given: str) -> list[dict[str, Any]]:
        """A named query over tables that show everything which has happened by now."""
        analyst = self.exchange.analyst()
        analyst.up_to_date()
        return analyst.query(query, **given).as_dicts()

    def becomes(self, query: str, wanted: dict[str, Any], **given: str) -> dict[str, Any]:
        """The one row of a named query, once it says what is wanted."""

        def check() -> dict[str, Any]:
            found = self.rows(query, **given)
            assert [{name: row[name] for name in wanted} for row in found] == [wanted]
            return found[0]

        found: dict[str, Any] = asyncio.run(eventually(check))
        return found

    def in_time(self, us: int) -> str:
        """A moment so far from now, as it is typed."""
        return iso(self.exchange.now() + us)

    def later(self, us: int) -> None:
        """Let so much time pass."""
        self.operator.shift_clock(us)

    def cash(self, who: str, currency: str = "CNY") -> int:
        """What somebody has free."""
        (purse,) = (row for row in self.rows("purses", participant=who) if row["currency"] == currency)
        cash: int = purse["cash_minor"]
        return cash


@contextmanager
def a_hall(path: Path, listings: dict[str, ListingPublished]) -> Iterator[Hall]:
    """The hall of a node that is up and furnished."""
    with Exchange.open(path) as exchange:
        yield Hall(path, exchange, listings)


async def furnished(path: Path) -> dict[str, ListingPublished]:
    """Everybody admitted, everything on offer, purses filled; the listings by their products."""
    async with AsyncExchange.open(path) as exchange:
        await open_exchange(exchange)
        operator = exchange.operator(OPERATOR)
        await asyncio.gather(*(operator.admit(a_participant(*person)) for person in _PEOPLE))
        listed = await asyncio.gather(*(_listed(exchange, *product) for product in _products()))
        bank = exchange.custodian(BANK)
        await asyncio.gather(
            *(
                bank.confirm_deposit(MARKET, who, amount, currency, f"IN-{who}")
                for who, amount, currency in _MONEY
            )
        )
        return {listing.product_id: listing for listing in listed}


async def _listed(
    exchange: AsyncExchange, seller_id: str, draft: DraftProduct, price: PricePlan
) -> ListingPublished:
    seller, product_id = exchange.seller(seller_id), draft.product_id
    await seller.draft(draft)
    await exchange.assessor(COMPLIANCE).opine(
        product_id, "1", "compliance", passed=True, report=b"report", statement="In order."
    )
    await exchange.assessor(QUALITY).opine(
        product_id, "1", "quality", passed=True, report=b"report", statement="In order."
    )
    await exchange.operator(OPERATOR).register(product_id, "1")
    return await seller.list(product_id, "1", market_id=MARKET, price=price, transaction_type="none")
