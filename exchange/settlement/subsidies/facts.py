"""What happened to subsidies."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.kernel.money import BalanceMinor


class SubsidyProgrammeOpened(Fact, frozen=True):
    """Participants may get so much of a programme in each window. Units: `cap_minor` of `currency`."""

    programme_id: Id
    sponsor_id: ParticipantId
    currency: Line
    cap_minor: BalanceMinor
    window: Literal["month", "quarter", "year"]


class SubsidyAdmitted(Fact, frozen=True):
    """A participant may claim from a programme."""

    programme_id: Id
    participant_id: ParticipantId


class SubsidyPledged(Fact, frozen=True):
    """A sponsor promised money. Units: `amount_minor` of `currency`."""

    programme_id: Id
    sponsor_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor


class SubsidyFunded(Fact, frozen=True):
    """A sponsor's money has come: so much more may be paid.

    Units: of `amount_minor` of `currency`, `pledged_minor` was promised before.
    """

    programme_id: Id
    sponsor_id: ParticipantId
    bank_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    pledged_minor: BalanceMinor
    reference: Id


class SubsidyClaimed(Fact, frozen=True):
    """A market is to pay what of a claim the cap and the fund leave: claimed = amount + unpaid.

    Units: minor units of `currency`; `used_minor` is what the participant has of its cap in this `period` with it (memo
    9010). Shape: `reason` says what keeps the rest. Source: settlement.md section 7.
    """

    claim_id: Id
    programme_id: Id
    participant_id: ParticipantId
    market_id: MarketId
    currency: Line
    claimed_minor: BalanceMinor
    amount_minor: BalanceMinor
    unpaid_minor: BalanceMinor
    reason: Line
    period: Line
    used_minor: BalanceMinor
    cap_minor: BalanceMinor
    reference: Id


class SubsidySettled(Fact, frozen=True):
    """A market has paid a subsidy."""

    claim_id: Id


class SubsidyReturned(Fact, frozen=True):
    """A market has not paid a subsidy: the cap and the fund have it again, and it may be claimed anew.

    Units: `amount_minor` of `currency`.
    """

    claim_id: Id
    programme_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    period: Line
    reason: Line
    detail: Text


FACTS: tuple[type[Fact], ...] = (
    SubsidyProgrammeOpened,
    SubsidyAdmitted,
    SubsidyPledged,
    SubsidyFunded,
    SubsidyClaimed,
    SubsidySettled,
    SubsidyReturned,
)
