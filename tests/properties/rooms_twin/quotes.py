"""Requests and quotes. Source: market.md sections 4 (RFQ) and 4a; scenarios.md SC-09."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from exchange.market.quotes.commands import Quote, RequestQuotes, WithdrawQuote, WithdrawRequest
from tests.properties.rooms_twin.board import Board, Given, Request
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import BUYING, Answer, Due, Said, said

OPEN_MAX_US = 90 * DAY_US
VALID_MAX_US = 366 * DAY_US
REQUESTS_MAX = 50
QUOTES_EACH_MAX = 10
CURRENCIES = ("CNY", "JPY")


@dataclass
class Quotes:
    """What buyers and sellers hang on the board."""

    board: Board

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            RequestQuotes: self.ask,
            WithdrawRequest: self.take_back,
            Quote: self.give,
            WithdrawQuote: self.withdraw,
        }

    def ask(self, who: str, asked: RequestQuotes) -> Answer:
        """What somebody wants, until when."""
        ground, wanted = self.board.ground, asked.wanted
        reasons = ground.idle(who) | ground.lacks(who, *BUYING)
        if wanted.currency not in CURRENCIES:
            reasons.add("CURRENCY_UNKNOWN")
        if wanted.sampling is not None and wanted.quality is None:
            reasons.add("QUALITY_MISSING")
        if not ground.at < wanted.closes_at <= ground.at + OPEN_MAX_US:
            reasons.add("TIME_OUT_OF_RANGE")
        if not ground.people.keys() >= set(wanted.invited):
            reasons.add("PARTICIPANT_UNKNOWN")
        if sum(each.who == who for each in self.board.requests.values()) >= REQUESTS_MAX:
            reasons.add("REQUESTS_TOO_MANY")
        if reasons:
            return reasons
        name = ground.named("RQ")
        self.board.requests[name] = Request(name, who, wanted)
        return [said("QuotesRequested", request_id=name, buyer_id=who)]

    def take_back(self, who: str, asked: WithdrawRequest) -> Answer:
        """Its buyer ends it."""
        request = self.board.requests.get(asked.request_id)
        if request is None:
            return {"REQUEST_UNKNOWN"}
        reasons = set() if who == request.who else {"NOT_PERMITTED"}
        if any(each.quote.request == request.name for each in self.board.awards.values()):
            reasons.add("AWARDS_OPEN")
        return reasons or [self._end(request, "withdrawn")]

    def _end(self, request: Request, basis: str) -> Said:
        mine = [each for each in self.board.quotes.values() if each.request == request.name]
        del self.board.requests[request.name]
        for each in mine:
            del self.board.quotes[each.name]
        standing = [each.name for each in mine if not each.over]
        values = {"request_id": request.name, "basis": basis, "traded": request.traded}
        return said("RequestEnded", **values, quote_ids=standing)

    def give(self, who: str, asked: Quote) -> Answer:
        """A seller's price; it takes the place of its earlier one."""
        ground, request = self.board.ground, self.board.requests.get(asked.request_id)
        reasons = ground.idle(who) | ground.lacks(who, "seller")
        if request is None:
            return reasons | {"REQUEST_UNKNOWN"}
        reasons |= self._unfit(request, who, asked) | self.board.may_trade(request, who, asked)
        if not ground.at < asked.valid_until <= ground.at + VALID_MAX_US:
            reasons.add("TIME_OUT_OF_RANGE")
        mine = [
            each for each in self.board.quotes.values() if (each.request, each.seller) == (request.name, who)
        ]
        standing = [each for each in mine if not each.over]
        if any(each.awarded for each in standing):
            reasons.add("QUOTE_AWARDED")
        if len(mine) >= QUOTES_EACH_MAX:
            reasons.add("QUOTES_TOO_MANY")
        if reasons:
            return reasons
        for earlier in standing:
            earlier.over = "replaced"
        name, shelf = ground.named("QU"), ground.shelves[asked.instrument_id]
        self.board.quotes[name] = Given(name, request.name, who, asked)
        amount = shelf.amount(asked.price, asked.quantity)
        replaces = standing[0].name if standing else ""
        return [said("QuoteGiven", quote_id=name, seller_id=who, amount_minor=amount, replaces=replaces)]

    def _unfit(self, request: Request, who: str, asked: Quote) -> set[str]:
        shelf, wanted, reasons = self.board.ground.shelves[asked.instrument_id], request.wanted, set()
        if request.closed or request.traded == wanted.quantity:
            reasons.add("REQUEST_CLOSED")
        if wanted.invited and who not in wanted.invited:
            reasons.add("NOT_INVITED")
        if shelf.form not in ("quotes", "book"):
            reasons.add("FORM_DIFFERS")
        if shelf.seller != who:
            reasons.add("INSTRUMENT_FOREIGN")
        if (shelf.currency, shelf.unit) != (wanted.currency, wanted.unit):
            reasons.add("QUOTE_UNFIT")
        if asked.quantity > wanted.quantity:
            reasons.add("QUOTE_TOO_LARGE")
        return reasons

    def withdraw(self, who: str, asked: WithdrawQuote) -> Answer:
        """A seller takes back what nobody has awarded."""
        quote = self.board.quotes.get(asked.quote_id)
        if quote is None:
            return {"QUOTE_UNKNOWN"}
        reasons = self.board.over(quote) | (set() if who == quote.seller else {"NOT_PERMITTED"})
        if quote.awarded:
            reasons.add("QUOTE_AWARDED")
        if reasons:
            return reasons
        quote.over = "withdrawn"
        self.board.look(self.board.requests[quote.request])
        return [said("QuoteWithdrawn", quote_id=quote.name)]

    def _close(self, request: Request) -> list[Said]:
        request.closed = True
        self.board.look(request)
        return [said("QuotesClosed", request_id=request.name)]

    def _done(self, request: Request) -> list[Said]:
        return [self._end(request, "traded" if request.traded == request.wanted.quantity else "no_quotes")]

    def _expire(self, quote: Given) -> list[Said]:
        quote.over = "expired"
        self.board.look(self.board.requests[quote.request])
        return [said("QuoteExpired", quote_id=quote.name)]

    def dues(self) -> Iterator[Due]:
        """Deadlines for quotes, quotes that are valid no more, requests of which nothing more can come."""
        for request in self.board.requests.values():
            if not request.closed:
                yield Due(
                    request.wanted.closes_at, "request_closes", request.name, partial(self._close, request)
                )
            if request.over_at is not None:
                yield Due(request.over_at, "request_done", request.name, partial(self._done, request))
        for quote in self.board.quotes.values():
            if not quote.over:
                yield Due(quote.asked.valid_until, "quote_expires", quote.name, partial(self._expire, quote))
