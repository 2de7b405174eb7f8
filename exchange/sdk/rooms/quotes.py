"""Requests for quotation through the doors: the buyer's side and the seller's."""

from collections.abc import Mapping

import msgspec

from exchange.market.facts import EntitlementGranted
from exchange.market.quotes.commands import (
    AcceptSample,
    AwardQuote,
    EndAward,
    Measured,
    Quote,
    RejectSample,
    RequestQuotes,
    SubmitSample,
    Wanted,
    WithdrawQuote,
    WithdrawRequest,
)
from exchange.market.quotes.facts import (
    AwardEnded,
    QuoteAwarded,
    QuoteGiven,
    QuotesRequested,
    QuoteWithdrawn,
    RequestEnded,
    SampleRejected,
    SampleSubmitted,
)
from exchange.sdk.door import Door
from streams.answers import AnswerPosition
from streams.deadline import DEADLINE_S, Deadline


class Awarded(msgspec.Struct, frozen=True, kw_only=True):
    """A quote that was taken; `entitlement` is there where it traded at once, without a sample."""

    market_id: str
    position: AnswerPosition
    award: QuoteAwarded
    entitlement: EntitlementGranted | None

    @property
    def award_id(self) -> str:
        """The award's id."""
        return self.award.award_id


class QuoteBuyer(Door):
    """Asks for quotes, awards them, and looks at samples."""

    async def request_quotes(
        self, market_id: str, wanted: Wanted, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> QuotesRequested:
        """Ask sellers for quotes, those invited or all; `exchange query quotes` and the analyst show what comes."""
        command = RequestQuotes(wanted=wanted)
        return await self._fact(QuotesRequested, "market", market_id, command, id, deadline_s)

    async def withdraw_request(
        self, market_id: str, request_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> RequestEnded:
        """End a request of which no award is under way."""
        command = WithdrawRequest(request_id=request_id)
        return await self._fact(RequestEnded, "market", market_id, command, id, deadline_s)

    async def award(
        self,
        market_id: str,
        quote: QuoteGiven | str,
        quantity: int,
        *,
        licence_digest: bytes,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Awarded:
        """Take a quote, all of it or in part, accepting the licence of its instrument; its price is held at once.

        Units: `quantity` in lots.
        Raises: Refusal with its reason and the fence's codes.
        """
        quote_id = quote if isinstance(quote, str) else quote.quote_id
        command = AwardQuote(quote_id=quote_id, quantity=quantity, licence_digest=licence_digest)
        answer = await self._settled("market", market_id, command, id, Deadline(deadline_s))
        granted = (fact for fact in answer.facts if isinstance(fact, EntitlementGranted))
        return Awarded(
            market_id=market_id,
            position=answer.position,
            award=answer.fact(QuoteAwarded),
            entitlement=next(granted, None),
        )

    async def accept_sample(
        self, market_id: str, award: Awarded | str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EntitlementGranted:
        """Find the sample that waits good enough: the award becomes a trade, and this the right to its delivery."""
        command = AcceptSample(award_id=_award_id(award))
        return await self._fact(EntitlementGranted, "market", market_id, command, id, deadline_s)

    async def reject_sample(
        self,
        market_id: str,
        award: Awarded | str,
        grounds: str,
        value_bp: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SampleRejected:
        """Find the sample that waits not good enough; after the last one agreed on the award ends.

        Units: `value_bp`, what the buyer itself measured, in basis points.
        """
        command = RejectSample(award_id=_award_id(award), grounds=grounds, value_bp=value_bp)
        return await self._fact(SampleRejected, "market", market_id, command, id, deadline_s)

    async def end_award(
        self,
        market_id: str,
        award: Awarded | str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AwardEnded:
        """Let an award go before it trades; what was held for it goes back."""
        command = EndAward(award_id=_award_id(award), grounds=grounds)
        return await self._fact(AwardEnded, "market", market_id, command, id, deadline_s)


def _award_id(award: Awarded | str) -> str:
    return award if isinstance(award, str) else award.award_id


class QuoteSeller(Door):
    """Quotes, and shows samples."""

    async def quote(
        self,
        market_id: str,
        request: QuotesRequested | str,
        instrument_id: str,
        price: int,
        quantity: int,
        valid_until: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> QuoteGiven:
        """Offer what is requested at a price, with an instrument of one's own; the earlier quote is replaced.

        Units: `price` in the instrument's ticks, `quantity` at most so many lots, `valid_until` exchange time in µs.
        Raises: Refusal with its reason and the fence's codes.
        """
        command = Quote(
            request_id=request if isinstance(request, str) else request.request_id,
            instrument_id=instrument_id,
            price=price,
            quantity=quantity,
            valid_until=valid_until,
        )
        return await self._fact(QuoteGiven, "market", market_id, command, id, deadline_s)

    async def withdraw_quote(
        self, market_id: str, quote_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> QuoteWithdrawn:
        """Take back a quote of which nothing is awarded."""
        command = WithdrawQuote(quote_id=quote_id)
        return await self._fact(QuoteWithdrawn, "market", market_id, command, id, deadline_s)

    async def submit_sample(
        self,
        market_id: str,
        award_id: str,
        digest: bytes,
        measured: Mapping[str, int],
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SampleSubmitted:
        """Show a sample, or its rework: the digest of its content, and what each measure of it came to.

        Units: basis points.
        """
        values = tuple(Measured(measure=name, value_bp=value) for name, value in measured.items())
        command = SubmitSample(award_id=award_id, digest=digest, measured=values)
        return await self._fact(SampleSubmitted, "market", market_id, command, id, deadline_s)

    async def end_award(
        self,
        market_id: str,
        award_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AwardEnded:
        """Let an award go before it trades; what was held for it goes back to the buyer."""
        command = EndAward(award_id=award_id, grounds=grounds)
        return await self._fact(AwardEnded, "market", market_id, command, id, deadline_s)
