"""A market that is read from a snapshot goes on as the one that was written down."""

import msgspec
import pytest

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import Partition
from exchange.market.commands import CancelOrder
from exchange.market.state import Market
from tests.unit.market.floor import a_floor
from tests.unit.market.stage import BUYER, SELLER, Stage, a_bid, an_ask


def a_floor_of_many() -> Stage:
    """Icebergs that have shown their second part, orders that were cancelled in the midst, two prices a side."""
    stage = a_floor()
    stage.ask(SELLER, an_ask(12, quantity=9, display_quantity=2))
    for number in range(12):
        stage.ask("SE-CN-03", an_ask(12 + number % 2))
        stage.ask(BUYER, a_bid(9 - number % 2))
    stage.ask(BUYER, a_bid(12, quantity=3))
    for order in list(stage.market.orders.values())[2::4]:
        stage.ask(order.participant_id, CancelOrder(order_id=order.order_id))
    return stage


def partition_of(stage: Stage) -> Partition[Market]:
    partition = Partition(stage.decider, 0)
    partition.state = stage.market
    return partition


def test_a_market_that_is_read_decides_and_folds_as_the_one_that_was_written_down() -> None:
    stage = a_floor_of_many()
    written = partition_of(stage).written_down()
    again = Partition(stage.decider, 0)
    again.load(written, again.intake.next_seq)
    assert again.written_down() == written
    other = Stage()
    other.market, other.at, other.offset = again.state, stage.at, stage.offset
    for asker, command in (
        (BUYER, a_bid(13, quantity=7)),
        (SELLER, an_ask(8, quantity=30)),
        (BUYER, a_bid(20, quantity=30)),
    ):
        facts = stage.ask(asker, command)
        assert len(facts) > 3
        assert other.ask(asker, command) == facts
    assert partition_of(other).written_down() == partition_of(stage).written_down()


def test_an_order_is_written_down_once() -> None:
    stage = a_floor_of_many()
    written = partition_of(stage).written_down()
    name = next(reversed(stage.market.orders)).encode()
    # As its key, as its own name, and in its owner's roll.
    assert written.count(name) == 3


def test_a_state_that_brings_its_ladders_along_is_not_taken_over() -> None:
    stage = a_floor_of_many()
    intake, market = msgspec.msgpack.decode(partition_of(stage).written_down())
    (instrument,) = market["instruments"].values()
    assert instrument["asks"] == {}
    instrument["asks"] = {"": {"standing": "", "merits": [], "levels": {}, "behind": []}}
    with_ladders = msgspec.msgpack.Encoder(order="deterministic").encode((intake, market))
    again = Partition(stage.decider, 0)
    with pytest.raises(InvariantBroken, match="does not read back as it was written"):
        again.load(with_ladders, again.intake.next_seq)
    assert again.state == Market(0)
