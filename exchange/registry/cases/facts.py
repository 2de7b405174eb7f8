"""What happened about cases of the counter."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Names, Text, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.panel import Panel
from exchange.kernel.time import Instant
from exchange.registry.cases.commands import AskedIn, Handbooks

CountedIn = Literal["days", "working_days", "weekdays"]
"""How a case's clock counts: all days; the mainland's working days; from Monday to Friday, where these are unknown."""


class CaseOpened(Fact, frozen=True):
    """What the fence left to people is before the counter, which has until `due_at`; nothing moves meanwhile.

    Shape: `subject` is the product, or what is to move in bond; `asked_by` is whose command the fence was asked for;
    `counted_in` is what the counter's days are. While facts are `missing`, or rules have `demanded` a filing or an
    assessment by these codes beside, it waits for that, which no panel may lift; it closes by itself when it has come,
    or with its time.
    """

    case_id: Id
    asked_in: AskedIn
    decision_id: Id
    subject: Line
    instrument_id: Line
    handbooks: Handbooks
    seller_id: ParticipantId
    buyer_id: ParticipantId
    codes: Names
    question: Line
    asked_by: Line
    due_at: Instant
    counted_in: CountedIn = "days"
    missing: Names = ()
    demanded: Names = ()


class CaseJoined(Fact, frozen=True):
    """The fence left the same to people again; it is looked at in the case that is open.

    Shape: `missing` and `demanded` are this decision's; `for_people` is whether a panel may rule on the case, which has
    until `due_at` where the facts that it waited for have come with this decision.
    """

    case_id: Id
    decision_id: Id
    question: Line
    missing: Names = ()
    demanded: Names = ()
    for_people: bool = True
    due_at: Instant | None = None
    counted_in: CountedIn = "days"


class CaseAnswered(Fact, frozen=True):
    """The fence has answered otherwise what was before the counter, or waited for room there.

    Shape: of the decision `decision_id`, in whose place `answered_by` with its `outcome` is; `case_id` is empty where
    it was in no case that counts.
    """

    case_id: Line
    decision_id: Id
    answered_by: Id
    outcome: Line


NoRoom = Literal["too_many_of_buyer", "too_many_of_seller", "too_many"]
"""As many cases are before a panel as may be: of its buyer, of its seller, or of all."""


class CaseQueued(Fact, frozen=True):
    """What the fence left to people waits until there is room before the counter: its case opens by itself then."""

    asked_in: AskedIn
    decision_id: Id
    subject: Line
    instrument_id: Line
    handbooks: Handbooks
    seller_id: ParticipantId
    buyer_id: ParticipantId
    codes: Names
    question: Line
    asked_by: Line
    basis: NoRoom
    missing: Names = ()
    demanded: Names = ()


class RuledAgainst(Value, frozen=True):
    """What a case was ruled against about: rights of this instrument and buyer that rest on these codes end."""

    subject: Line
    instrument_id: Line
    buyer_id: ParticipantId
    codes: Names
    grounds: Text


class CaseNotOpened(Fact, frozen=True):
    """What the fence left to people was not put before the counter.

    Shape: it was `ruled` on in `case_id` and nothing has changed; it `waits` for room already; or there is no room, and
    as many wait for some as may. Where rights that run rest on what was ruled against, `against` says it all again.
    """

    decision_id: Id
    basis: Literal["ruled", "too_many_of_buyer", "too_many_of_seller", "too_many", "waits"]
    case_id: Line
    against: RuledAgainst | None = None


class CaseOverdue(Fact, frozen=True):
    """The counter has not ruled in time. Nothing is decided by that: what waits goes on waiting."""

    case_id: Id
    on_appeal: bool
    due_at: Instant


class CaseRuled(Fact, frozen=True):
    """A panel of the counter has ruled on a case.

    Shape: the case says again what it is about, so that whoever has to act on it needs nothing else; `codes` are those
    that are lifted until `valid_until`, or, ruled against, all of the case; `replaces` is whether an earlier ruling of
    this case let something pass until now.
    """

    case_id: Id
    verdict: Literal["lifted", "against"]
    asked_in: AskedIn
    subject: Line
    instrument_id: Line
    handbooks: Handbooks
    seller_id: ParticipantId
    buyer_id: ParticipantId
    whole_product: bool
    any_buyer: bool
    codes: Names
    valid_until: Instant | None
    panel: Panel
    grounds: Text
    reference: Line
    by_id: Id
    on_appeal: bool
    replaces: bool


class CaseRulingWithdrawn(Fact, frozen=True):
    """The counter took back what a panel had let pass."""

    case_id: Id
    asked_in: AskedIn
    subject: Line
    instrument_id: Line
    handbooks: Handbooks
    grounds: Text
    by_id: Id


class CaseAppealed(Fact, frozen=True):
    """A party has another panel look at what was ruled, which holds until that panel has ruled."""

    case_id: Id
    by_id: ParticipantId
    grounds: Text
    due_at: Instant
    counted_in: CountedIn = "days"


class CaseClosed(Fact, frozen=True):
    """A case counts no more. Who asks the same again opens another one.

    Shape: the `time` of what was ruled is over; all that was asked was `answered` otherwise by the fence; or it
    `lapsed`, since what it waited for had not come when its own time was over.
    """

    case_id: Id
    basis: Literal["time", "answered", "lapsed"] = "time"


FACTS: tuple[type[Fact], ...] = (
    CaseOpened,
    CaseJoined,
    CaseAnswered,
    CaseNotOpened,
    CaseQueued,
    CaseOverdue,
    CaseRuled,
    CaseRulingWithdrawn,
    CaseAppealed,
    CaseClosed,
)
