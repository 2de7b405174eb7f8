"""What may be asked about cases of the counter."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Command, Line, Text, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.panel import Panel
from exchange.kernel.time import Instant

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A line that says something."""
Codes = Annotated[tuple[Word, ...], msgspec.Meta(max_length=20)]
Missing = Annotated[tuple[Word, ...], msgspec.Meta(max_length=60)]
Decisions = Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)]
AskedIn: TypeAlias = Literal["market", "bonded", "listing"]
"""Where the fence was asked: by a market about a sale, in a business zone, or by a market about a listing."""
ANYBODY: Final = "anybody"
"""Who would buy what is put on sale."""
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
QuestionDigest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""Equal for questions that differ in nothing but when they were asked: hexadecimal of BLAKE2b-128."""


class Handbook(Value, frozen=True):
    """The account of a consignment in a business zone."""

    zone_id: Id
    handbook_no: Id


Handbooks = Annotated[tuple[Handbook, ...], msgspec.Meta(max_length=4)]


class OpenCase(Command, frozen=True):
    """Put before the counter what the fence left to people.

    Shape: asked by the exchange itself for a REVIEW of a market or a business zone; `subject` is the product, or what
    is to move; a market names its `instrument_id`, a zone its `handbooks`; `codes` are all that decided; `asked_by` is
    whose command the fence was asked for. While facts are `missing`, or rules have `demanded` a filing or an assessment
    by these codes beside, no panel may lift it. It takes the place of decisions that it `settles`; rights that are
    `running` rest on it, and end if it was ruled against before.
    """

    asked_in: AskedIn
    decision_id: Id
    subject: Line
    seller_id: ParticipantId
    buyer_id: ParticipantId
    codes: Codes
    question: QuestionDigest
    asked_by: Line
    instrument_id: Line = ""
    handbooks: Handbooks = ()
    missing: Missing = ()
    demanded: Codes = ()
    settles: Decisions = ()
    running: bool = False


class SettleCase(Command, frozen=True):
    """Say that the fence has answered otherwise what is before the counter; asked by the exchange itself.

    Shape: `answered_by` is the decision with that `outcome`, which takes the place of those of `decision_ids`. A case
    of which nothing is asked any more closes.
    """

    decision_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=20)]
    answered_by: Id
    outcome: Line


class RuleOnCase(Command, frozen=True):
    """Say what the panel of the counter has ruled on a case.

    Shape: a panel has one member of each constituency and no party. `lifted` lets pass those of the case's `codes` that
    it names, until `valid_until`, of its instrument or `whole_product`, for its buyer or `any_buyer`; `against` names
    neither codes nor a time and ends the purchases and rights that rest on them, in that scope.
    """

    case_id: Id
    verdict: Literal["lifted", "against"]
    panel: Panel
    grounds: Grounds
    codes: Codes = ()
    valid_until: Instant | None = None
    whole_product: bool = False
    any_buyer: bool = False
    reference: Line = ""


class WithdrawCaseRuling(Command, frozen=True):
    """Take back what a panel let pass: from now on the fence's own answer counts again."""

    case_id: Id
    grounds: Grounds


class AppealCase(Command, frozen=True):
    """Have another panel look at what was ruled; its buyer or its seller may, once."""

    case_id: Id
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (OpenCase, SettleCase, RuleOnCase, WithdrawCaseRuling, AppealCase)
