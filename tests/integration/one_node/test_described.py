"""On a whole node: a running right follows what its buyer and its data turn out to be, within seconds."""

import time
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from exchange.kernel.product import DataTraits
from exchange.registry.participants.commands import UpdateParticipant
from exchange.registry.reclassifying.commands import ReclassifyProduct
from exchange.sdk import Exchange
from streams.node.directory import DataDirectory
from tests.support.trade import OPERATOR, Trade
from tests.support.traits import GENERAL
from tests.support.waiting import eventually

SECONDS_MAX = 20
IMPORTANT = replace(GENERAL, category="important", importance_basis="notified")


@pytest.fixture
async def trade(node: DataDirectory) -> AsyncIterator[Trade]:
    async with Exchange.open(node.path) as exchange:
        yield await Trade(exchange).prepare()


async def test_a_right_follows_what_its_buyer_and_its_data_turn_out_to_be(trade: Trade) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    analyst, operator = trade.exchange.analyst(), trade.exchange.operator(OPERATOR)

    async def is_now(suspended: bool) -> bool:
        """By the market's word, and by the delivery's."""
        await analyst.up_to_date()
        (right,) = (await analyst.query("entitlements", trade=entitlement.trade_id)).as_dicts()
        rows = await analyst.sql(
            f"SELECT suspended_from FROM deliveries WHERE entitlement_id = '{entitlement.entitlement_id}'"
        )
        off = {
            right["suspended_since_at"] is not None,
            *(row["suspended_from"] is not None for row in rows.as_dicts()),
        }
        return off == {suspended}

    async def soon(suspended: bool) -> None:
        began = time.monotonic()
        await eventually(lambda: is_now(suspended))
        assert time.monotonic() - began < SECONDS_MAX

    async def moves_to(place: str) -> None:
        name = trade.buyer.participant_id
        await operator.update(UpdateParticipant(participant_id=name, grounds="It moved.", place=place))

    def a_word(traits: DataTraits) -> ReclassifyProduct:
        return ReclassifyProduct(
            product_id=trade.product_id,
            version="1",
            traits=traits,
            grounds="A notice.",
            evidence_digest=bytes(32),
        )

    await moves_to("US")
    await soon(True)
    await moves_to("JP")
    await soon(False)
    await trade.seller.reclassify(a_word(IMPORTANT))
    await soon(True)
    await operator.reclassify(a_word(GENERAL))
    await soon(False)

    turns = (await analyst.query("redecisions", trade=entitlement.trade_id)).as_dicts()
    assert [(turn["turn"], turn["basis"]) for turn in turns] == [
        ("revoked", "participant"),
        ("restored", "participant"),
        ("revoked", "traits"),
        ("restored", "traits"),
    ]
    words = (await analyst.query("product_reclassifications", product=trade.product_id)).as_dicts()
    assert [bool(word["as_seller"]) for word in words] == [True, False]
    assert (
        len((await analyst.query("participant_updates", participant=trade.buyer.participant_id)).as_dicts())
        == 2
    )
