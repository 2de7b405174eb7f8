"""The doors to pools: each asks the market that owns it, and gives the fact that says what happened."""

from typing import Any

import pytest

from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.errors import Misuse
from exchange.kernel.protocol import Refused
from exchange.sdk import Refusal
from exchange.sdk.buyer import Buyer
from exchange.sdk.operator import Operator
from exchange.sdk.seller import Seller
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.unit.market.pool_stage import CLOSES, LINE, OPENS, a_line_market, an_opening, at
from tests.unit.market.stage import LICENCE, OPERATOR


class Deciding:
    """A client of an exchange that is one market, in this process."""

    def __init__(self) -> None:
        self.stage = a_line_market()
        self.keys: set[tuple[str, Any]] = set()

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, context: str, key: Any, command: Command, *, actor: str, **_: Any) -> Answer:
        self.keys.add((context, key))
        facts = self.stage.ask(actor, command)
        refused = next((fact for fact in facts if isinstance(fact, Refused)), None)
        last = len(facts) - 1
        metas = (
            FactMeta(
                seq=n, claim=0, cause=0, index=n, last=last, command_id="c", actor=actor, at=self.stage.at
            )
            for n in range(len(facts))
        )
        return Answer(
            context="market",
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for meta, fact in zip(metas, facts, strict=True)),
            refused=refused,
            position=AnswerPosition("market.journal", 0, 0, 0),
        )

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()


async def test_a_pool_is_opened_joined_left_and_approved_through_the_doors() -> None:
    client: Any = Deciding()
    seller, buyer, operator = Seller(client, LINE), Buyer(client, "PR-CN-01"), Operator(client, OPERATOR)
    pool = await seller.open_pool("M-LINES", an_opening())
    share = await buyer.commit_share("M-LINES", pool.pool_id, 400, licence_digest=LICENCE, reference="ours")
    assert (share.deposit_minor, share.reference) == (4_000_000, "ours")
    left = await buyer.withdraw_share("M-LINES", share)
    assert left.forfeited_minor == 4_000_000
    await buyer.commit_share("M-LINES", pool.pool_id, 400, licence_digest=LICENCE)
    with pytest.raises(Refusal, match="POOL_STATE"):
        await operator.approve_pool("M-LINES", pool.pool_id)
    at(client.stage, CLOSES)
    assert (await operator.approve_pool("M-LINES", pool.pool_id)).total_mbps == 400
    assert client.keys == {("market", "M-LINES")}


async def test_a_pool_is_refused_through_the_operator_s_door() -> None:
    client: Any = Deciding()
    pool = await Seller(client, LINE).open_pool("M-LINES", an_opening(opens_at=OPENS))
    failed = await Operator(client, OPERATOR).refuse_pool("M-LINES", pool.pool_id, "The link is full.")
    assert (failed.grounds, failed.detail) == ("refused", "The link is full.")


async def test_a_share_is_left_by_its_id_and_its_pool_s() -> None:
    client: Any = Deciding()
    pool = await Seller(client, LINE).open_pool("M-LINES", an_opening())
    buyer = Buyer(client, "PR-CN-01")
    share = await buyer.commit_share("M-LINES", pool.pool_id, 100, licence_digest=LICENCE)
    with pytest.raises(Misuse, match=f"share {share.share_id}: name the pool_id that it is in"):
        await buyer.withdraw_share("M-LINES", share.share_id)
    left = await buyer.withdraw_share("M-LINES", share.share_id, pool.pool_id)
    assert left.returned_minor == share.deposit_minor
