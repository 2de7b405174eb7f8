"""What made code remembers of records that it has read or written changes nothing of what comes next."""

from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import CommandMeta, FactMeta, Recorded
from exchange.market.commands import PlaceOrder, SelfTrade, Side, TimeInForce, Use
from exchange.market.facts import OrderAccepted
from streams.codec import codec_for
from streams.kinds import REMEMBERED_MAX
from streams.record_form import DOUBTFUL
from streams.record_read import Make, ReadBoth, record_reader
from streams.record_write import record_writer

USES = [
    Use(),
    Use(purpose="transport"),
    Use(purpose="transport", place_of_use="JP", remote_access_from=("SG", "HK")),
    Use(purpose="transport", place_of_use="JP", licence_digest=bytes(32)),
    Use(purpose="transport", place_of_use="JP", licence_digest=bytes(31) + b"1"),
    Use(
        purpose="transport",
        place_of_use="JP",
        licence_digest=bytes(31) + b"1",
        foreign_authority_request=False,
    ),
    Use(foreign_authority_request=True),
]
ORDERS = st.builds(
    PlaceOrder,
    instrument_id=st.sampled_from(("I-1", "I-2")),
    side=st.sampled_from(Side),
    quantity=st.sampled_from((1, 300)),
    price=st.sampled_from((None, 7)),
    use=st.sampled_from(USES),
    reference=st.sampled_from(("", "r")),
    time_in_force=st.sampled_from(TimeInForce),
    expires_at=st.sampled_from((None, 5, 10**15, 10**18)),
    post_only=st.booleans(),
    min_quantity=st.sampled_from((None, 0, 1)),
    self_trade=st.sampled_from(SelfTrade),
)
META = CommandMeta(id="c-1", actor="BU-CN-01", valid_until=10**15)
some = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def values(draw: st.DrawFn) -> bytes:
    """A record of an order, at times with something missing, changed or left over."""
    value = record_writer(CommandMeta)(META) + record_writer(PlaceOrder)(draw(ORDERS))
    match draw(st.sampled_from(("whole", "whole", "whole", "cut", "longer", "changed"))):
        case "cut":
            return value[: draw(st.integers(0, len(value) - 1))]
        case "longer":
            return value + draw(st.binary(min_size=1, max_size=3))
        case "changed":
            place = draw(st.integers(0, len(value) - 1))
            return value[:place] + bytes((draw(st.integers(0, 255)),)) + value[place + 1 :]
    return value


@pytest.mark.parametrize("make", [Make.BUILT, Make.CHECKED])
@some
@given(st.lists(values(), min_size=2, max_size=8))
def test_a_reader_that_remembers_reads_as_one_that_has_read_nothing(make: Make, given: list[bytes]) -> None:
    remembers = a_reader(make)
    for value in (*given, *given):
        assert attempt(remembers, value) == attempt(a_reader(make), value)


def a_reader(make: Make) -> ReadBoth:
    made: Callable[..., ReadBoth] = record_reader.__wrapped__
    return made(CommandMeta, PlaceOrder, make)


def attempt(read: ReadBoth, value: bytes) -> Any:
    try:
        return read(value, 0)
    except DOUBTFUL:
        return None


def test_more_than_is_remembered_is_read_and_written_right_too() -> None:
    read, write, meta = a_reader(Make.CHECKED), record_writer(PlaceOrder), record_writer(CommandMeta)(META)
    for number in range(2 * REMEMBERED_MAX + 10):
        order = an_order(number)
        assert read(meta + write(order), 0) == (META, order)


def test_a_use_that_is_gone_leaves_nothing_to_the_one_that_takes_its_place() -> None:
    codec, order = codec_for("market"), an_order(0)
    for number in range(REMEMBERED_MAX + 10):
        use = Use(purpose=f"purpose {number}", licence_digest=bytes(32))
        accepted = accepted_for(order, use)
        (value,) = codec.encode_outcome((accepted,))
        assert codec.decode_fact(value) == accepted
        assert value == codec.encode_fact(accepted)


def test_orders_of_few_kinds_are_written_in_any_order_as_one_by_one() -> None:
    codec = codec_for("market")
    for number, use in enumerate(islice(cycle(USES), 50)):
        accepted = accepted_for(an_order(number), use, crosses=number % 3 == 0, drawn_minor=number % 4)
        assert codec.encode_outcome((accepted,)) == [codec.encode_fact(accepted)]


def an_order(number: int) -> PlaceOrder:
    return PlaceOrder(
        instrument_id="I-1",
        side=Side.BID,
        quantity=1,
        price=1,
        use=Use(purpose=f"purpose {number}"),
        reference="",
        expires_at=number,
    )


def accepted_for(order: PlaceOrder, use: Use, **also: Any) -> Recorded:
    meta = FactMeta(seq=70_000, claim=1, cause=70_000, index=0, last=0, command_id="c", actor="BU-1", at=1)
    return Recorded(
        meta,
        OrderAccepted(
            order_id="O-0.1.0",
            instrument_id=order.instrument_id,
            participant_id="BU-1",
            side=order.side,
            quantity=1,
            price=1,
            currency="CNY",
            reserved_minor=10**6,
            use=use,
            reference="",
            time_in_force=order.time_in_force,
            expires_at=order.expires_at,
            **also,
        ),
    )
