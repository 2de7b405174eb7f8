"""On a whole node, a purchase on credit: its invoice is due, a deposit pays it, and its buyer says so."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from exchange.market.facts import PurchaseAccepted
from exchange.registry.commands import Role
from exchange.sdk import Exchange, Refusal
from streams.node.directory import DataDirectory
from tests.support.names import unique_name
from tests.support.trade import BANK, OPERATOR, Trade, a_participant
from tests.support.waiting import eventually

PRICE = 1_200_000


@pytest.fixture
async def trade(node: DataDirectory) -> AsyncIterator[Trade]:
    async with Exchange.open(node.path) as exchange:
        trade = await Trade(exchange).prepare()
        trade.buyer = exchange.buyer(unique_name("BU"))
        await exchange.operator(OPERATOR).admit(a_participant(trade.buyer.participant_id, "JP", Role.BUYER))
        yield trade


async def _invoices(trade: Trade) -> list[dict[str, Any]]:
    """All that are to the buyer."""
    analyst = trade.exchange.analyst()
    await analyst.up_to_date()
    return (await analyst.query("invoices", buyer=trade.buyer.participant_id)).as_dicts()


async def _becomes(trade: Trade, payment: str) -> dict[str, Any]:
    """The one invoice, once it is due, or paid."""

    async def it_is() -> list[dict[str, Any]]:
        return [each for each in await _invoices(trade) if each["payment"] == payment]

    (invoice,) = await eventually(it_is)
    found: dict[str, Any] = invoice
    return found


async def test_what_is_bought_on_credit_is_invoiced_due_paid_by_a_deposit_and_answered(trade: Trade) -> None:
    exchange, buyer, market_id = trade.exchange, trade.buyer, trade.market_id
    operator, bank = exchange.operator(OPERATOR), exchange.custodian(BANK)
    await operator.set_credit_limit(market_id, buyer.participant_id, PRICE, "CNY", days=14)
    entitlement = (await buyer.buy(trade.listing, use=trade.use)).entitlement
    await buyer.accept(entitlement)
    accepted = await buyer.conclusion(entitlement)
    assert isinstance(accepted, PurchaseAccepted)
    assert accepted.on_credit is not None
    assert accepted.on_credit.amount_minor == PRICE

    due = await _becomes(trade, "due")
    assert due["unpaid_minor"] == PRICE
    with pytest.raises(Refusal, match="INVOICE_UNPAID"):
        await buyer.respond_to_invoice(due["number"], "PD")

    await bank.confirm_deposit(market_id, buyer.participant_id, PRICE + 7, "CNY", unique_name("in"))
    assert (await _becomes(trade, "paid"))["unpaid_minor"] == 0
    assert (await buyer.respond_to_invoice(due["number"], "PD")).code == "PD"
    with pytest.raises(Refusal, match="BILL_NONE"):
        await buyer.pay_bill(market_id, entitlement.trade_id)
    analyst = exchange.analyst()
    await analyst.up_to_date()
    (bill,) = (await analyst.query("bills", trade=entitlement.trade_id)).as_dicts()
    assert (bill["state"], bill["left_minor"]) == ("paid", 0)
    sums = (await analyst.query("trial_balance")).as_dicts()
    assert {row["difference_minor"] for row in sums} == {0}
