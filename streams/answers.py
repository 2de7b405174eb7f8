"""What whoever asked the exchange is told: an answer, a refusal, or that the outcome is not known yet."""

from typing import NamedTuple, Self, TypeVar

import msgspec

from exchange.kernel.bases import Fact, Outcome, type_name
from exchange.kernel.errors import ExchangeError, InvariantBroken, Unavailable
from exchange.kernel.protocol import Refused
from streams.vocabulary import reason_of

F = TypeVar("F", bound=Fact)


class AnswerUnknown(Unavailable):
    """A command was sent, or may have been, and its outcome was not seen in time.

    Shape: ask again with the very same command and `command_id`: it is decided once, however often it
    arrives, and the first answer is given again.
    """

    remedy = "Ask again with the very same command and id: it is decided only once."

    def __init__(self, context: str, command: str, command_id: str, why: str) -> None:
        super().__init__(
            f"the outcome of {command} (id {command_id}) in {context} is unknown: {why};"
            f" ask again with this id: it is decided only once"
        )
        self.command_id = command_id


class Refusal(ExchangeError):
    """The domain said no where a value was asked for. The fact itself is `refused`, the whole answer `answer`."""

    remedy = "Each reason has a remedy of its own, which is said with it."

    def __init__(self, answer: "Answer", refused: Refused) -> None:
        codes = f" [{', '.join(refused.codes)}]" if refused.codes else ""
        super().__init__(
            f"{refused.command} refused: {refused.reason}{codes}, {refused.subject}: {refused.detail}"
        )
        self.answer = answer
        self.refused = refused
        self.reason = refused.reason
        self.codes = refused.codes
        if (why := reason_of(answer.context, refused.reason)) is not None:
            self.remedy = why.remedy


class AnswerPosition(NamedTuple):
    """Where an outcome stands: `seq` of its first fact, `offset` of its last one's record."""

    topic: str
    partition: int
    seq: int
    offset: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a command.

    Shape: `outcome` is whole, with the facts of deadlines that fell due first; `refused` is the refusal if
    it was one; `repeated` if the same command had been answered before, whose answer this is.
    """

    context: str
    command_id: str
    outcome: Outcome
    refused: Refused | None
    position: AnswerPosition
    repeated: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What happened, without the metas."""
        return tuple(recorded.fact for recorded in self.outcome)

    @property
    def at(self) -> int:
        """When it happened, in exchange time."""
        return self.outcome[0].meta.at

    def or_raise(self) -> Self:
        """This answer, if it is no refusal.

        Raises: Refusal with the reason, what it is about, and the fence's codes.
        """
        if self.refused is not None:
            raise Refusal(self, self.refused)
        return self

    def fact(self, kind: type[F]) -> F:
        """The last fact of a kind: the command's own, where deadlines brought others like it before.

        Raises: Refusal if the answer is one; InvariantBroken if the outcome has no such fact.
        """
        for fact in reversed(self.or_raise().facts):
            if isinstance(fact, kind):
                return fact
        names = ", ".join(type_name(fact) for fact in self.facts)
        raise InvariantBroken(f"no {type_name(kind)} in the outcome of {self.command_id}, only {names}")
