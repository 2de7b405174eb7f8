"""A request for quotation as facts: one quote replaced, the other awarded and let go after a sample was rejected."""

from exchange.kernel.bases import Fact
from exchange.kernel.time import instant
from exchange.market.commands import Use
from exchange.market.quotes import facts as quotes
from exchange.market.quotes.commands import Measured, Quality, Sampling, Wanted
from exchange.market.rulings.facts import RulingRecorded

LATER = instant("2026-11-30T00:00:00Z")


def a_ruling_of_the_counter(mine: str, product_id: str) -> Fact:
    return RulingRecorded(
        ruling_id=f"RU-{mine}50.0",
        codes=("LOCAL_LAW_REVIEW",),
        product_id=product_id,
        instrument_id=None,
        buyer_id=None,
        valid_until=LATER,
        panel=("Member 1", "Member 2"),
        grounds="Looked\0into.",
        reference="case 1",
        by_id="OP-CN-01",
    )


def a_request(mine: str, buyer: str, seller: str, instrument: str) -> tuple[Fact, ...]:
    request, award, digest = f"RQ-{mine}51.0", f"AW-{mine}54.0", bytes(range(32))
    wanted = Wanted(
        title="Berths of another port",
        unit="month",
        quantity=4,
        currency="CNY",
        closes_at=LATER,
        quality=Quality(measure="coverage", threshold_bp=9_900),
        sampling=Sampling(),
        use=Use(purpose="transport", place_of_use="JP"),
    )
    return (
        quotes.QuotesRequested(request_id=request, buyer_id=buyer, wanted=wanted),
        *(_quote(mine, request, number, seller, instrument) for number in (52, 53)),
        quotes.QuoteAwarded(
            award_id=award,
            request_id=request,
            quote_id=f"QU-{mine}53.0",
            instrument_id=instrument,
            buyer_id=buyer,
            seller_id=seller,
            price=100,
            quantity=3,
            currency="CNY",
            held_minor=300,
            licence_digest=digest,
            due_at=LATER,
        ),
        quotes.SampleSubmitted(
            award_id=award,
            request_id=request,
            product_id="P-07",
            version="2.0",
            stored_in="CN",
            buyer_id=buyer,
            seller_id=seller,
            number=1,
            digest=digest,
            measured=(Measured(measure="coverage", value_bp=9_800),),
            value_bp=9_800,
            answer_by=LATER,
        ),
        quotes.SampleRejected(
            award_id=award,
            request_id=request,
            number=1,
            basis="buyer",
            value_bp=9_700,
            threshold_bp=9_900,
            grounds="Two quays are missing.",
            due_at=LATER,
        ),
        quotes.AwardEnded(
            award_id=award,
            request_id=request,
            quote_id=f"QU-{mine}53.0",
            buyer_id=buyer,
            seller_id=seller,
            quantity=3,
            currency="CNY",
            released_minor=300,
            basis="seller",
            grounds="We cannot cover them.",
            unanswered=0,
        ),
    )


def _quote(mine: str, request: str, number: int, seller: str, instrument: str) -> Fact:
    return quotes.QuoteGiven(
        quote_id=f"QU-{mine}{number}.0",
        request_id=request,
        seller_id=seller,
        instrument_id=instrument,
        price=100,
        quantity=4,
        currency="CNY",
        amount_minor=400,
        lot_minor=100,
        valid_until=LATER,
        replaces="" if number == 52 else f"QU-{mine}52.0",
    )
