"""avro/ fits the classes, ids are for ever, and what was released stays readable."""

import json
import re
from pathlib import Path
from typing import Any, Literal

import avro.schema
import msgspec
import pytest

from exchange.kernel.bases import Command, CommandMeta, Fact, FactMeta, Recorded, Value
from exchange.kernel.errors import Misuse
from exchange.market.commands import PlaceOrder, Side
from exchange.market.facts import OrderCancelled
from streams.avro_schema import Message, fingerprint, schema_of
from streams.codec import Codec
from streams.record_form import PresentForm
from streams.schema_ids import DIRECTORY, load_ids, read_schema, vocabulary
from streams.schemas import problems, release, write

NOW = vocabulary()
SOME = {
    name: NOW[name]
    for name in NOW
    if name.startswith(("kernel/", "delivery/", "market/PlaceO", "market/OrderC"))
}
"""What is asked of any vocabulary is asked of a small one, which is written and read sooner."""

META = CommandMeta(id="c-1", actor="BU-CN-01", valid_until=1)
FACT_META = FactMeta(seq=7, claim=3, cause=9, index=0, last=0, command_id="c-1", actor="BU-CN-01", at=1)


def word(name: str, base: type, fields: list[Any], doc: str = "A word.", context: str = "market") -> Any:
    """A class as it may have looked, or may come to look."""
    module = f"exchange.{context}.words"
    return msgspec.defstruct(
        name, fields, bases=(base,), module=module, frozen=True, kw_only=True, namespace={"__doc__": doc}
    )


def as_it_was(now: type[msgspec.Struct], base: type, without: set[str], more: list[Any]) -> Any:
    """An earlier version of a class: without some of its fields, and with some that it has lost since."""
    kept = [field for field in msgspec.structs.fields(now) if field.name not in without]
    fields: list[Any] = [
        (field.name, field.type) if field.required else (field.name, field.type, field.default)
        for field in kept
    ]
    return word(now.__name__, base, [*fields, *more], now.__doc__ or "")


def value_of(directory: Path, name: str, was: Message, meta: Any, message: Any) -> bytes:
    """The record as a writer of the released version wrote it."""
    schema_id = load_ids(directory).current()[name]
    return PresentForm(was, b"\x00" + schema_id.to_bytes(4, "big")).write(meta, message)


def test_the_committed_schemas_fit_the_classes() -> None:
    assert problems(DIRECTORY, NOW) == []


def test_every_schema_is_one_that_the_avro_project_reads_with_its_docs() -> None:
    for path in (DIRECTORY / f"{name}.avsc" for name in NOW):
        schema = json.loads(path.read_text())
        assert avro.schema.parse(path.read_text()).fullname == f"corridor.{path.parent.name}.{path.stem}"
        assert schema["doc"]


def test_meta_is_first_on_all_but_claims_and_seals() -> None:
    for name, message in NOW.items():
        first = schema_of(message)["fields"][:1]
        if name in ("kernel/Claimed", "kernel/Sealed"):
            assert first[0]["name"] != "meta"
        else:
            wanted = "CommandMeta" if issubclass(message, Command) else "FactMeta"
            assert (first[0]["name"], first[0]["type"]["name"]) == ("meta", wanted)


def test_types_become_what_avro_has_for_them() -> None:
    inner = word("Inner", Value, [("texts", tuple[str, ...], ())])
    shape = schema_of(
        word(
            "Shown",
            Fact,
            [
                ("side", Side),
                ("count", int, 3),
                ("digest", bytes, b"\xff\x00"),
                ("sure", bool, True),
                ("inner", inner, inner(texts=("a",))),
                ("again", inner | None, None),
                ("counts", dict[str, int], msgspec.field(default_factory=dict)),
            ],
        )
    )
    types = {field["name"]: (field["type"], field.get("default")) for field in shape["fields"][1:]}
    assert types["side"] == ({"type": "string", "corridor.values": ["bid", "ask"]}, None)
    assert types["count"] == ("long", 3)
    assert types["digest"] == ("bytes", "\u00ff\u0000")
    assert types["sure"] == ("boolean", True)
    assert types["inner"][0]["namespace"] == "corridor.market"
    assert types["inner"][1] == {"texts": ["a"]}
    assert types["again"] == (["null", "corridor.market.Inner"], None)
    assert types["counts"] == ({"type": "map", "values": "long"}, {})


@pytest.mark.parametrize("kind", [float, int | str, list[int], object])
def test_a_type_that_avro_has_no_shape_for_is_named(kind: Any) -> None:
    with pytest.raises(Misuse, match=r"Odd\.field: .* has no Avro shape"):
        schema_of(word("Odd", Fact, [("field", kind)]))


def test_no_field_may_be_called_meta_or_type() -> None:
    with pytest.raises(Misuse, match=r"Odd\.type"):
        schema_of(word("Odd", Fact, [("type", str)]))


def test_drift_is_named_by_file(tmp_path: Path) -> None:
    assert len(write(tmp_path, NOW)) == len(NOW) + 1
    assert write(tmp_path, NOW) == []
    assert problems(tmp_path, NOW) == []
    (tmp_path / "market/PlaceOrder.avsc").write_text("{}")
    (tmp_path / "market/CancelOrder.avsc").unlink()
    (tmp_path / "market/Haggle.avsc").write_text("{}")
    assert problems(tmp_path, NOW) == [
        "market/CancelOrder.avsc: missing; run make schemas",
        "market/Haggle.avsc: no class has this name any more; run make schemas",
        "market/PlaceOrder.avsc: does not fit the classes; run make schemas",
    ]
    (tmp_path / "ids.json").unlink()
    assert "ids.json: missing; run make schemas" in problems(tmp_path, NOW)


def test_files_of_the_avro_package_in_the_same_directory_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    for path in (tmp_path / "interop.avsc", tmp_path / "test" / "share.avsc"):
        path.write_text("{}")
        write(tmp_path, SOME)
        assert path.exists()
        assert problems(tmp_path, SOME) == []


def test_ids_missing_from_the_file_are_named(tmp_path: Path) -> None:
    write(tmp_path, SOME)
    ids = json.loads((tmp_path / "ids.json").read_text())
    del ids["schemas"]["5"]
    (tmp_path / "ids.json").write_text(json.dumps(ids))
    assert problems(tmp_path, SOME) == ["ids.json: does not fit the classes; run make schemas"]


def test_before_a_release_a_change_keeps_the_id(tmp_path: Path) -> None:
    write(tmp_path, SOME)
    before = load_ids(tmp_path).current()
    changed = {**SOME, "market/PlaceOrder": word("PlaceOrder", Command, [("wish", str)])}
    assert write(tmp_path, changed) == ["ids.json", "market/PlaceOrder.avsc"]
    assert load_ids(tmp_path).current() == before
    del changed["market/PlaceOrder"]
    assert write(tmp_path, changed) == ["ids.json", "market/PlaceOrder.avsc"]
    assert write(tmp_path, SOME) == ["ids.json", "market/PlaceOrder.avsc"]
    after = load_ids(tmp_path).current()
    assert after.pop("market/PlaceOrder") > max(before.values())
    assert after == {name: key for name, key in before.items() if name != "market/PlaceOrder"}


def test_a_change_of_words_only_keeps_the_id_even_after_a_release(tmp_path: Path) -> None:
    was = {**SOME, "market/Haggle": word("Haggle", Command, [("side", Side)], "Ask for less.")}
    write(tmp_path, was)
    release(tmp_path, was, "0.1.0")
    ids = load_ids(tmp_path)
    reworded = {**was, "market/Haggle": word("Haggle", Command, [("side", Side)], "Ask for a lower price.")}
    assert write(tmp_path, reworded) == ["market/Haggle.avsc"]
    assert load_ids(tmp_path) == ids
    assert problems(tmp_path, reworded) == []


def test_after_a_release_a_change_gets_a_new_id_and_the_old_records_stay_readable(tmp_path: Path) -> None:
    old_bid = as_it_was(PlaceOrder, Command, {"reference"}, [("mood", str, "calm")])
    old_cancelled = as_it_was(OrderCancelled, Fact, set(), [("remark", bytes, b"")])
    was: dict[str, Message] = {**NOW, "market/PlaceOrder": old_bid, "market/OrderCancelled": old_cancelled}
    write(tmp_path, was)
    release(tmp_path, was, "0.1.0")
    ids_then = load_ids(tmp_path)
    terms = {"instrument_id": "L-1", "side": Side.BID, "quantity": 2, "price": 5}
    asked = value_of(tmp_path, "market/PlaceOrder", old_bid, META, old_bid(**terms, mood="bold"))
    ended = {"order_id": "O-1", "instrument_id": "L-1", "participant_id": "BU-CN-01", "quantity_left": 1}
    ended |= {"currency": "CNY", "released_minor": 5, "grounds": "asked"}
    recorded = value_of(
        tmp_path, "market/OrderCancelled", old_cancelled, FACT_META, old_cancelled(**ended, remark=b"!")
    )

    changed = write(tmp_path, NOW)

    ids = load_ids(tmp_path)
    old_id, new_id = ids_then.current()["market/PlaceOrder"], ids.current()["market/PlaceOrder"]
    assert f"market/versions/PlaceOrder.{old_id}.avsc" in changed
    assert new_id > max(ids_then.schemas)
    assert fingerprint(read_schema(tmp_path, ids, old_id)) == fingerprint(schema_of(old_bid))
    same = [key for key, entry in ids_then.schemas.items() if ids.schemas[key] == entry]
    assert same == list(ids_then.schemas)
    assert problems(tmp_path, NOW) == []
    codec = Codec("market", tmp_path)
    assert codec.decode_command(asked) == (META, PlaceOrder(**terms))
    assert codec.decode_fact(recorded) == Recorded(FACT_META, OrderCancelled(**ended))
    with pytest.raises(Exception, match="ends too early"):
        codec.decode_fact(recorded[:-1])


def test_a_released_text_that_was_changed_or_lost_is_named(tmp_path: Path) -> None:
    write(tmp_path, SOME)
    release(tmp_path, SOME, "0.1.0")
    path = tmp_path / "market/PlaceOrder.avsc"
    text = path.read_text()
    path.write_text(text.replace('"quantity"', '"amount"'))
    said = r"PlaceOrder\.avsc: not the text that id \d+ belongs to; restore it from the repository"
    with pytest.raises(Misuse, match=said):
        write(tmp_path, SOME)
    assert [re.search(said, line) is not None for line in problems(tmp_path, SOME)] == [True]
    path.unlink()
    assert "restore it from the repository" in problems(tmp_path, SOME)[0]


def test_what_is_released_is_released_once_and_only_when_it_fits(tmp_path: Path) -> None:
    write(tmp_path, SOME)
    (tmp_path / "market/PlaceOrder.avsc").unlink()
    with pytest.raises(Misuse, match=r"PlaceOrder\.avsc: missing"):
        release(tmp_path, SOME, "0.1.0")
    write(tmp_path, SOME)
    release(tmp_path, SOME, "0.1.0")
    with pytest.raises(Misuse, match=r"0\.1\.0 is already released"):
        release(tmp_path, SOME, "0.1.0")


HAGGLE = [("side", Side), ("price", int), ("note", str, ""), ("paid_at", int | None, None)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([HAGGLE[0], *HAGGLE[2:]], "the released cannot read today's: reader_field_missing_default_value"),
        ([*HAGGLE, ("wish", str)], "today's cannot read the released: reader_field_missing_default_value"),
        ([HAGGLE[0], ("price", str), *HAGGLE[2:]], "today's cannot read the released: type_mismatch"),
        ([HAGGLE[0], ("price", int | None), *HAGGLE[2:]], "the released cannot read today's: type_mismatch"),
        ([*HAGGLE[:2], ("note", bytes, b""), HAGGLE[3]], "note: was string, is bytes"),
        ([("side", word("Side", Value, [])), *HAGGLE[1:]], "side: was string, is record"),
        ([*HAGGLE[:2], ("note", Side, Side.BID), HAGGLE[3]], "note: was any text, is one of ask, bid"),
    ],
)
def test_a_change_that_one_side_could_not_read_is_named(tmp_path: Path, fields: list[Any], said: str) -> None:
    was = {**SOME, "market/Haggle": word("Haggle", Command, HAGGLE)}
    write(tmp_path, was)
    release(tmp_path, was, "0.1.0")
    changed = {**SOME, "market/Haggle": word("Haggle", Command, fields)}
    write(tmp_path, changed)
    found = problems(tmp_path, changed)
    assert any(line.startswith(f"market/Haggle: {said}") for line in found), found


def test_a_released_value_that_is_no_longer_permitted_is_named(tmp_path: Path) -> None:
    was = {**SOME, "market/Haggle": word("Haggle", Command, [("side", Side)])}
    write(tmp_path, was)
    release(tmp_path, was, "0.1.0")
    released_id = load_ids(tmp_path).current()["market/Haggle"]
    more = {**SOME, "market/Haggle": word("Haggle", Command, [("side", Literal["bid", "ask", "swap"])])}
    write(tmp_path, more)
    assert problems(tmp_path, more) == []
    other = {**SOME, "market/Haggle": word("Haggle", Command, [("side", Literal["bid", "swap"])])}
    write(tmp_path, other)
    assert problems(tmp_path, other) == [
        f"market/Haggle: side: no longer permits ask (released as id {released_id})"
    ]


def test_a_version_that_differs_in_no_byte_is_read_by_the_present_form(tmp_path: Path) -> None:
    old_bid = as_it_was(PlaceOrder, Command, {"time_in_force"}, [("time_in_force", str, "0")])
    was = {**NOW, "market/PlaceOrder": old_bid}
    write(tmp_path, was)
    release(tmp_path, was, "0.1.0")
    terms = {"instrument_id": "L-1", "side": Side.BID, "quantity": 2, "price": 5}
    asked = value_of(tmp_path, "market/PlaceOrder", old_bid, META, old_bid(**terms))
    write(tmp_path, NOW)
    codec = Codec("market", tmp_path)
    assert codec.encode_command(META, PlaceOrder(**terms))[:5] != asked[:5]
    assert codec.decode_command(asked) == (META, PlaceOrder(**terms))


def test_every_released_version_counts_not_only_the_last(tmp_path: Path) -> None:
    first = {**SOME, "market/Haggle": word("Haggle", Command, [("price", int)])}
    write(tmp_path, first)
    release(tmp_path, first, "0.1.0")
    second = {**SOME, "market/Haggle": word("Haggle", Command, [("price", int), ("note", str, "")])}
    write(tmp_path, second)
    release(tmp_path, second, "0.2.0")
    third = {**SOME, "market/Haggle": word("Haggle", Command, [("note", str, ""), ("price", int)])}
    write(tmp_path, third)
    assert problems(tmp_path, third) == []
    versions = sorted(path.name for path in (tmp_path / "market/versions").iterdir())
    assert len(versions) == 2
    fourth = {**SOME, "market/Haggle": word("Haggle", Command, [("note", str)])}
    write(tmp_path, fourth)
    ids = {line.split("as id ")[1] for line in problems(tmp_path, fourth)}
    assert len(ids) == 2


def test_a_released_word_whose_class_is_gone_is_named(tmp_path: Path) -> None:
    was = {**SOME, "market/Haggle": word("Haggle", Command, [("price", int)])}
    write(tmp_path, was)
    release(tmp_path, was, "0.1.0")
    assert write(tmp_path, SOME) == []
    assert problems(tmp_path, SOME) == [
        "market/Haggle: released, but its class is gone; released words stay readable, so keep the class"
    ]
