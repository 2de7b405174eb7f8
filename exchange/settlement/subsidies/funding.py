"""Rules: programmes, who may claim, and how money comes into them."""

from collections.abc import Sequence
from typing import Final

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.settlement.parties import BANKS, KEEPERS, lacking, no_such_currency, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.subsidies.commands import (
    AdmitToSubsidy,
    ConfirmSubsidyFunding,
    OpenSubsidyProgramme,
    PledgeSubsidy,
)
from exchange.settlement.subsidies.facts import (
    SubsidyAdmitted,
    SubsidyFunded,
    SubsidyPledged,
    SubsidyProgrammeOpened,
)
from exchange.settlement.subsidies.state import Programme

FUND_MAX: Final = 10**18
"""What a programme may hold and be promised, in minor units."""


def open_programme(settlement: Settlement, command: OpenSubsidyProgramme, cause: Cause) -> Sequence[Fact]:
    """Open it, without any money yet."""
    refusal = lacking(settlement, command, cause, *KEEPERS) or no_such_currency(command, command.currency)
    if refusal is not None:
        return (refusal,)
    if command.sponsor_id not in settlement.parties:
        return (unknown(command, command.sponsor_id),)
    if command.programme_id in settlement.subsidies.programmes:
        detail = "a programme of this id was opened before; choose another id"
        return (refused(command, Reason.PROGRAMME_EXISTS, command.programme_id, detail),)
    return (
        SubsidyProgrammeOpened(
            programme_id=command.programme_id,
            sponsor_id=command.sponsor_id,
            currency=command.currency,
            cap_minor=command.cap_minor,
            window=command.window,
        ),
    )


def admit(settlement: Settlement, command: AdmitToSubsidy, cause: Cause) -> Sequence[Fact]:
    """Let somebody claim."""
    if (refusal := lacking(settlement, command, cause, *KEEPERS)) is not None:
        return (refusal,)
    programme = programme_named(settlement, command, command.programme_id)
    if isinstance(programme, Refused):
        return (programme,)
    if command.participant_id not in settlement.parties:
        return (unknown(command, command.participant_id),)
    return (SubsidyAdmitted(programme_id=command.programme_id, participant_id=command.participant_id),)


def pledge(settlement: Settlement, command: PledgeSubsidy, cause: Cause) -> Sequence[Fact]:
    """Note what a sponsor promises."""
    if (refusal := lacking(settlement, command, cause)) is not None:
        return (refusal,)
    programme = programme_named(settlement, command, command.programme_id)
    if isinstance(programme, Refused):
        return (programme,)
    opened = programme.opened
    if opened.sponsor_id != cause.actor:
        detail = f"{opened.sponsor_id} is its sponsor, {cause.actor} promises nothing for it"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.programme_id, detail),)
    if (full := _too_much(command, programme, command.amount_minor)) is not None:
        return (full,)
    return (
        SubsidyPledged(
            programme_id=opened.programme_id,
            sponsor_id=opened.sponsor_id,
            currency=opened.currency,
            amount_minor=command.amount_minor,
        ),
    )


def fund(settlement: Settlement, command: ConfirmSubsidyFunding, cause: Cause) -> Sequence[Fact]:
    """Note what has come, once for each reference of the bank's; what was pledged is fulfilled first."""
    if (refusal := lacking(settlement, command, cause, *BANKS)) is not None:
        return (refusal,)
    programme = programme_named(settlement, command, command.programme_id)
    if isinstance(programme, Refused):
        return (programme,)
    if command.reference in settlement.subsidies.references.get(cause.actor, ()):
        detail = f"{cause.actor} has used this reference before; name the reference of this payment"
        return (refused(command, Reason.REFERENCE_TAKEN, command.reference, detail),)
    pledged = min(programme.pledged_minor, command.amount_minor)
    if (full := _too_much(command, programme, command.amount_minor - pledged)) is not None:
        return (full,)
    opened = programme.opened
    return (
        SubsidyFunded(
            programme_id=opened.programme_id,
            sponsor_id=opened.sponsor_id,
            bank_id=cause.actor,
            currency=opened.currency,
            amount_minor=command.amount_minor,
            pledged_minor=pledged,
            reference=command.reference,
        ),
    )


def programme_named(settlement: Settlement, command: Command, programme_id: str) -> Programme | Refused:
    """A programme, or that there is none."""
    programme = settlement.subsidies.programmes.get(programme_id)
    if programme is not None:
        return programme
    detail = "no such programme was opened; `exchange query subsidy_programmes` shows those there are"
    return refused(command, Reason.PROGRAMME_UNKNOWN, programme_id, detail)


def _too_much(command: Command, programme: Programme, amount_minor: int) -> Refused | None:
    held = programme.fund_minor + programme.pledged_minor
    if held + amount_minor <= FUND_MAX:
        return None
    opened = programme.opened
    has = format_minor(held, opened.currency)
    detail = f"it has and is promised {has}, and may be {FUND_MAX} minor units; open another programme"
    return refused(command, Reason.AMOUNT_UNFIT, opened.programme_id, detail)
