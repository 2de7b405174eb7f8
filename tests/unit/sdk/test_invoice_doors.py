"""The doors to invoices, on a settlement that decides in this process, and on tables of it."""

from typing import Any

import pytest

from exchange.invoicing.html import write_html
from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.errors import Misuse
from exchange.kernel.position import BEGINNING
from exchange.kernel.protocol import Refused
from exchange.sdk import Analyst, Buyer, Operator, Refusal, Seller
from exchange.settlement.state import Settlement
from exchange.store import VIEWS_READER, migrate, open_store, save
from exchange.views import VIEWS, project_batch
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.support.stage import Stage
from tests.unit.settlement.invoicing import a_sale, an_office, details
from tests.unit.settlement.stage import BUYER, EXCHANGE, OPERATOR, SELLER
from tests.unit.settlement.story import settled
from tests.unit.views.story import position_after

NUMBER, FEE = "2026-SE-CN-02-000001", "2026-OP-CN-01-000001"


class Deciding:
    """A client whose exchange is one settlement, and nothing follows from what it says."""

    def __init__(self, stage: Stage[Settlement]) -> None:
        self._stage = stage

    def refuse_closed(self) -> None:
        pass

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, context: str, key: str, command: Command, *, actor: str, **_: Any) -> Answer:
        assert (context, key) == ("settlement", "settlement")
        facts = self._stage.ask(actor, command)
        meta = FactMeta(
            seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=self._stage.at
        )
        return Answer(
            context=context,
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for fact in facts),
            refused=next((fact for fact in facts if isinstance(fact, Refused)), None),
            position=AnswerPosition("settlement.journal", 0, 0, 0),
        )

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()


def invoiced() -> Any:
    stage = an_office()
    stage.given(EXCHANGE, a_sale())
    return Deciding(stage)


async def test_a_buyer_answers_its_invoice_and_a_seller_that_of_the_fee() -> None:
    client = invoiced()
    given = await Buyer(client, BUYER).respond_to_invoice(NUMBER, "UQ", ["REF"], "Which month?")
    assert (given.code, given.reasons, given.by_id) == ("UQ", ("REF",), BUYER)
    assert (await Seller(client, SELLER).respond_to_invoice(FEE, "AP")).matter == "fee"
    with pytest.raises(Refusal, match="INVOICE_UNKNOWN"):
        await Seller(client, SELLER).respond_to_invoice(NUMBER, "AP")


async def test_everybody_says_how_it_is_named_and_an_operator_says_it_of_anybody() -> None:
    client = invoiced()
    own = await Seller(client, SELLER).set_billing_details(details("Own"))
    assert (own.participant_id, own.by_id) == (SELLER, SELLER)
    other = await Operator(client, OPERATOR).set_billing_details(details("Other"), BUYER)
    assert (other.participant_id, other.by_id, other.details.legal_name) == (BUYER, OPERATOR, "Other Ltd.")


async def test_an_analyst_reads_an_invoice_as_the_document_that_it_is(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    migrate(store)
    outcomes = settled().outcomes
    after = position_after(outcomes, BEGINNING)
    changes = project_batch(VIEWS, "settlement", 0, outcomes)
    save(store, VIEWS_READER, "settlement.journal", 0, BEGINNING, after, changes)
    analyst = Analyst(invoiced(), store)
    document = await analyst.invoice(NUMBER)
    assert (document.number, document.prepaid) == (NUMBER, "12000.00")
    assert "Port calls (P-07 1)" in write_html(document)
    with pytest.raises(Misuse, match="no invoice 2026-X-000001"):
        await analyst.invoice("2026-X-000001")
    store.close()
