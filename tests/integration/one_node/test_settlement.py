"""On a whole node, SC-02: yen are deposited, exchanged, spent, and paid out in yuan, to the cent in the tables."""

from collections.abc import AsyncIterator

import pytest

from exchange.kernel.time import HOUR
from exchange.market.facts import PurchaseAccepted
from exchange.registry.commands import Role
from exchange.sdk import Exchange, Refusal
from exchange.settlement.fx.commands import QuoteFx
from exchange.settlement.payouts.facts import PayoutProposed
from streams.node.directory import DataDirectory
from tests.support.names import unique_name
from tests.support.trade import BANK, OPERATOR, Trade, a_participant

VALUE_DATE = "2031-01-02"
"""A day of this test's own: a run nets what every seller of the node is owed."""


@pytest.fixture
async def trade(node: DataDirectory) -> AsyncIterator[Trade]:
    async with Exchange.open(node.path) as exchange:
        trade = await Trade(exchange).prepare()
        trade.buyer = exchange.buyer(unique_name("BU"))
        await exchange.operator(OPERATOR).admit(a_participant(trade.buyer.participant_id, "JP", Role.BUYER))
        yield trade


def a_quote(trade: Trade, at: int) -> QuoteFx:
    return QuoteFx(
        base_currency="JPY",
        quote_currency="CNY",
        sell_currency="JPY",
        side="fixed_sell",
        rate="0.0480",
        source="desk",
        expires_at=at + HOUR,
        max_minor=500_000,
        participant_id=trade.buyer.participant_id,
    )


async def _accounts(trade: Trade, party: str) -> dict[tuple[int, str], int]:
    """What an account of a party holds, over all partitions."""
    analyst = trade.exchange.analyst()
    await analyst.up_to_date()
    rows = await analyst.sql(
        "SELECT account, currency, sum(credit_minor - debit_minor) AS held FROM balances"
        f" WHERE party = '{party}' GROUP BY account, currency"
    )
    return {(row["account"], row["currency"]): row["held"] for row in rows.as_dicts() if row["held"]}


async def test_sc_02_from_yen_to_the_sellers_bank(trade: Trade) -> None:
    exchange, buyer, seller = trade.exchange, trade.buyer, trade.seller.participant_id
    bank, operator = exchange.custodian(BANK), exchange.operator(OPERATOR)
    await bank.confirm_deposit(trade.market_id, buyer.participant_id, 250_000, "JPY", unique_name("yen"))
    quoted = await bank.quote_fx(a_quote(trade, await exchange.now()))
    asked = await buyer.convert_fx(quoted, trade.market_id, 250_000)
    assert (asked.sold_minor, asked.bought_minor, asked.rate) == (250_000, 1_200_000, "0.0480")
    assert await _accounts(trade, buyer.participant_id) == {(2010, "CNY"): 1_200_000}
    with pytest.raises(Refusal, match="FUNDS_INSUFFICIENT"):
        await buyer.convert_fx(quoted, trade.market_id, 1)

    entitlement = (await buyer.buy(trade.listing, use=trade.use)).entitlement
    await buyer.accept(entitlement)
    accepted = await buyer.conclusion(entitlement)
    assert isinstance(accepted, PurchaseAccepted)
    assert await _accounts(trade, seller) == {(2200, "CNY"): 1_170_000}

    payout = await _proposed(trade)
    assert (payout.net.amount_minor, payout.releases_needed) == (1_170_000, 1)
    await operator.release_payout(payout.net.set_id, payout.digest)
    await bank.confirm_payment(payout.net.set_id, unique_name("out"))
    assert await _accounts(trade, seller) == {}
    assert await _clearing(trade) == {"CNY": 0, "JPY": 0}
    await _shown(trade, payout.net.set_id, asked.conversion_id)


async def _proposed(trade: Trade) -> PayoutProposed:
    """The seller's net set; those of other tests' sellers are undone."""
    operator = trade.exchange.operator(OPERATOR)
    await operator.set_release_limit("CNY", 1_170_000)
    mine = None
    for each in await operator.run_payouts("CNY", VALUE_DATE):
        if each.net.participant_id == trade.seller.participant_id:
            mine = each
        else:
            await operator.reject_payout(each.net.set_id, "Not of this test.")
    assert mine is not None
    return mine


async def _clearing(trade: Trade) -> dict[str, int]:
    rows = await trade.exchange.analyst().sql(
        "SELECT currency, sum(credit_minor - debit_minor) AS held FROM balances WHERE account = 1900"
        " GROUP BY currency"
    )
    return {row["currency"]: row["held"] for row in rows.as_dicts()}


async def _shown(trade: Trade, set_id: str, conversion_id: str) -> None:
    analyst = trade.exchange.analyst()
    (paid,) = (await analyst.sql(f"SELECT * FROM payouts WHERE set_id = '{set_id}'")).as_dicts()
    assert (paid["state"], paid["bank_id"], paid["released_by"]) == ("paid", BANK, f'["{OPERATOR}"]')
    rows = await analyst.sql(f"SELECT * FROM fx_conversions WHERE conversion_id = '{conversion_id}'")
    assert [(row["state"], row["rate"]) for row in rows.as_dicts()] == [("completed", "0.0480")]
    sums = (await analyst.query("trial_balance")).as_dicts()
    assert {row["difference_minor"] for row in sums} == {0}
