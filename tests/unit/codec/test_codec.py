"""Every command and fact goes to bytes and comes back the same; no bytes do harm."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.messages import Command, Fact, Recorded
from streams.avro_schema import WITHOUT_META
from streams.codec import codec_for
from streams.vocabulary import CONTEXTS, commands, facts
from tests.support.made import COMMAND_METAS, FACT_METAS, made

COMMANDS = [
    pytest.param(context, word, id=f"{context}.{word.__name__}")
    for context in CONTEXTS
    for word in commands(context)
]
FACTS = [
    pytest.param(context, word, id=f"{context}.{word.__name__}")
    for context in CONTEXTS
    for word in facts(context)
]

few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("context", "word"), COMMANDS)
@few
@given(data=st.data())
def test_a_command_comes_back_as_it_was(context: str, word: type[Command], data: st.DataObject) -> None:
    asked = data.draw(COMMAND_METAS), data.draw(made(word))
    codec = codec_for(context)
    assert codec.decode_command(codec.encode_command(*asked)) == asked


@pytest.mark.parametrize(("context", "word"), FACTS)
@few
@given(data=st.data())
def test_a_fact_comes_back_as_it_was(context: str, word: type[Fact], data: st.DataObject) -> None:
    codec, fact = codec_for(context), data.draw(made(word))
    if isinstance(fact, WITHOUT_META):
        assert codec.decode_fact(codec.encode_control(fact)) == fact
    else:
        recorded = Recorded(data.draw(FACT_METAS), fact)
        assert codec.decode_fact(codec.encode_fact(recorded)) == recorded
