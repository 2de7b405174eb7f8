"""An animation series licence, exclusive in Japan, to auction: what the tests of auctions ask with."""

from collections.abc import Sequence
from typing import Any, TypeVar

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, HOUR
from exchange.market.auctions.commands import CommitBid, OpenAuction, OpenDutchAuction, RevealBid, TakeDutch
from exchange.market.auctions.facts import AuctionOpened, DutchAuctionOpened
from exchange.market.auctions.sealing import commitment
from exchange.market.commands import InstrumentTerms, RecordParticipant, Use
from tests.unit.market.stage import LICENCE, NOON, Stage, a_market, a_standing, a_use, licence, terms, traits

F = TypeVar("F", bound=Fact)

SERIES, SELLER, OPERATOR = "L-0.25.0", "SE-CN-03", "OP-CN-01"
ONE, TWO, THREE, FOUR = "BU-JP-01", "BU-JP-02", "BU-JP-03", "BU-JP-04"
BIDDERS = (ONE, TWO, THREE, FOUR)
CASH, RESERVE, DEPOSIT = 5_000_000, 2_400_000, 240_000
COMMITTED, REVEALED = NOON + DAY, NOON + 2 * DAY
SALT = bytes(range(16))


def the_series(**changed: Any) -> InstrumentTerms:
    """P-25, whose seller asks no price; a tick is a yen."""
    values: dict[str, Any] = {
        "instrument_id": SERIES,
        "listing_id": SERIES,
        "product_id": "P-25",
        "title": "Animation series licence",
        "unit": "licence",
        "currency": "JPY",
        "tick_micros": 1_000_000,
        "seller_id": SELLER,
        "posted_price": None,
        "subscription": False,
        "traits": traits(sector="culture"),
        "licence": licence(spatial=("JP",), purposes=("sale",)),
        "assessor_ids": ("AS-CN-01",),
    }
    return terms(**(values | changed))


def a_series_market(**changed: Any) -> Stage:
    """The series on offer, and four buyers in Japan with five million yen each."""
    stage = a_market(the_series(**changed), cash_minor=0)
    for who in BIDDERS:
        if who not in stage.market.participants:
            stage.told(RecordParticipant(standing=a_standing(who, "JP", "buyer")))
        stage.deposited(who, CASH, "JPY")
    return stage


def to_use(**changed: Any) -> Use:
    """Sale in Japan under the licence on offer; no authority has asked for it."""
    values: dict[str, Any] = {"purpose": "sale", "place_of_use": "JP", "licence_digest": LICENCE}
    values["foreign_authority_request"] = False
    return a_use(**(values | changed))


def an_opening(**changed: Any) -> OpenAuction:
    values: dict[str, Any] = {
        "instrument_id": SERIES,
        "kind": "first_price",
        "reserve_price": RESERVE,
        "deposit_minor": DEPOSIT,
        "commit_until": COMMITTED,
        "reveal_until": REVEALED,
    }
    return OpenAuction(**(values | changed))


def a_dutch_opening(**changed: Any) -> OpenDutchAuction:
    """From three million yen down to one, a quarter of a million every hour, for a day."""
    values: dict[str, Any] = {
        "instrument_id": SERIES,
        "start_price": 3_000_000,
        "floor_price": 1_000_000,
        "step": 250_000,
        "step_interval_s": 3_600,
        "open_until": NOON + DAY,
    }
    return OpenDutchAuction(**(values | changed))


class Auctioning:
    """An auction of the series, and the ways to take part in it."""

    def __init__(self, stage: Stage, auction_id: str) -> None:
        self.stage = stage
        self.auction_id = auction_id

    def commit(self, who: str, price: int, use: Use | None = None, salt: bytes = SALT) -> list[Fact]:
        sealed = commitment(self.auction_id, who, price, salt)
        command = CommitBid(auction_id=self.auction_id, commitment=sealed, use=use or to_use())
        return self.stage.ask(who, command)

    def committed(self, **prices: int) -> "Auctioning":
        """Commitments of the buyers named by number, as `one=2_500_000`."""
        for name, price in prices.items():
            facts = self.commit(globals()[name.upper()], price)
            assert not isinstance(facts[-1], Refused), facts
        return self

    def reveal(self, who: str, price: int, salt: bytes = SALT) -> list[Fact]:
        return self.stage.ask(who, RevealBid(auction_id=self.auction_id, price=price, salt=salt))

    def revealed(self, **prices: int) -> "Auctioning":
        """The reveals of the buyers named by number, once committing is over."""
        self.stage.at = max(self.stage.at, COMMITTED)
        for name, price in prices.items():
            facts = self.reveal(globals()[name.upper()], price)
            assert not isinstance(facts[-1], Refused), facts
        return self

    def settled(self) -> list[Fact]:
        """What the end of the auction brings."""
        self.stage.at = max(self.stage.at, REVEALED)
        return self.stage.settle()

    def take(self, who: str, hours: int = 0, **changed: Any) -> list[Fact]:
        """Take a Dutch auction some hours after noon."""
        self.stage.at = NOON + hours * HOUR
        values: dict[str, Any] = {"auction_id": self.auction_id, "use": to_use()}
        return self.stage.ask(who, TakeDutch(**(values | changed)))


def a_sealed_auction(stage: Stage | None = None, **changed: Any) -> Auctioning:
    """The series in a sealed auction of a day's committing and a day's revealing."""
    stage = stage or a_series_market()
    (opened,) = stage.ask(SELLER, an_opening(**changed))
    assert isinstance(opened, AuctionOpened), opened
    return Auctioning(stage, opened.auction_id)


def a_dutch_auction(stage: Stage | None = None, **changed: Any) -> Auctioning:
    """The series in a Dutch auction that began at noon."""
    stage = stage or a_series_market()
    (opened,) = stage.ask(SELLER, a_dutch_opening(**changed))
    assert isinstance(opened, DutchAuctionOpened), opened
    return Auctioning(stage, opened.auction_id)


def of(kind: type[F], facts: Sequence[Fact]) -> list[F]:
    """The facts of a kind."""
    return [fact for fact in facts if isinstance(fact, kind)]


def only(kind: type[F], facts: Sequence[Fact]) -> F:
    """The one fact of a kind."""
    (fact,) = of(kind, facts)
    return fact
