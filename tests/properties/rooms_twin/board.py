"""What hangs on the board: requests, quotes, awards. Source: market.md sections 4 (RFQ) and 4a."""

from dataclasses import dataclass, field

from exchange.market.quotes.commands import Quote, Wanted
from tests.properties.rooms_twin.ground import Ground


@dataclass
class Given:
    """A quote; `over` says how it ended, if it has."""

    name: str
    request: str
    seller: str
    asked: Quote
    awarded: int = 0
    over: str = ""

    @property
    def left(self) -> int:
        """What it still offers."""
        return self.asked.quantity - self.awarded


@dataclass
class Awarded:
    """An award under way: it waits for a sample until `due`, or, `shown`, for the answer to one."""

    name: str
    quote: Given
    lots: int
    due: int
    samples: int = 0
    shown: int | None = None


@dataclass
class Request:
    """A request that is open."""

    name: str
    who: str
    wanted: Wanted
    closed: bool = False
    traded: int = 0
    awards_given: int = 0
    over_at: int | None = None


@dataclass
class Board:
    """Requests, quotes and awards that have not ended."""

    ground: Ground
    requests: dict[str, Request] = field(default_factory=dict)
    quotes: dict[str, Given] = field(default_factory=dict)
    awards: dict[str, Awarded] = field(default_factory=dict)

    def look(self, request: Request) -> None:
        """Once nothing more can come of it, it is to end."""
        mine = [each for each in self.quotes.values() if each.request == request.name]
        under_way = any(each.quote.request == request.name for each in self.awards.values())
        more = any(not each.over and each.left for each in mine)
        done = request.traded == request.wanted.quantity or (request.closed and not more)
        if done and not under_way:
            request.over_at = self.ground.at

    def over(self, quote: Given) -> set[str]:
        """The reason, if a quote does not stand any more."""
        if quote.over == "expired":
            return {"QUOTE_EXPIRED"}
        reasons = {"QUOTE_ENDED"} if quote.over else set()
        return reasons | ({"QUOTE_EXPIRED"} if quote.asked.valid_until <= self.ground.at else set())

    def may_trade(self, request: Request, seller: str, asked: Quote) -> set[str]:
        """Both active, of different owners, what is quoted open."""
        shelf = self.ground.shelves[asked.instrument_id]
        reasons = self.ground.idle(request.who, seller) | self.ground.one_owner(request.who, seller)
        return reasons | self.ground.shut(shelf)
