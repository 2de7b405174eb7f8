"""Awards and samples. Source: market.md section 4 (RFQ); scenarios.md SC-09."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from exchange.market.quotes.commands import AcceptSample, AwardQuote, EndAward, RejectSample, SubmitSample
from tests.properties.rooms_twin.board import Awarded, Board
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import BUYING, Answer, Due, Said, said

AWARDS_MAX = 100


@dataclass
class Awards:
    """What is awarded of what hangs on the board."""

    board: Board

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            AwardQuote: self.award,
            SubmitSample: self.show,
            AcceptSample: self.accept,
            RejectSample: self.reject,
            EndAward: self.end_award,
        }

    def award(self, who: str, asked: AwardQuote) -> Answer:
        """All of a quote or a part; the price is held."""
        ground, quote = self.board.ground, self.board.quotes.get(asked.quote_id)
        reasons = ground.idle(who) | ground.lacks(who, *BUYING)
        if quote is None:
            return reasons | {"QUOTE_UNKNOWN"}
        request, shelf = self.board.requests[quote.request], ground.shelves[quote.asked.instrument_id]
        amount = shelf.amount(quote.asked.price, asked.quantity)
        under_way = [each for each in self.board.awards.values() if each.quote.request == request.name]
        wanted = request.wanted.quantity - request.traded - sum(each.lots for each in under_way)
        reasons |= self.board.over(quote) | self.board.may_trade(request, quote.seller, quote.asked)
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
        award = self.board.awards[ground.named("AW")] = Awarded(
            ground.named("AW"), quote, asked.quantity, due
        )
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
        quote, request = award.quote, self.board.requests[award.quote.request]
        shelf = self.board.ground.shelves[quote.asked.instrument_id]
        amount = shelf.amount(quote.asked.price, award.lots)
        sides, price = (request.who, quote.seller), quote.asked.price
        name = self.board.ground.named("T", self.board.ground.next_trade())
        traded = self.board.ground.trade(award.name, shelf, *sides, price, award.lots, amount)
        request.traded += award.lots
        del self.board.awards[award.name]
        self.board.look(request)
        return [*traded, said("AwardTraded", award_id=award.name, trade_id=name, quantity=award.lots)]

    def _ended(self, award: Awarded, basis: str) -> Said:
        """What was held goes back, and can be awarded again."""
        del self.board.awards[award.name]
        award.quote.awarded -= award.lots
        released = self.board.ground.money.give_back(award.name)
        self.board.look(self.board.requests[award.quote.request])
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
        award = self.board.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        sides = {self.board.requests[award.quote.request].who: "buyer", award.quote.seller: "seller"}
        return [self._ended(award, sides[who])] if who in sides else {"NOT_PERMITTED"}

    def show(self, who: str, asked: SubmitSample) -> Answer:
        """The seller shows what it would deliver, and what was measured of it."""
        award = self.board.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        wanted = self.board.requests[award.quote.request].wanted
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
        award.due = self.board.ground.at + wanted.sampling.answer_days * DAY_US
        values_said = {"number": award.samples, "value_bp": award.shown, "answer_by": award.due}
        return [said("SampleSubmitted", award_id=award.name, **values_said)]

    def accept(self, who: str, asked: AcceptSample) -> Answer:
        """The buyer finds it good enough, and the award trades."""
        award = self.board.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        reasons = self._unanswerable(award, who)
        reasons |= self.board.may_trade(
            self.board.requests[award.quote.request], award.quote.seller, award.quote.asked
        )
        return reasons or self._accepted(award, "buyer")

    def reject(self, who: str, asked: RejectSample) -> Answer:
        """The buyer finds it not good enough."""
        award = self.board.awards.get(asked.award_id)
        if award is None:
            return {"AWARD_UNKNOWN"}
        return self._unanswerable(award, who) or self._rejected(award, "buyer", asked.value_bp)

    def _unanswerable(self, award: Awarded, who: str) -> set[str]:
        reasons = set() if who == self.board.requests[award.quote.request].who else {"NOT_PERMITTED"}
        return reasons | ({"SAMPLE_NONE"} if award.shown is None else set())

    def _accepted(self, award: Awarded, basis: str) -> list[Said]:
        values = {"number": award.samples, "basis": basis, "value_bp": award.shown}
        return [said("SampleAccepted", award_id=award.name, **values), *self._trade(award)]

    def _rejected(self, award: Awarded, basis: str, measured: int | None) -> list[Said]:
        """A rework, or after the last sample the end."""
        sampling = self.board.requests[award.quote.request].wanted.sampling
        assert sampling is not None
        more = award.samples < sampling.samples_max
        value = award.shown if measured is None else measured
        award.shown, award.due = None, self.board.ground.at + sampling.days * DAY_US
        rejected = said(
            "SampleRejected",
            award_id=award.name,
            number=award.samples,
            basis=basis,
            value_bp=value,
            due_at=award.due if more else None,
        )
        return [rejected] if more else [rejected, self._ended(award, "rejected")]

    def _silent(self, award: Awarded) -> list[Said]:
        """No sample: the award ends. No answer: the measure speaks."""
        request = self.board.requests[award.quote.request]
        if award.shown is None:
            return [self._ended(award, "time")]
        quality = request.wanted.quality
        if quality is not None and award.shown < quality.threshold_bp:
            return self._rejected(award, "measure", None)
        if self.board.may_trade(request, award.quote.seller, award.quote.asked):
            return [self._ended(award, "barred")]
        return self._accepted(award, "measure")

    def dues(self) -> Iterator[Due]:
        """Samples and answers that do not come."""
        for award in self.board.awards.values():
            turn = "sample_due" if award.shown is None else "sample_answer"
            yield Due(award.due, turn, award.name, partial(self._silent, award))
