"""What happened to rights that run."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Names, Text
from exchange.kernel.ids import EntitlementId, InstrumentId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant
from exchange.market.facts import DecisionSummary

EndedBy = Literal["term", "buyer", "operator", "counter"]


class RedecidingBegun(Fact, frozen=True):
    """Answers that running entitlements of an instrument rest on are over by time; they are asked for again.

    Shape: `basis` is `date`, or `ruleset` where the next one takes effect; answers that end by `ended_at` are meant.
    """

    instrument_id: InstrumentId
    basis: Literal["date", "ruleset"]
    ended_at: Instant


class RedecidingAdvanced(Fact, frozen=True):
    """Entitlements whose answer may have changed were decided again, so far; what it came to stands before this.

    Shape: `pairs` of seller, buyer and use were finished, `left` are still to be; of the next one `member`
    entitlements were looked at.
    """

    pairs: int
    member: int
    left: int


class DecisionRevoked(Fact, frozen=True):
    """What a running entitlement rests on holds no more: since `since` it is suspended.

    Shape: nothing published meanwhile belongs to it and nothing of its price is credited. `decision` is the fence's new
    one; None where a party is suspended, which `codes` say then. `rested_on` is the decision before. `basis` is what
    changed: ruleset, date, participant, ruling, counts, safeguard, list, provenance, or another input.
    """

    entitlement_id: EntitlementId
    trade_id: TradeId
    instrument_id: InstrumentId
    product_id: ProductId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    since: Instant
    ends_at: Instant
    codes: Names
    decision: DecisionSummary | None
    rested_on: Line
    basis: Line


class DecisionRestored(Fact, frozen=True):
    """The ground on which an entitlement was suspended is gone: it runs on, to the end of its term.

    Units: `unused_days` of its term lay in suspensions so far, whole days in Asia/Shanghai.
    """

    entitlement_id: EntitlementId
    trade_id: TradeId
    instrument_id: InstrumentId
    product_id: ProductId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    unused_days: int
    decision: DecisionSummary | None
    basis: Line


class EntitlementEnded(Fact, frozen=True):
    """An entitlement that was suspended, or that was ended early, is over: nothing of it resumes.

    Units: of its `days`, `unused_days` were not used; `refunded_minor` of `currency` went from the trade's escrow back
    to the buyer for them. Shape: of what was accepted before, a `RefundApproved` in the same outcome gives it back.
    """

    entitlement_id: EntitlementId
    trade_id: TradeId
    instrument_id: InstrumentId
    product_id: ProductId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    by: EndedBy
    ended_at: Instant
    unused_days: int
    days: int
    currency: Line
    refunded_minor: BalanceMinor
    grounds: Text


FACTS: tuple[type[Fact], ...] = (
    RedecidingBegun,
    RedecidingAdvanced,
    DecisionRevoked,
    DecisionRestored,
    EntitlementEnded,
)
