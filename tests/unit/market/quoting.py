"""A request for quotation to play with: transcription, as of SC-09."""

from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import InstrumentTerms, OpenInstrument, RecordParticipant, Use
from exchange.market.quotes.commands import (
    AwardQuote,
    Measured,
    Quality,
    Quote,
    RequestQuotes,
    Sampling,
    SubmitSample,
    Wanted,
)
from exchange.market.quotes.facts import QuoteAwarded, QuoteGiven, QuotesRequested
from exchange.market.rulings.commands import ConcludeCase, RecordRuling
from tests.unit.market.stage import (
    LICENCE,
    NOON,
    Stage,
    a_market,
    a_standing,
    licence,
    terms,
    traits,
)

ASKER, FIRST, SECOND = "BU-SG-01", "PR-CN-02", "PR-CN-01"
COUNTER = POLICY_ACTOR
"""Brings to a market what the counter ruled in the registry."""
CASE = "RC-0.9.0"
CASH = 3_000_000
MEASURE = "agreement with two listeners"
DIGEST = bytes(range(16))


def speech(seller_id: str, /, **changed: Any) -> InstrumentTerms:
    """A seller's transcription of Indonesian speech, by the minute; a tick is a cent of a dollar."""
    values: dict[str, Any] = {
        "instrument_id": f"L-{seller_id}",
        "listing_id": f"L-{seller_id}",
        "product_id": "P-04" if seller_id == FIRST else "P-04B",
        "title": "Indonesian transcription",
        "unit": "minute",
        "currency": "USD",
        "seller_id": seller_id,
        "posted_price": None,
        "subscription": False,
        "stored_in": "SG",
        "traits": traits(contains_pi=True, collected_in=("ID",), persons=400, sensitive_persons=0),
        "licence": licence(spatial=("SG",), purposes=("transcription", "sale")),
    }
    return terms(**(values | changed))


def wanted(**changed: Any) -> Wanted:
    """300 hours of Indonesian speech written down, a sample first."""
    values: dict[str, Any] = {
        "title": "300 hours of Indonesian speech, transcribed",
        "description": "Two speakers at a time, with time codes.",
        "unit": "minute",
        "quantity": 300 * 60,
        "currency": "USD",
        "closes_at": NOON + 7 * DAY,
        "languages": ("id",),
        "quality": Quality(measure=MEASURE, threshold_bp=9_500),
        "sampling": Sampling(days=14, answer_days=5, samples_max=2),
        "use": Use(purpose="sale", place_of_use="SG"),
    }
    return Wanted(**(values | changed))


def a_ruling(**changed: Any) -> RecordRuling:
    """The counter lets the home law's review pass for P-04."""
    values: dict[str, Any] = {
        "codes": ("LOCAL_LAW_REVIEW",),
        "product_id": "P-04",
        "valid_until": NOON + 90 * DAY,
        "panel": ("Counter member 1", "Counter member 2", "Counter member 3"),
        "grounds": "The home law asks for consent, which the consignment's papers show.",
        "reference": CASE,
    }
    return RecordRuling(**(values | changed))


def a_withdrawal(**changed: Any) -> ConcludeCase:
    """The counter takes back what it let pass."""
    values: dict[str, Any] = {
        "case_id": CASE,
        "verdict": "withdrawn",
        "product_id": "P-04",
        "grounds": "The consent was withdrawn.",
    }
    return ConcludeCase(**(values | changed))


def a_quote(request: str, seller_id: str = FIRST, price: int = 95, **changed: Any) -> Quote:
    """All that is wanted at USD 0.95, valid for two weeks."""
    values: dict[str, Any] = {
        "request_id": request,
        "instrument_id": f"L-{seller_id}",
        "price": price,
        "quantity": 18_000,
        "valid_until": NOON + 14 * DAY,
    }
    return Quote(**(values | changed))


def a_board(*, moves_data: bool = False, cash_minor: int = CASH) -> Stage:
    """Two sellers with an instrument each, the asker's purse filled, the counter known."""
    stage = a_market(cash_minor=0)
    for standing in (
        a_standing(FIRST, "CN-LG", "seller", "processor"),
        a_standing(SECOND, "CN-LG", "seller", "processor"),
    ):
        stage.told(RecordParticipant(standing=standing))
    for seller_id in (FIRST, SECOND):
        stage.told(OpenInstrument(terms=speech(seller_id, moves_data=moves_data)))
    return stage.deposited(ASKER, cash_minor, "USD") if cash_minor else stage


def requested(stage: Stage, **changed: Any) -> str:
    """The id of a request that was made."""
    (fact,) = stage.ask(ASKER, RequestQuotes(wanted=wanted(**changed)))
    assert isinstance(fact, QuotesRequested), fact
    return fact.request_id


def quoted(stage: Stage, request: str, seller_id: str = FIRST, price: int = 95, **changed: Any) -> str:
    """The id of a quote that was given."""
    fact = stage.ask(seller_id, a_quote(request, seller_id, price, **changed))[-1]
    assert isinstance(fact, QuoteGiven), fact
    return fact.quote_id


def an_award(quote_id: str, quantity: int = 18_000, licence_digest: bytes = LICENCE) -> AwardQuote:
    """All of a quote."""
    return AwardQuote(quote_id=quote_id, quantity=quantity, licence_digest=licence_digest)


def awarded(stage: Stage, quote_id: str, quantity: int = 18_000) -> str:
    """The id of an award that was made."""
    facts = stage.ask(ASKER, an_award(quote_id, quantity))
    return the(facts, QuoteAwarded).award_id


def a_sample(award_id: str, value_bp: int = 9_500, measure: str = MEASURE) -> SubmitSample:
    """A sample that just reaches what is wanted."""
    measured = (Measured(measure=measure, value_bp=value_bp), Measured(measure="speed", value_bp=100))
    return SubmitSample(award_id=award_id, digest=DIGEST, measured=measured)


def the(facts: list[Fact], kind: Any) -> Any:
    """The one fact of a kind."""
    (found,) = [fact for fact in facts if isinstance(fact, kind)]
    return found
