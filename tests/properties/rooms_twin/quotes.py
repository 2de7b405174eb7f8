"""Requests for quotation. Source: market.md sections 4 (RFQ) and 4a; scenarios.md SC-09."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from exchange.market.quotes.commands import (
    AcceptSample,
    AwardQuote,
    EndAward,
    Quote,
    RejectSample,
    RequestQuotes,
    SubmitSample,
    Wanted,
    WithdrawQuote,
    WithdrawRequest,
)
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import BUYING, Answer, Due, Ground, Said, said

OPEN_MAX_US = 90 * DAY_US
VALID_MAX_US = 366 * DAY_US
REQUESTS_MAX = 50
QUOTES_EACH_MAX = 10
AWARDS_MAX = 100
CURRENCIES = ("CNY", "JPY")


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
class Quotes:
    """The board: requests, quotes and awards that have not ended."""

    ground: Ground
    requests: dict[str, Request] = field(default_factory=dict)
    quotes: dict[str, Given] = field(default_factory=dict)
    awards: dict[str, Awarded] = field(default_factory=dict)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            RequestQuotes: self.ask,
            WithdrawRequest: self.take_back,
            Quote: self.give,
            WithdrawQuote: self.withdraw,
            AwardQuote: self.award,
            SubmitSample: self.show,
            AcceptSample: self.accept,
            RejectSample: self.reject,
            EndAward: self.end_award,
        }

    # Requests.

    def ask(self, who: str, asked: RequestQuotes) -> Answer:
        """What somebody wants, until when."""
        ground, wanted = self.ground, asked.wanted
        reasons = ground.idle(who) | ground.lacks(who, *BUYING)
        if wanted.currency not in CURRENCIES:
            reasons.add("CURRENCY_UNKNOWN")
        if wanted.sampling is not None and wanted.quality is None:
            reasons.add("QUALITY_MISSING")
        if not ground.at < wanted.closes_at <= ground.at + OPEN_MAX_US:
            reasons.add("TIME_OUT_OF_RANGE")
        if not ground.people.keys() >= set(wanted.invited):
            reasons.add("PARTICIPANT_UNKNOWN")
        if sum(each.who == who for each in self.requests.values()) >= REQUESTS_MAX:
            reasons.add("REQUESTS_TOO_MANY")
        if reasons:
            return reasons
        name = ground.named("RQ")
        self.requests[name] = Request(name, who, wanted)
        return [said("QuotesRequested", request_id=name, buyer_id=who)]

    def take_back(self, who: str, asked: WithdrawRequest) -> Answer:
        """Its buyer ends it."""
        request = self.requests.get(asked.request_id)
        if request is None:
            return {"REQUEST_UNKNOWN"}
        reasons = set() if who == request.who else {"NOT_PERMITTED"}
        if any(each.quote.request == request.name for each in self.awards.values()):
            reasons.add("AWARDS_OPEN")
        return reasons or [self._end(request, "withdrawn")]

    def _end(self, request: Request, basis: str) -> Said:
        mine = [each for each in self.quotes.values() if each.request == request.name]
        del self.requests[request.name]
        for each in mine:
            del self.quotes[each.name]
        standing = frozenset(each.name for each in mine if not each.over)
        values = {"request_id": request.name, "basis": basis, "traded": request.traded}
        return said("RequestEnded", **values, quote_ids=standing)

    def _look(self, request: Request) -> None:
        """Once nothing more can come of it, it is to end."""
        mine = [each for each in self.quotes.values() if each.request == request.name]
        under_way = any(each.quote.request == request.name for each in self.awards.values())
        more = any(not each.over and each.left for each in mine)
        done = request.traded == request.wanted.quantity or (request.closed and not more)
        if done and not under_way:
            request.over_at = self.ground.at

    # Quotes.

    def give(self, who: str, asked: Quote) -> Answer:
        """A seller's price; it takes the place of its earlier one."""
        ground, request = self.ground, self.requests.get(asked.request_id)
        reasons = ground.idle(who) | ground.lacks(who, "seller")
        if request is None:
            return reasons | {"REQUEST_UNKNOWN"}
        reasons |= self._unfit(request, who, asked) | self._may_trade(request, who, asked)
        if not ground.at < asked.valid_until <= ground.at + VALID_MAX_US:
            reasons.add("TIME_OUT_OF_RANGE")
        mine = [each for each in self.quotes.values() if (each.request, each.seller) == (request.name, who)]
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
        self.quotes[name] = Given(name, request.name, who, asked)
        amount = shelf.amount(asked.price, asked.quantity)
        replaces = standing[0].name if standing else ""
        return [said("QuoteGiven", quote_id=name, seller_id=who, amount_minor=amount, replaces=replaces)]

    def _unfit(self, request: Request, who: str, asked: Quote) -> set[str]:
        shelf, wanted, reasons = self.ground.shelves[asked.instrument_id], request.wanted, set()
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

    def _may_trade(self, request: Request, seller: str, asked: Quote) -> set[str]:
        """Both active, of different owners, what is quoted open."""
        shelf = self.ground.shelves[asked.instrument_id]
        reasons = self.ground.idle(request.who, seller) | self.ground.one_owner(request.who, seller)
        return reasons | self.ground.shut(shelf)

    def withdraw(self, who: str, asked: WithdrawQuote) -> Answer:
        """A seller takes back what nobody has awarded."""
        quote = self.quotes.get(asked.quote_id)
        if quote is None:
            return {"QUOTE_UNKNOWN"}
        reasons = self._over(quote) | (set() if who == quote.seller else {"NOT_PERMITTED"})
        if quote.awarded:
            reasons.add("QUOTE_AWARDED")
        if reasons:
            return reasons
        quote.over = "withdrawn"
        self._look(self.requests[quote.request])
        return [said("QuoteWithdrawn", quote_id=quote.name)]

    def _over(self, quote: Given) -> set[str]:
        if quote.over == "expired":
            return {"QUOTE_EXPIRED"}
        reasons = {"QUOTE_ENDED"} if quote.over else set()
        return reasons | ({"QUOTE_EXPIRED"} if quote.asked.valid_until <= self.ground.at else set())

    # Awards.

    def award(self, who: str, asked: AwardQuote) -> Answer:
        """All of a quote or a part; the price is held."""
        ground, quote = self.ground, self.quotes.get(asked.quote_id)
        reasons = ground.idle(who) | ground.lacks(who, *BUYING)
        if quote is None:
            return reasons | {"QUOTE_UNKNOWN"}
        request, shelf = self.requests[quote.request], ground.shelves[quote.asked.instrument_id]
        amount = shelf.amount(quote.asked.price, asked.quantity)
        under_way = [each for each in self.awards.values() if each.quote.request == request.name]
        wanted = request.wanted.quantity - request.traded - sum(each.lots for each in under_way)
        reasons |= self._over(quote) | self._may_trade(request, quote.seller, quote.asked)
        reasons |= ground.money.short(who, shelf.currency, amount)
        if who != request.who:
            reasons.add("NOT_PERMITTED")
        if asked.quantity > min(quote.left, wanted):
            reasons.add("AWARD_TOO_LARGE")
        if request.awards_given >= AWARDS_MAX:
            reasons.add("AWARDS_TOO_MANY")
        if asked.licence_digest != shelf.licence:
            reasons.add("LICENCE_NOT_ACCEPTED")
        if reasons:
            return reasons
        sampling = request.wanted.sampling
        due = ground.at + sampling.days * DAY_US if sampling else 0
        award = self.awards[ground.named("AW")] = Awarded(ground.named("AW"), quote, asked.quantity, due)
        quote.awarded += asked.quantity
        request.awards_given += 1
        awarded = said(
            "QuoteAwarded",
            award_id=award.name,
            held_minor=amount,
            drawn_minor=ground.money.hold(award.name, who, shelf.currency, amount),
            due_at=due if sampling else None,
        )
        return [awarded] if sampling else [awarded, *self._trade(award)]

    def _trade(self, award: Awarded) -> list[Said]:
        quote, request = award.quote, self.requests[award.quote.request]
        shelf = self.ground.shelves[quote.asked.instrument_id]
        amount = shelf.amount(quote.asked.price, award.lots)
        sides, price = (request.who, quote.seller), quote.asked.price
        name = self.ground.named("T", self.ground.next_trade())
        traded = self.ground.trade(award.name, shelf, *sides, price, award.lots, amount)
        request.traded += award.lots
        del self.awards[award.name]
        self._look(request)
        return [*traded, said("AwardTraded", award_id=award.name, trade_id=name, quantity=award.lots)]

    def _ended(self, award: Awarded, basis: str) -> Said:
        """What was held goes back, and can be awarded again."""
        del self.awards[award.name]
        award.quote.awarded -= award.lots
        released = self.ground.money.give_back(award.name)
        self._look(self.requests[award.quote.request])
        waits = award.shown is not None and basis != "rejected"
        return said(
            "AwardEnded",
            award_id=award.name,
            quantity=award.lots,
            released_minor=released,
            basis=basis,
            unanswered=award.samples if waits else 0,
        )

    def end_award(self, who: str, asked: EndAward) -> Answer:
        """Either side lets it go."""
        award = self.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        sides = {self.requests[award.quote.request].who: "buyer", award.quote.seller: "seller"}
        return [self._ended(award, sides[who])] if who in sides else {"NOT_PERMITTED"}

    # Samples.

    def show(self, who: str, asked: SubmitSample) -> Answer:
        """The seller shows what it would deliver, and what was measured of it."""
        award = self.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        wanted = self.requests[award.quote.request].wanted
        assert wanted.quality is not None
        assert wanted.sampling is not None
        values = [each.value_bp for each in asked.measured if each.measure == wanted.quality.measure]
        reasons = set() if who == award.quote.seller else {"NOT_PERMITTED"}
        if award.shown is not None:
            reasons.add("SAMPLE_WAITING")
        if len(values) != 1:
            reasons.add("MEASURE_MISSING")
        if reasons:
            return reasons
        award.shown, award.samples = values[0], award.samples + 1
        award.due = self.ground.at + wanted.sampling.answer_days * DAY_US
        values_said = {"number": award.samples, "value_bp": award.shown, "answer_by": award.due}
        return [said("SampleSubmitted", award_id=award.name, **values_said)]

    def accept(self, who: str, asked: AcceptSample) -> Answer:
        """The buyer finds it good enough, and the award trades."""
        award = self.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        reasons = self._unanswerable(award, who)
        reasons |= self._may_trade(self.requests[award.quote.request], award.quote.seller, award.quote.asked)
        return reasons or self._accepted(award, "buyer")

    def reject(self, who: str, asked: RejectSample) -> Answer:
        """The buyer finds it not good enough."""
        award = self.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        return self._unanswerable(award, who) or self._rejected(award, "buyer", asked.value_bp)

    def _unanswerable(self, award: Awarded, who: str) -> set[str]:
        reasons = set() if who == self.requests[award.quote.request].who else {"NOT_PERMITTED"}
        return reasons | ({"SAMPLE_NONE"} if award.shown is None else set())

    def _accepted(self, award: Awarded, basis: str) -> list[Said]:
        values = {"number": award.samples, "basis": basis, "value_bp": award.shown}
        return [said("SampleAccepted", award_id=award.name, **values), *self._trade(award)]

    def _rejected(self, award: Awarded, basis: str, measured: int | None) -> list[Said]:
        """A rework, or after the last sample the end."""
        sampling = self.requests[award.quote.request].wanted.sampling
        assert sampling is not None
        more = award.samples < sampling.samples_max
        value = award.shown if measured is None else measured
        award.shown, award.due = None, self.ground.at + sampling.days * DAY_US
        rejected = said(
            "SampleRejected",
            award_id=award.name,
            number=award.samples,
            basis=basis,
            value_bp=value,
            due_at=award.due if more else None,
        )
        return [rejected] if more else [rejected, self._ended(award, "rejected")]

    # What happens by itself.

    def dues(self) -> Iterator[Due]:
        """Deadlines for quotes, quotes that are valid no more, samples and answers that do not come."""
        for request in self.requests.values():
            if not request.closed:
                yield Due(
                    request.wanted.closes_at, "request_closes", request.name, partial(self._close, request)
                )
            if request.over_at is not None:
                yield Due(request.over_at, "request_done", request.name, partial(self._done, request))
        for quote in self.quotes.values():
            if not quote.over:
                yield Due(quote.asked.valid_until, "quote_expires", quote.name, partial(self._expire, quote))
        for award in self.awards.values():
            turn = "sample_due" if award.shown is None else "sample_answer"
            yield Due(award.due, turn, award.name, partial(self._silent, award))

    def _close(self, request: Request) -> list[Said]:
        request.closed = True
        self._look(request)
        return [said("QuotesClosed", request_id=request.name)]

    def _done(self, request: Request) -> list[Said]:
        return [self._end(request, "traded" if request.traded == request.wanted.quantity else "no_quotes")]

    def _expire(self, quote: Given) -> list[Said]:
        quote.over = "expired"
        self._look(self.requests[quote.request])
        return [said("QuoteExpired", quote_id=quote.name)]

    def _silent(self, award: Awarded) -> list[Said]:
        """No sample: the award ends. No answer: the measure speaks."""
        request = self.requests[award.quote.request]
        if award.shown is None:
            return [self._ended(award, "time")]
        quality = request.wanted.quality
        if quality is not None and award.shown < quality.threshold_bp:
            return self._rejected(award, "measure", None)
        if self._may_trade(request, award.quote.seller, award.quote.asked):
            return [self._ended(award, "barred")]
        return self._accepted(award, "measure")
