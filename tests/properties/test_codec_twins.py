"""The fast ways of the codec beside the simple ones: commands checked while they are read, outcomes written at once."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from exchange.kernel.bases import Command, CommandMeta, Fact, FactMeta, Recorded
from exchange.kernel.errors import InvariantBroken
from exchange.market.facts import StandingRecorded
from streams.avro_schema import WITHOUT_META
from streams.codec import codec_for
from streams.kinds import bare, fields_of
from streams.record_form import DOUBTFUL, PresentForm
from streams.vocabulary import CONTEXTS, commands, facts
from tests.support.made import COMMAND_METAS, FACT_METAS, LONG, made, made_of

COMMANDS = [(context, word) for context in CONTEXTS for word in commands(context)]
FACTS = {
    context: [word for word in facts(context) if not issubclass(word, WITHOUT_META)] for context in CONTEXTS
}

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("pair", COMMANDS, ids=lambda pair: f"{pair[0]}.{pair[1].__name__}")
@some
@given(data=st.data())
def test_a_command_is_checked_while_it_is_read_exactly_as_msgspec_checks_it(
    pair: tuple[str, type[Command]], data: st.DataObject
) -> None:
    meta, command = data.draw(COMMAND_METAS), data.draw(made(pair[1]))
    if data.draw(st.booleans()):
        meta = strained(data, meta)
    if data.draw(st.booleans()):
        command = strained(data, command)
    form = PresentForm(pair[1], b"head")
    value = form.write(meta, command)
    assert read(form, value) == read_simply(form, value)


def read(form: PresentForm, value: bytes) -> tuple[CommandMeta, Command] | None:
    try:
        return form.checked(value, 4)
    except DOUBTFUL:
        return None


def read_simply(form: PresentForm, value: bytes) -> tuple[CommandMeta, Command] | None:
    meta, fields = form.plain(value, 4)
    try:
        return msgspec.convert(meta, CommandMeta), msgspec.convert(fields, form.message)
    except msgspec.ValidationError:
        return None


def strained(data: st.DataObject, record: Any) -> Any:
    """`record` with one value in it that its type allows and its bounds may not."""
    if not (fields := fields_of(type(record))):
        return record
    field = data.draw(st.sampled_from(fields))
    value = getattr(record, field.name)
    changed = (
        strained(data, value) if isinstance(value, msgspec.Struct) else data.draw(unbounded(bare(field.type)))
    )
    return msgspec.structs.replace(record, **{field.name: changed})


def unbounded(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Values of a kind at its bounds and beyond them."""
    match kind:
        case inspect.IntType(ge=low, le=high):
            edges = [edge + step for edge in (low, high) if edge is not None for step in (-1, 0, 1)]
            return st.sampled_from([0, *(edge for edge in edges if abs(edge) < LONG)])
        case inspect.BytesType(max_length=most):
            return st.binary(min_size=most or 0, max_size=(most or 0) + 1)
        case inspect.VarTupleType(item_type=item, max_length=most):
            many_items = st.tuples(made_of(item), st.integers(0, 1)).map(
                lambda one: [one[0]] * ((most or 0) + one[1])
            )
            return (st.lists(unbounded(bare(item)), max_size=2) | many_items).map(tuple)
        case inspect.LiteralType():
            return made_of(kind) | st.just("no such member")
        case inspect.StrType(max_length=most):
            return st.sampled_from(
                ["a" * (most or 0), "a" * ((most or 0) + 1), "", "a b", "a\n", "ä", "CNY", "P.1"]
            )
    return made_of(kind)


@many
@given(data=st.data())
def test_an_outcome_is_written_as_its_facts_are_one_by_one(data: st.DataObject) -> None:
    context = data.draw(st.sampled_from(CONTEXTS))
    codec, common = codec_for(context), data.draw(FACT_METAS)
    words: list[type[Fact]] = data.draw(st.lists(st.sampled_from(FACTS[context]), min_size=1, max_size=4))
    outcome = tuple(
        Recorded(
            msgspec.structs.replace(
                data.draw(FACT_METAS),
                **{name: getattr(common, name) for name in ("claim", "cause", "command_id", "actor", "at")},
            ),
            data.draw(made(word)),
        )
        for word in words
    )
    values = codec.encode_outcome(outcome)
    assert values == [codec.encode_fact(recorded) for recorded in outcome]
    read_back = tuple(codec.decode_fact(value) for value in values)
    assert read_back == outcome
    assert codec.encode_outcome(read_back) == values  # type: ignore[arg-type]


def test_an_outcome_that_cannot_be_written_names_the_fact_that_cannot() -> None:
    wrong = StandingRecorded(participant_id=5, active=True)  # type: ignore[arg-type]
    meta = FactMeta(seq=7, claim=3, cause=9, index=0, last=0, command_id="c-1", actor="BU-CN-01", at=1)
    with pytest.raises(InvariantBroken, match=r"cannot be written: StandingRecorded\.participant_id is 5"):
        codec_for("market").encode_outcome((Recorded(meta, wrong),))
