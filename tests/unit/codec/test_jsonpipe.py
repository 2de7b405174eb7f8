"""Commands and facts as JSON lines and back, and what is said of lines that are neither."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command, CommandMeta, Fact, Recorded, Source
from exchange.kernel.errors import Misuse
from exchange.kernel.time import HOUR, instant
from streams.avro_schema import WITHOUT_META
from streams.jsonpipe import PipedCommand, PipedFact, read_command, read_fact, write_command, write_fact
from streams.vocabulary import CONTEXTS, commands, facts
from tests.support.made import COMMAND_METAS, FACT_METAS, made

COMMANDS = [(context, word) for context in CONTEXTS for word in commands(context)]
FACTS = [(context, word) for context in CONTEXTS for word in facts(context) if word not in WITHOUT_META]

few = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))

AT = instant("2026-11-02T09:00:00Z")


def word(pair: tuple[str, type]) -> str:
    return f"{pair[0]}.{pair[1].__name__}"


@pytest.mark.parametrize("pair", COMMANDS, ids=word)
@few
@given(data=st.data())
def test_a_command_comes_back_from_its_line(pair: tuple[str, type[Command]], data: st.DataObject) -> None:
    meta, command, at = data.draw(COMMAND_METAS), data.draw(made(pair[1])), data.draw(st.integers(0, AT))
    line = write_command(meta, command, at)
    assert "\n" not in line
    assert read_command(pair[0], line, 1) == PipedCommand(meta, command, at)


@pytest.mark.parametrize("pair", FACTS, ids=word)
@few
@given(data=st.data())
def test_a_fact_comes_back_from_its_line(pair: tuple[str, type[Fact]], data: st.DataObject) -> None:
    recorded = Recorded(data.draw(FACT_METAS), data.draw(made(pair[1])))
    line = write_fact(pair[0], 3, recorded)
    assert "\n" not in line
    assert read_fact(line, 1) == PipedFact(pair[0], 3, recorded)


def bid(**changed: Any) -> dict[str, Any]:
    shape = {"type": "PlaceOrder", "instrument_id": "L-1", "side": "bid", "quantity": 3, "price": 1_200_000}
    meta = {"id": "c-1", "actor": "BU-CN-01", "at": AT}
    return shape | {"meta": meta} | changed


def test_a_line_is_type_fields_and_meta_with_bytes_in_hexadecimal() -> None:
    piped = read_command("market", json.dumps(bid(use={"licence_digest": "00ff"})), 1)
    assert piped.command.use.licence_digest == b"\x00\xff"  # type: ignore[attr-defined]
    line = json.loads(write_command(piped.meta, piped.command, piped.at))
    assert next(iter(line)) == "type"
    assert list(line)[-1] == "meta"
    assert line["use"]["licence_digest"] == "00ff"
    assert line["meta"] == {"id": "c-1", "actor": "BU-CN-01", "valid_until": AT + HOUR, "at": AT}


def test_a_command_stands_for_an_hour_and_may_name_its_source() -> None:
    source = {"topic": "registry.journal", "partition": 0, "seq": 5, "index": 1}
    meta = {"id": "c-1", "actor": "exchange", "at": "2026-11-02T17:00:00+08:00", "source": source}
    piped = read_command("market", json.dumps(bid(meta=meta)), 1)
    assert piped.at == AT
    assert piped.meta == CommandMeta(
        id="c-1", actor="exchange", valid_until=AT + HOUR, source=Source(**source)
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 4 cannot be read: Input data was truncated; expected one JSON object a line"),
        ("", "line 4 cannot be read: Input data was truncated"),
        ("[" * 100_000, "line 4 cannot be read: maximum recursion depth exceeded"),
        (b"\xff\xfe", "line 4 cannot be read: JSON is malformed"),
        ("[1]", "line 4: expected a JSON object like"),
        ("{}", "line 4: type: expected the name of a command or fact, found None"),
        ('{"type": "PlaceOrder"}', "line 4: PlaceOrder meta: expected an object, found None"),
        (
            bid(type="Haggle"),
            "line 4: type: 'Haggle' is no command of market; expected one of AcceptDelivery, ",
        ),
        (bid(quantity=0), "line 4: PlaceOrder does not fit: quantity: expected int >= 1, found 0"),
        (bid(quantity=1.0), "line 4: PlaceOrder does not fit: quantity: expected int, got float"),
        (bid(quantity="1"), "line 4: PlaceOrder does not fit: quantity: expected int, got str"),
        (bid(side="up"), "line 4: PlaceOrder does not fit: side: expected one of bid, ask, found 'up'"),
        (bid(colour="red"), "line 4: PlaceOrder does not fit: object contains unknown field colour"),
        (
            bid(use={"licence_digest": "0g"}),
            "line 4: PlaceOrder does not fit: use.licence_digest: expected hexadecimal, two",
        ),
        (
            bid(use={"licence_digest": 5}),
            "line 4: PlaceOrder does not fit: use.licence_digest: expected bytes | null, got int",
        ),
        (
            bid(use={"remote_access_from": ["CN", "Mars"]}),
            "line 4: PlaceOrder does not fit: use.remote_access_from[1]: expected str matching regex",
        ),
        (
            bid(meta={"id": "c", "actor": "a"}),
            "line 4: PlaceOrder meta does not fit: object missing required field at",
        ),
        (
            bid(meta={"id": "c", "actor": "a", "at": "noon"}),
            "line 4: PlaceOrder meta does not fit: at: expected microseconds or",
        ),
        (
            bid(meta={"id": "c", "actor": "a", "at": "2026-11-02T09:00"}),
            "line 4: PlaceOrder meta does not fit: at: expected",
        ),
        (
            bid(meta={"id": "c d", "actor": "a", "at": 1}),
            "line 4: PlaceOrder meta does not fit: id: expected str matching",
        ),
        (
            bid(meta={"id": "c", "actor": "a", "at": 1, "seq": 1}),
            "line 4: PlaceOrder meta does not fit: object contains unknown",
        ),
    ],
    ids=str,
)
def test_a_line_that_is_no_command_is_named(line: Any, said: str) -> None:
    text = json.dumps(line) if isinstance(line, dict) else line
    with pytest.raises(Misuse) as caught:
        read_command("market", text, 4)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1_500


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"type": "Sealed", "meta": {"context": "market"}},
            "line 9: type: 'Sealed' is no fact of market; expected one of ",
        ),
        (
            {"active": "yes", "meta": {"context": "market"}},
            "line 9: StandingRecorded does not fit: active: expected bool, got str",
        ),
        ({"meta": {}}, "line 9: StandingRecorded meta does not fit: object missing required field context"),
        (
            {"meta": {"context": "casino"}},
            "line 9: StandingRecorded meta: context: expected one of registry, market,",
        ),
        (
            {"meta": {"context": "market"}},
            "line 9: StandingRecorded meta does not fit: object missing required field seq",
        ),
        (
            {"meta": {"context": "market", "partition": -1}},
            "line 9: StandingRecorded meta does not fit: partition: expected int",
        ),
    ],
)
def test_a_line_that_is_no_fact_is_named(changed: dict[str, Any], said: str) -> None:
    line = {"type": "StandingRecorded", "participant_id": "BU-CN-01", "active": True, "meta": {}} | changed
    with pytest.raises(Misuse) as caught:
        read_fact(json.dumps(line), 9)
    assert str(caught.value).startswith(said)
