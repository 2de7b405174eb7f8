"""Who may ask what of the settlement."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement

BANKS = ("custodian",)
KEEPERS = ("operator", "governance")
"""Those who keep the exchange's house: they open runs and let money go."""


def lacking(settlement: Settlement, command: Command, cause: Cause, *roles: str) -> Refused | None:
    """The refusal of whoever does not take part, or has none of `roles`; without any, everybody may."""
    party = settlement.parties.get(cause.actor)
    if party is None:
        return unknown(command, cause.actor)
    if not party.active:
        detail = f"{cause.actor} is suspended; an operator has to reinstate it first"
        return refused(command, Reason.PARTICIPANT_SUSPENDED, cause.actor, detail)
    if roles and not set(roles) & set(party.roles):
        detail = f"roles {', '.join(party.roles)}; this is for {' or '.join(roles)}"
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    return None


def unknown(command: Command, participant_id: str) -> Refused:
    """The refusal of somebody whom the settlement does not know."""
    detail = f"{participant_id} is not known here; check the name, or have it admitted first"
    return refused(command, Reason.PARTICIPANT_UNKNOWN, participant_id, detail)


def not_a_policy(command: Command, cause: Cause) -> Refused | None:
    """The refusal of what only the exchange itself does."""
    if cause.actor == POLICY_ACTOR:
        return None
    detail = f"the exchange itself does this when facts of elsewhere call for it; {cause.actor} may not"
    return refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail)


def no_such_currency(command: Command, *currencies: str) -> Refused | None:
    """A refusal where money cannot be held in one of `currencies`."""
    for currency in currencies:
        if not known_currency(currency):
            detail = f"{currency} is no ISO 4217 currency with a minor unit; use one like CNY"
            return refused(command, Reason.CURRENCY_UNKNOWN, currency, detail)
    return None


def no_grounds(command: Command, subject: str, grounds: str) -> Refused | None:
    """A refusal where nothing is said in a reason's place."""
    if grounds.strip():
        return None
    detail = "say on what grounds: whoever is owed the money will ask"
    return refused(command, Reason.GROUNDS_MISSING, subject, detail)
