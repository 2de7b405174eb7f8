"""What a market remembers of rights that run: those that rest on an answer of the fence, until their term is over."""

from typing import Literal

import msgspec

from exchange.kernel.ids import InstrumentId, ParticipantId, TradeId
from exchange.market.commands import Use


class Running(msgspec.Struct, gc=False):
    """An entitlement within its term.

    Units: `amount_minor` is what was paid for it, `unused_days` those of suspensions that are over.
    Shape: `pair` is the key of its pair; it is suspended since `suspended_at`; `noted` is the basis on which the
    evidence would have had it accepted meanwhile.
    """

    pair: str
    trade_id: TradeId
    starts_at: int
    ends_at: int
    amount_minor: int
    suspended_at: int | None = None
    unused_days: int = 0
    noted: Literal["", "evidence", "time", "ruling"] = ""


class Pair(msgspec.Struct):
    """A seller, a buyer and a use of an instrument: the entitlements that rest on one answer.

    Shape: the answer, `decision_id` if it admitted, may be another from `until` on; where it is a REVIEW, whether
    people have let that pass or not, `review_codes` are those that decided, and `review_id` is that one. `names` are
    its entitlements in the order in which they came, some of which may be over, those before `head` are. It is to be
    decided again because of `due`, which changed at `since`; 0 is when it is looked at.
    """

    key: str
    instrument_id: InstrumentId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    use: Use
    decision_id: str
    until: int | None = None
    review_codes: tuple[str, ...] = ()
    review_id: str = ""
    names: list[str] = msgspec.field(default_factory=list)
    head: int = 0
    due: str = ""
    since: int = 0


class Unanswered(msgspec.Struct, frozen=True):
    """A decision that waits before the counter: what it lacks, the codes that decided it, and by which ruleset."""

    decision_id: str
    missing: tuple[str, ...]
    demanded: tuple[str, ...]
    codes: tuple[str, ...]
    ruleset_digest: str


class Entitlements(msgspec.Struct):
    """Running entitlements by name, and pairs by key, which those of an instrument and of a participant name.

    Shape: `asked` are pairs that wait before the counter for facts, whether anything runs of them or not;
    `asked_in_turn` names them, the oldest first, and `asked_by` those of each buyer; of the pairs in `todo` the one at
    `place` is decided next, its entitlements from `member` on.
    """

    running: dict[str, Running] = msgspec.field(default_factory=dict)
    pairs: dict[str, Pair] = msgspec.field(default_factory=dict)
    of_instrument: dict[InstrumentId, list[str]] = msgspec.field(default_factory=dict)
    of_participant: dict[ParticipantId, list[str]] = msgspec.field(default_factory=dict)
    todo: list[str] = msgspec.field(default_factory=list)
    place: int = 0
    member: int = 0
    asked: dict[str, Unanswered] = msgspec.field(default_factory=dict)
    asked_by: dict[ParticipantId, list[str]] = msgspec.field(default_factory=dict)
    asked_in_turn: list[str] = msgspec.field(default_factory=list)
