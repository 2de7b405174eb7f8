"""What a door says when the exchange itself refuses what follows from a command."""

from typing import Any

import pytest

from exchange.kernel.bases import FactMeta, Recorded
from exchange.kernel.protocol import Refused
from exchange.registry.facts import ParticipantReinstated
from exchange.sdk import Refusal
from exchange.sdk.operator import Operator
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline

META = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor="OP-CN-01", at=1)


def an_answer(refused: Refused | None = None) -> Answer:
    """Somebody was reinstated, or not."""
    fact = refused or ParticipantReinstated(participant_id="SE-CN-02")
    return Answer(
        context="registry",
        command_id="c",
        outcome=(Recorded(META, fact),),
        refused=refused,
        position=AnswerPosition("registry.journal", 0, 0, 0),
    )


class Answering:
    """A client of an exchange that answers as it was told."""

    def __init__(self, *consequences: Answer) -> None:
        self._consequences = consequences

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, *_: Any, **__: Any) -> Answer:
        return an_answer()

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return self._consequences


async def test_what_follows_from_a_command_may_not_be_refused_in_silence() -> None:
    said = Refused(command="RecordStanding", reason="PARTICIPANT_UNKNOWN", subject="SE-CN-02", detail="")
    with pytest.raises(Refusal, match="RecordStanding refused: PARTICIPANT_UNKNOWN"):
        await Operator(Answering(an_answer(), an_answer(said)), "OP-CN-01").reinstate("SE-CN-02")  # type: ignore[arg-type]


async def test_a_command_all_of_whose_consequences_were_accepted_gives_its_fact() -> None:
    operator = Operator(Answering(an_answer()), "OP-CN-01")  # type: ignore[arg-type]
    assert (await operator.reinstate("SE-CN-02")).participant_id == "SE-CN-02"
