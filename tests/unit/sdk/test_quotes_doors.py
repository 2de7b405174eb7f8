"""The doors to requests for quotation, before a market that decides."""

from typing import Any

import pytest

from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.facts import EntitlementGranted
from exchange.sdk import Buyer, Refusal, Seller
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.unit.market.quoting import (
    ASKER,
    DIGEST,
    FIRST,
    MEASURE,
    SECOND,
    a_board,
    a_ruling,
    wanted,
)
from tests.unit.market.stage import LICENCE, NOON, Stage

MARKET = "M-DATA"


class Asking:
    """A client of an exchange that is one market of a test."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, context: str, key: str, command: Command, *, actor: str, **_: Any) -> Answer:
        assert (context, key) == ("market", MARKET)
        facts = self.stage.ask(actor, command)
        meta = FactMeta(
            seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=self.stage.at
        )
        return Answer(
            context=context,
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for fact in facts),
            refused=next((fact for fact in facts if isinstance(fact, Refused)), None),
            position=AnswerPosition("market.journal", 0, 0, 0),
        )

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()


def doors(**changed: Any) -> tuple[Buyer, Seller, Seller]:
    """The doors of a board whose review the counter has lifted."""
    stage = a_board(**changed).told(a_ruling(), a_ruling(product_id="P-04B"))
    client: Any = Asking(stage)
    return Buyer(client, ASKER), Seller(client, FIRST), Seller(client, SECOND)


async def test_sc_09_through_the_doors() -> None:
    buyer, first, second = doors(moves_data=True)
    request = await buyer.request_quotes(MARKET, wanted())
    until = NOON + 14 * DAY
    dear = await second.quote(MARKET, request, f"L-{SECOND}", 110, 18_000, until)
    quote = await first.quote(MARKET, request.request_id, f"L-{FIRST}", 95, 18_000, until)
    awarded = await buyer.award(MARKET, quote, 18_000, licence_digest=LICENCE)
    assert (awarded.award.held_minor, awarded.entitlement, awarded.award_id[:2]) == (1_710_000, None, "AW")
    assert (await second.withdraw_quote(MARKET, dear.quote_id)).quote_id == dear.quote_id
    sample = await first.submit_sample(MARKET, awarded.award_id, DIGEST, {MEASURE: 9_300})
    assert sample.number == 1
    rejected = await buyer.reject_sample(MARKET, awarded, "0.93 is less than 0.95", 9_250)
    assert (rejected.number, rejected.value_bp) == (1, 9_250)
    await first.submit_sample(MARKET, awarded.award_id, DIGEST, {MEASURE: 9_600, "speed": 1})
    entitlement = await buyer.accept_sample(MARKET, awarded)
    assert isinstance(entitlement, EntitlementGranted)
    assert (entitlement.quantity, entitlement.seller_id) == (18_000, FIRST)


async def test_an_award_without_a_sample_grants_the_entitlement_at_once() -> None:
    buyer, first, *_ = doors()
    request = await buyer.request_quotes(MARKET, wanted(sampling=None))
    quote = await first.quote(MARKET, request, f"L-{FIRST}", 95, 100, NOON + DAY)
    awarded = await buyer.award(MARKET, quote.quote_id, 40, licence_digest=LICENCE)
    assert awarded.entitlement is not None
    assert awarded.entitlement.quantity == 40


async def test_either_side_ends_an_award_and_the_buyer_withdraws_the_request() -> None:
    buyer, first, *_ = doors()
    request = await buyer.request_quotes(MARKET, wanted())
    quote = await first.quote(MARKET, request, f"L-{FIRST}", 95, 100, NOON + DAY)
    for end in (buyer.end_award, first.end_award):
        awarded = await buyer.award(MARKET, quote, 40, licence_digest=LICENCE)
        ended = await end(MARKET, awarded.award_id, "changed plans")
        assert ended.released_minor == awarded.award.held_minor
    assert (await buyer.withdraw_request(MARKET, request.request_id)).basis == "withdrawn"


async def test_a_refusal_is_raised_with_its_reason() -> None:
    buyer, first, *_ = doors()
    request = await buyer.request_quotes(MARKET, wanted())
    with pytest.raises(Refusal, match="INSTRUMENT_FOREIGN"):
        await first.quote(MARKET, request, f"L-{SECOND}", 95, 100, NOON + DAY)
