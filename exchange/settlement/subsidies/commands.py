"""What may be asked about subsidies."""

from typing import Literal, TypeAlias

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode

Window: TypeAlias = Literal["month", "quarter", "year"]
"""Over which of the calendar in Shanghai a participant's cap counts."""


class OpenSubsidyProgramme(Command, frozen=True):
    """An operator or the governance opens a programme: so much for each participant in each window.

    Units: `cap_minor` of `currency`.
    """

    programme_id: Id
    sponsor_id: ParticipantId
    currency: CurrencyCode
    cap_minor: AmountMinor
    window: Window


class AdmitToSubsidy(Command, frozen=True):
    """An operator or the governance lets a participant claim from a programme."""

    programme_id: Id
    participant_id: ParticipantId


class PledgeSubsidy(Command, frozen=True):
    """A programme's sponsor promises money: nothing is paid of it until it has come.

    Units: minor units of the programme's currency.
    """

    programme_id: Id
    amount_minor: AmountMinor


class ConfirmSubsidyFunding(Command, frozen=True):
    """A custodian bank says that a sponsor's money has come. Units: the programme's currency."""

    programme_id: Id
    amount_minor: AmountMinor
    reference: Id


class ClaimSubsidy(Command, frozen=True):
    """A participant claims from a programme, into its purse in a market. Units: the programme's currency.

    Shape: `reference` names what is claimed for, which is paid for once.
    """

    programme_id: Id
    market_id: MarketId
    amount_minor: AmountMinor
    reference: Id


class SettleSubsidy(Command, frozen=True):
    """Note that the market has paid a subsidy. Sent by a policy."""

    claim_id: Id


class ReturnSubsidy(Command, frozen=True):
    """Note that the market has not paid a subsidy, and why: it counts as if it had not been claimed.

    Sent by a policy.
    """

    claim_id: Id
    reason: Line
    detail: Text


COMMANDS: tuple[type[Command], ...] = (
    OpenSubsidyProgramme,
    AdmitToSubsidy,
    PledgeSubsidy,
    ConfirmSubsidyFunding,
    ClaimSubsidy,
    SettleSubsidy,
    ReturnSubsidy,
)
