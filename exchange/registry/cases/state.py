"""What the registry remembers of cases: those that are open, and those whose ruling counts."""

from typing import Literal, TypeAlias

import msgspec

from exchange.registry.cases.commands import Handbooks
from exchange.registry.cases.facts import CaseOpened, CaseQueued, CaseRuled

Phase: TypeAlias = Literal["open", "ruled", "appealed", "final"]
"""Before the counter; ruled on; before another panel; ruled on by that."""


class Asked(msgspec.Struct, frozen=True):
    """A decision that is not answered yet, and what no panel may lift of it."""

    decision_id: str
    missing: tuple[str, ...] = ()
    demanded: tuple[str, ...] = ()

    @property
    def for_people(self) -> bool:
        """Whether it waits for nothing but the judgement of people."""
        return not self.missing and not self.demanded


class Case(msgspec.Struct):
    """One case.

    Shape: `questions` are the latest that joined it, and `asked` the latest decisions of which none was answered
    otherwise since; `appealed_at` is None before an appeal.
    """

    opened: CaseOpened
    questions: list[str]
    phase: Phase = "open"
    ruled: CaseRuled | None = None
    ruled_at: int = 0
    appealed_at: int | None = None
    asked: list[Asked] = msgspec.field(default_factory=list)

    @property
    def for_people(self) -> bool:
        """Whether a panel may let pass something of it. Of cases that were opened long ago nothing is said."""
        return not self.asked or any(each.for_people for each in self.asked)

    @property
    def before_a_panel(self) -> bool:
        """Whether it waits for a panel."""
        return self.phase in ("open", "appealed")


class Places(msgspec.Struct):
    """How many cases there are of each buyer and seller."""

    of_buyer: dict[str, int] = msgspec.field(default_factory=dict)
    of_seller: dict[str, int] = msgspec.field(default_factory=dict)


class Cases(msgspec.Struct):
    """All that count, by id; the newest of each matter; how many are before a panel for each buyer and seller.

    Shape: `lacking` counts apart those that wait for facts, and `case_of` says in which case a decision is that was not
    answered yet; `waiting` are those that found no room, the one that came first first; `from_queue` have left it so
    far.
    """

    held: dict[str, Case] = msgspec.field(default_factory=dict)
    newest: dict[str, str] = msgspec.field(default_factory=dict)
    of_buyer: dict[str, int] = msgspec.field(default_factory=dict)
    of_seller: dict[str, int] = msgspec.field(default_factory=dict)
    waiting: list[CaseQueued] = msgspec.field(default_factory=list)
    from_queue: int = 0
    lacking: Places = msgspec.field(default_factory=Places)
    case_of: dict[str, str] = msgspec.field(default_factory=dict)


def matter_of(
    asked_in: str,
    subject: str,
    instrument_id: str,
    handbooks: Handbooks,
    parties: tuple[str, str],
    codes: tuple[str, ...],
) -> str:
    """What a case is about, as one name: what is to move, between whom, and why people have to look at it."""
    what = [f"{each.zone_id}/{each.handbook_no}" for each in handbooks] or [subject, instrument_id]
    return " ".join((asked_in, *what, *parties, *sorted(codes)))
