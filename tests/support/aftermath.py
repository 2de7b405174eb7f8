"""What must be true once a load is done, whatever was killed, stopped or continued meanwhile."""

from collections import Counter
from collections.abc import Iterable

from exchange.delivery.facts import DigestsDiffered, RangePublished, RangeReceived
from exchange.kernel.bases import Fact
from exchange.market.facts import DepositConfirmed, PurchaseAccepted, TradeMatched
from exchange.sdk import Exchange
from streams.rebuilding import check
from tests.support.load import Load, records_of
from tests.support.node import Node
from tests.support.reckoning import Folded, every_command_has_one_outcome, fold_all, money_is_conserved, quiet


async def everything_is_as_it_should_be(node: Node, exchange: Exchange, load: Load) -> None:
    """What was asked happened once; the money is all there; the delivery is whole; the tables say the same."""
    await quiet(node)
    folds = await fold_all(node)
    for place, folded in folds.items():
        await every_command_has_one_outcome(node.servers, place, folded)
    facts = [recorded.fact for each in folds.values() for o in each.outcomes.values() for recorded in o]
    _purchases_happened_once(load, facts)
    _delivery_is_whole(load, facts)
    await _money_is_all_there(exchange, folds.values())
    rebuilt = await check(node.settings)
    assert rebuilt.comparable
    assert rebuilt.equal, "the tables differ from what the journals say"


def _purchases_happened_once(load: Load, facts: list[Fact]) -> None:
    trades: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact, TradeMatched):
            trades.setdefault(fact.buyer_id, []).append(fact.trade_id)
    for buyer_id, told in load.bought.items():
        assert len(told) == load.purchases
        assert trades[buyer_id] == told, "what the buyer was told is what happened, and nothing more"
    deposits = Counter(f.reference for f in facts if isinstance(f, DepositConfirmed))
    flood = {f"{load.stream.product_id}-{number}": 1 for number in range(load.flood)}
    assert {reference: deposits[reference] for reference in flood} == flood


def _delivery_is_whole(load: Load, facts: list[Fact]) -> None:
    assert load.received == [value for _, value, _ in records_of(load.records)]
    product_id, entitlement = load.stream.product_id, load.entitlement
    assert entitlement is not None
    published = [f for f in facts if isinstance(f, RangePublished) and f.product_id == product_id]
    received = [f for f in facts if isinstance(f, RangeReceived) and f.product_id == product_id]
    assert [f.first for f in published] == [0, *(f.last + 1 for f in published[:-1])]
    assert published[-1].last == load.records - 1
    said = [(f.first, f.last, f.count, f.digest) for f in published]
    assert sorted((f.first, f.last, f.count, f.digest) for f in received) == said
    assert not [f for f in facts if isinstance(f, DigestsDiffered)]
    accepted = [f for f in facts if isinstance(f, PurchaseAccepted) and f.trade_id == entitlement.trade_id]
    assert [f.basis for f in accepted] == ["evidence"]


async def _money_is_all_there(exchange: Exchange, folds: Iterable[Folded]) -> None:
    """Purses, escrow, payables and fees are what came in, in the journals and in the tables alike."""
    came_in = Counter[str]()
    for folded in folds:
        if folded.partition.decider.context == "market":
            came_in.update(money_is_conserved(folded.partition.state))
    analyst = exchange.analyst()
    for row in (await analyst.query("trial_balance")).as_dicts():
        assert row["difference_minor"] == 0, row
    shown = await analyst.sql(
        "SELECT currency, SUM(CASE WHEN account = 1010 THEN debit_minor - credit_minor ELSE 0 END) AS bank,"
        " SUM(CASE WHEN account <> 1010 THEN credit_minor - debit_minor ELSE 0 END) AS held"
        " FROM balances GROUP BY currency"
    )
    assert {row["currency"]: (row["bank"], row["held"]) for row in shown.as_dicts()} == {
        currency: (amount, amount) for currency, amount in came_in.items()
    }
