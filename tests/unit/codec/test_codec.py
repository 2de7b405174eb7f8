"""Every command and fact goes to bytes and comes back the same; no bytes do harm."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command, CommandMeta, Fact, FactMeta, Recorded
from exchange.kernel.errors import InvariantBroken, Misuse, Unreadable
from exchange.kernel.protocol import Claimed, Sealed, Tick
from exchange.market.commands import CancelOrder, PlaceOrder, Side
from exchange.market.facts import StandingRecorded
from streams.avro_schema import WITHOUT_META
from streams.codec import Codec, InvalidCommand, codec_for
from streams.schema_ids import DIRECTORY, load_ids
from streams.vocabulary import CONTEXTS, commands, facts
from tests.support.made import COMMAND_METAS, FACT_METAS, made

COMMANDS = [(context, word) for context in CONTEXTS for word in commands(context)]
FACTS = [(context, word) for context in CONTEXTS for word in facts(context)]

few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

META = CommandMeta(id="c-1", actor="BU-CN-01", valid_until=1_793_577_600_000_000)
FACT_META = FactMeta(seq=7, claim=3, cause=9, index=0, last=0, command_id="c-1", actor="BU-CN-01", at=1)
BID = PlaceOrder(instrument_id="L-0.5.0", side=Side.BID, quantity=3, price=1_200_000)


def word(pair: tuple[str, type]) -> str:
    return f"{pair[0]}.{pair[1].__name__}"


@pytest.mark.parametrize("pair", COMMANDS, ids=word)
@few
@given(data=st.data())
def test_a_command_comes_back_as_it_was(pair: tuple[str, type[Command]], data: st.DataObject) -> None:
    asked = data.draw(COMMAND_METAS), data.draw(made(pair[1]))
    codec = codec_for(pair[0])
    assert codec.decode_command(codec.encode_command(*asked)) == asked


@pytest.mark.parametrize("pair", FACTS, ids=word)
@few
@given(data=st.data())
def test_a_fact_comes_back_as_it_was(pair: tuple[str, type[Fact]], data: st.DataObject) -> None:
    codec, fact = codec_for(pair[0]), data.draw(made(pair[1]))
    if isinstance(fact, WITHOUT_META):
        assert codec.decode_fact(codec.encode_control(fact)) == fact
    else:
        recorded = Recorded(data.draw(FACT_METAS), fact)
        read = codec.decode_fact(codec.encode_fact(recorded))
        assert read == recorded
        assert same_types(read, recorded)


def same_types(read: Any, wrote: Any) -> bool:
    """Equality says that `Side.BID` is `"bid"`; a fold may not depend on which of them it got."""
    if isinstance(wrote, msgspec.Struct):
        names = wrote.__struct_fields__
        return type(read) is type(wrote) and all(
            same_types(getattr(read, n), getattr(wrote, n)) for n in names
        )
    if isinstance(wrote, tuple):
        return type(read) is type(wrote) and all(map(same_types, read, wrote))
    return type(read) is type(wrote)


def test_a_value_begins_with_a_zero_byte_and_the_schema_id_in_four_bytes_big_endian() -> None:
    schema_id = load_ids(DIRECTORY).current()["market/CancelOrder"]
    meta = msgspec.structs.replace(META, valid_until=64)
    value = codec_for("market").encode_command(meta, CancelOrder(order_id="O-1"))
    assert value[:5] == b"\x00" + schema_id.to_bytes(4, "big")
    assert value[5:] == b"\x06c-1\x10BU-CN-01\x80\x01\x00\x00\x06O-1"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"", "0 bytes are too few"),
        (b"\x00\x00\x00\x01", "4 bytes are too few"),
        (b"\x01\x00\x00\x00\x01", "first byte is 0x01, not 0x00"),
        (b"{}\x00\x00\x00\x00", "first byte is 0x7b, not 0x00"),
        (b"\x00\x00\xff\xff\xff", "schema id 16777215 is in no ids.json here"),
    ],
)
def test_bytes_of_no_known_schema_are_named(value: bytes, said: str) -> None:
    for read in (codec_for("market").decode_command, codec_for("market").decode_fact):
        with pytest.raises(Unreadable, match=said):
            read(value)


def test_a_word_of_another_context_is_named() -> None:
    value = codec_for("market").encode_command(META, BID)
    with pytest.raises(Unreadable, match="is market/PlaceOrder, not one of the commands of delivery"):
        codec_for("delivery").decode_command(value)
    with pytest.raises(Unreadable, match="is market/PlaceOrder, not one of the facts of market"):
        codec_for("market").decode_fact(value)
    with pytest.raises(Misuse, match="PlaceOrder is not a word of delivery"):
        codec_for("delivery").encode_command(META, BID)


def test_every_truncation_and_any_trailing_byte_is_unreadable() -> None:
    codec = codec_for("market")
    command = codec.encode_command(META, BID)
    fact = codec.encode_fact(Recorded(FACT_META, StandingRecorded(participant_id="BU-CN-01", active=True)))
    for value, read in ((command, codec.decode_command), (fact, codec.decode_fact)):
        for end in range(5, len(value)):
            with pytest.raises(Unreadable, match="the record ends too early"):
                read(value[:end])
        with pytest.raises(Unreadable, match="1 bytes are left over"):
            read(value + b"\x00")


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"quantity": -5}, "quantity: expected int >= 1, found -5"),
        ({"quantity": 2**62}, "quantity: expected int <= 1000000000, found 4611686018427387904"),
        ({"side": "sideways"}, "side: expected one of bid, ask, found 'sideways'"),
        ({"instrument_id": "x" * 81}, "instrument_id: expected str of length <= 80, found"),
        (
            {"time_in_force": "ever"},
            "time_in_force: expected one of 0, 1, 3, 4, 6",
        ),
    ],
)
def test_a_value_out_of_range_is_said_with_its_meta(change: dict[str, Any], detail: str) -> None:
    codec = codec_for("market")
    value = codec.encode_command(META, msgspec.structs.replace(BID, **change))
    with pytest.raises(InvalidCommand) as caught:
        codec.decode_command(value)
    assert caught.value.meta == META
    assert caught.value.command == "PlaceOrder"
    assert caught.value.detail.startswith(detail)


def test_a_meta_out_of_range_leaves_nobody_to_answer_and_is_unreadable() -> None:
    codec = codec_for("market")
    value = codec.encode_command(msgspec.structs.replace(META, actor="no such name!"), BID)
    with pytest.raises(Unreadable, match="the meta of PlaceOrder: actor: expected str matching") as caught:
        codec.decode_command(value)
    assert not isinstance(caught.value, InvalidCommand)


def test_what_cannot_be_written_is_named() -> None:
    codec = codec_for("market")
    for change, said in (
        ({"quantity": 2**63}, "PlaceOrder.quantity is 9223372036854775808: .* does not fit into 64 bits"),
        ({"quantity": None}, "PlaceOrder.quantity is None"),
        ({"instrument_id": b"L"}, "PlaceOrder.instrument_id is b'L'"),
        ({"instrument_id": "\ud800"}, "PlaceOrder.instrument_id"),
        ({"use": None}, "PlaceOrder.use is None"),
    ):
        with pytest.raises(Misuse, match=said):
            codec.encode_command(META, msgspec.structs.replace(BID, **change))
    with pytest.raises(
        InvariantBroken, match=r"fact 7 cannot be written: StandingRecorded.participant_id is 5"
    ):
        codec.encode_fact(Recorded(FACT_META, StandingRecorded(participant_id=5, active=True)))  # type: ignore[arg-type]
    with pytest.raises(InvariantBroken, match=r"Sealed\.seq is 'x'"):
        codec.encode_control(Sealed(claim=1, seq="x", digest=b""))  # type: ignore[arg-type]


@many
@given(schema_id=st.integers(0, 120), body=st.binary(max_size=200))
def test_random_bytes_give_a_value_or_unreadable(schema_id: int, body: bytes) -> None:
    read_all(b"\x00" + schema_id.to_bytes(4, "big") + body)


@many
@given(data=st.data())
def test_damaged_records_give_a_value_or_unreadable(data: st.DataObject) -> None:
    context, cls = data.draw(st.sampled_from(COMMANDS + FACTS))
    message, codec = data.draw(made(cls)), codec_for(context)
    if isinstance(message, Command):
        value = codec.encode_command(data.draw(COMMAND_METAS), message)
    elif isinstance(message, WITHOUT_META):
        value = codec.encode_control(message)
    else:
        value = codec.encode_fact(Recorded(data.draw(FACT_METAS), message))
    damaged = bytearray(value)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged)))
        damaged[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=10))
    read_all(bytes(damaged))


def read_all(value: bytes) -> None:
    """Every reader gives a value or says in one line why not; anything else fails the test."""
    said = []
    for context in CONTEXTS:
        try:
            assert isinstance(codec_for(context).decode_fact(value), Recorded | Claimed | Sealed)
        except Unreadable as error:
            said.append(str(error))
        try:
            meta, command = codec_for(context).decode_command(value)
            assert (type(meta), isinstance(command, Command)) == (CommandMeta, True)
        except Unreadable as error:
            said.append(str(error))
    assert not any("\n" in line for line in said)


def test_numbers_and_lengths_beyond_what_avro_has_are_unreadable() -> None:
    value = codec_for("market").encode_command(META, Tick())
    head = value[:5]
    for body in (b"\xff" * 30, b"\xff" * 9 + b"\x7f", b"\x01", b"\xfe\xff\xff\xff\x0f"):
        with pytest.raises(Unreadable):
            codec_for("market").decode_command(head + body)


def test_a_codec_whose_schemas_do_not_fit_the_classes_is_not_made(tmp_path: Path) -> None:
    ids = json.loads((DIRECTORY / "ids.json").read_text())
    (tmp_path / "ids.json").write_text(json.dumps(ids))
    Codec("market", tmp_path)
    next(entry for entry in ids["schemas"].values() if entry["name"] == "market/PlaceOrder")[
        "fingerprint"
    ] = "0"
    (tmp_path / "ids.json").write_text(json.dumps(ids))
    with pytest.raises(
        Misuse, match=r"market/PlaceOrder does not fit its class; run python -m streams\.schemas"
    ):
        Codec("market", tmp_path)
    with pytest.raises(Misuse, match="does not fit its class"):
        Codec("market", tmp_path / "nowhere")
