"""How much one participant may ask within a second, and who is not bounded."""

from typing import Any

import pytest

from exchange.kernel.bases import Command, CommandMeta
from exchange.kernel.errors import Misuse
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.protocol import Passed, Refused
from exchange.kernel.time import HOUR, SECOND
from exchange.market.commands import CancelOrder, CancelOrders, ConfirmDeposit
from exchange.registry.commands import SuspendListing
from streams.deciders import all_deciders
from streams.rates import RATES_VARIABLE, rates_of
from tests.unit.market.stage import BANK, BUYER, NOON, OPERATOR, SELLER, a_market

USUAL = {"registry": 200, "market": 1_000, "delivery": 1_000, "bonded": 1_000, "settlement": 1_000}


def asked(partition: Partition[Any], actor: str, command: Command, count: int, first: int = 0) -> int:
    """How many of so many commands within a second are answered with facts of their own."""
    answered = 0
    for number in range(first, first + count):
        meta = CommandMeta(id=f"c-{number}", actor=actor, valid_until=NOON + HOUR)
        answered += len(partition.answer(number, NOON, Asked(meta, command), claim=0))
    return answered


def a_market_partition(**rates: int) -> Partition[Any]:
    partition: Partition[Any] = Partition(all_deciders(rates)["market"], 0)
    partition.state = a_market().market
    return partition


def test_each_context_bounds_what_a_participant_asks() -> None:
    assert {name: each.commands_per_second_max for name, each in all_deciders().items()} == USUAL
    assert all_deciders({"market": 7})["market"].commands_per_second_max == 7
    assert all_deciders({"market": 7})["delivery"].commands_per_second_max == 1_000


def test_a_flood_of_one_participants_commands_leaves_room_for_others() -> None:
    partition, cancel = a_market_partition(), CancelOrder(order_id="O-0.9.0")
    assert asked(partition, BUYER, cancel, 1_500) == 1_000
    ((recorded,),) = partition.drain(0)
    assert isinstance(recorded.fact, Passed)
    assert [(run.count, run.reason) for run in recorded.fact.runs] == [(500, "RATE_LIMITED")]
    assert asked(partition, SELLER, cancel, 1, first=1_500) == 1
    again = CommandMeta(id="c-1400", actor=BUYER, valid_until=NOON + HOUR)
    ((told,),) = partition.answer(2_000, NOON + SECOND, Asked(again, cancel), claim=0)
    assert isinstance(told.fact, Refused)


@pytest.mark.parametrize(
    ("actor", "command"),
    [
        (OPERATOR, CancelOrders(participant_id=BUYER)),
        (BANK, ConfirmDeposit(participant_id=BUYER, currency="CNY", amount_minor=1, reference="R-1")),
    ],
)
def test_who_speaks_for_all_is_not_bounded(actor: str, command: Command) -> None:
    assert asked(a_market_partition(market=3), actor, command, 10) == 10


def test_an_operator_is_one_who_was_admitted_as_one() -> None:
    registry: Partition[Any] = Partition(all_deciders({"registry": 3})["registry"], 0)
    assert asked(registry, OPERATOR, SuspendListing(listing_id="L-0.1.0", grounds="x"), 10) == 3


def test_the_environment_may_name_other_bounds() -> None:
    assert rates_of({}) == rates_of({RATES_VARIABLE: ""}) == {}
    assert rates_of({RATES_VARIABLE: "market=5000, delivery=2000"}) == {"market": 5_000, "delivery": 2_000}


@pytest.mark.parametrize(
    "named", ["market", "market=0", "market=1000001", "bank=5", "market=5;delivery=2", ","]
)
def test_what_names_no_bounds_is_refused_with_an_example(named: str) -> None:
    with pytest.raises(Misuse, match="CORRIDOR_COMMANDS_PER_SECOND=market=5000"):
        rates_of({RATES_VARIABLE: named})
