"""How many cases are before a panel at a time, and how one more comes before it."""

from exchange.kernel.bases import Cause
from exchange.kernel.ids import derived_id
from exchange.registry.calendars import mainland
from exchange.registry.cases.clock import due_after
from exchange.registry.cases.commands import ANYBODY, OpenCase
from exchange.registry.cases.facts import CaseOpened, CaseQueued, NoRoom
from exchange.registry.cases.state import Case, Cases, Places, matter_of

OF_BUYER_MAX = 20
"""Cases of one buyer that are before a panel at a time."""
OF_SELLER_MAX = 100
"""Of one seller, who cannot help who asks for what it sells."""
OPEN_MAX = 5_000
"""Of all."""


def no_room(cases: Cases, about: OpenCase | CaseQueued) -> NoRoom | None:
    """Why one more may not be before a panel now; None where it may.

    Shape: those that wait for facts take no place of those that people can rule on, and have as many of their own.
    """
    taken: Cases | Places = cases.lacking if about.missing or about.demanded else cases
    if about.buyer_id != ANYBODY and taken.of_buyer.get(about.buyer_id, 0) >= OF_BUYER_MAX:
        return "too_many_of_buyer"
    if taken.of_seller.get(about.seller_id, 0) >= OF_SELLER_MAX:
        return "too_many_of_seller"
    return "too_many" if sum(taken.of_buyer.values()) >= OPEN_MAX else None


def placed(cases: Cases, case: Case, more: int) -> None:
    """One case more, or less, is before a panel, or waits for facts. Only folds call this."""
    taken: Cases | Places = cases if case.for_people else cases.lacking
    for counts, name in ((taken.of_buyer, case.opened.buyer_id), (taken.of_seller, case.opened.seller_id)):
        counts[name] = counts.get(name, 0) + more
        if not counts[name]:
            del counts[name]


def opened_for(about: OpenCase | CaseQueued, cause: Cause, number: int = 0) -> CaseOpened:
    """The fact that it is before a panel from now on, the `number`-th of its outcome."""
    due = due_after(cause.at, mainland())
    return CaseOpened(
        case_id=derived_id("RC", cause.partition, cause.offset, number),
        asked_in=about.asked_in,
        decision_id=about.decision_id,
        subject=about.subject,
        instrument_id=about.instrument_id,
        handbooks=about.handbooks,
        seller_id=about.seller_id,
        buyer_id=about.buyer_id,
        codes=about.codes,
        question=about.question,
        asked_by=about.asked_by,
        due_at=due.at,
        counted_in=due.counted_in,
        missing=about.missing,
        demanded=about.demanded,
    )


def matter(about: OpenCase | CaseQueued | CaseOpened) -> str:
    """What a case is about, as one name."""
    parties = (about.seller_id, about.buyer_id)
    return matter_of(
        about.asked_in, about.subject, about.instrument_id, about.handbooks, parties, about.codes
    )


def same_matter(one: CaseQueued, other: OpenCase | CaseOpened) -> bool:
    """Whether two are looked at in one case."""
    return matter(one) == matter(other)
