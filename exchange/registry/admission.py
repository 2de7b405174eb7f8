"""The rules about participants and rulesets."""

from collections.abc import Collection, Sequence

import msgspec

from exchange.kernel.bases import Cause, Command, Fact, Names
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.registry.body.quorum import lacking_quorum
from exchange.registry.body.signing import ruleset_bytes
from exchange.registry.commands import (
    ActivateRuleset,
    AdmitParticipant,
    ReinstateParticipant,
    Role,
    SuspendParticipant,
)
from exchange.registry.digests import signed
from exchange.registry.facts import (
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    Reason,
    RulesetActivated,
)
from exchange.registry.permission import lacking
from exchange.registry.state import Registry

ZONES_BYTES_MAX = 3 * 1024
"""What the zones a participant is registered in may take: so that a market accepts whoever is admitted."""
RULESET_AHEAD_MAX_US = 366 * DAY
"""How long before it takes effect a ruleset may be activated: none after it may take effect earlier."""


def admit(registry: Registry, command: AdmitParticipant, cause: Cause) -> Sequence[Fact]:
    """Admit a participant whose commitment is signed; the first one is an operator who admits itself."""
    not_permitted = _may_not_admit(registry, command, cause)
    if not_permitted is not None:
        return (not_permitted,)
    name = command.participant_id
    if name == POLICY_ACTOR:
        detail = f"{POLICY_ACTOR} is the name of the exchange itself; choose another"
        return (refused(command, Reason.PARTICIPANT_EXISTS, name, detail),)
    if name in registry.participants:
        detail = f"participant {name} was admitted before; choose another name or suspend it"
        return (refused(command, Reason.PARTICIPANT_EXISTS, name, detail),)
    if (unfit := unfit_description(command, name, command.currency, command.registered_zones)) is not None:
        return (unfit,)
    if not signed(name, command.display_name, command.commitment):
        detail = f"the signature is not that of the given key over the commitment of {name}; sign it again"
        return (refused(command, Reason.COMMITMENT_INVALID, name, detail),)
    return (_admitted(command),)


def _may_not_admit(registry: Registry, command: AdmitParticipant, cause: Cause) -> Refused | None:
    if registry.participants:
        return lacking(registry, command, cause, Role.OPERATOR)
    if cause.actor == command.participant_id and Role.OPERATOR in command.roles:
        return None
    detail = "nobody is admitted yet; the first participant is an operator who admits itself"
    return refused(command, Reason.ROLE_MISSING, cause.actor, detail)


def unfit_description(command: Command, name: str, currency: str, zones: Names) -> Refused | None:
    """Why a participant cannot be described so."""
    if not known_currency(currency):
        detail = f"currency {currency} is not in ISO 4217 or has no minor unit; use one like CNY or EUR"
        return refused(command, Reason.CURRENCY_UNKNOWN, currency, detail)
    size = len(msgspec.msgpack.encode(zones))
    if size > ZONES_BYTES_MAX:
        detail = f"its registered_zones take {size} bytes, at most {ZONES_BYTES_MAX}; shorten the list"
        return refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, name, detail)
    return None


def _admitted(command: AdmitParticipant) -> ParticipantAdmitted:
    return ParticipantAdmitted(
        participant_id=command.participant_id,
        display_name=command.display_name,
        place=command.place,
        roles=tuple(dict.fromkeys(command.roles)),
        beneficial_owner=command.beneficial_owner,
        currency=command.currency,
        registered_zones=command.registered_zones,
        ciio=command.ciio,
        gba_registered=command.gba_registered,
        us_covered_person=command.us_covered_person,
        is_intermediary=command.is_intermediary,
        bound_by_comparable_law=command.bound_by_comparable_law,
        commitment_digest=command.commitment.text_digest,
        public_key=command.commitment.public_key,
        signature=command.commitment.signature,
    )


def suspend(registry: Registry, command: SuspendParticipant, cause: Cause) -> Sequence[Fact]:
    """Suspend an active participant; nobody suspends itself, so that somebody is left who may reinstate."""
    not_permitted = lacking(registry, command, cause, Role.OPERATOR, Role.GOVERNANCE)
    if not_permitted is not None:
        return (not_permitted,)
    name = command.participant_id
    if name == cause.actor:
        detail = f"{name} cannot suspend itself; another operator or the governance has to"
        return (refused(command, ProtocolReason.NOT_PERMITTED, name, detail),)
    participant = registry.participants.get(name)
    if participant is None:
        return (_unknown(command, name),)
    if not participant.active:
        return (
            refused(
                command,
                Reason.PARTICIPANT_SUSPENDED,
                name,
                f"{name} is suspended already; nothing is left to do",
            ),
        )
    return (ParticipantSuspended(participant_id=name, grounds=command.grounds),)


def reinstate(registry: Registry, command: ReinstateParticipant, cause: Cause) -> Sequence[Fact]:
    """Let a suspended participant trade again."""
    not_permitted = lacking(registry, command, cause, Role.OPERATOR, Role.GOVERNANCE)
    if not_permitted is not None:
        return (not_permitted,)
    name = command.participant_id
    participant = registry.participants.get(name)
    if participant is None:
        return (_unknown(command, name),)
    if participant.active:
        return (
            refused(
                command, Reason.PARTICIPANT_ACTIVE, name, f"{name} is not suspended; nothing is left to do"
            ),
        )
    return (ParticipantReinstated(participant_id=name),)


def _unknown(command: SuspendParticipant | ReinstateParticipant, name: str) -> Refused:
    detail = f"participant {name} was never admitted; check the name"
    return refused(command, Reason.PARTICIPANT_UNKNOWN, name, detail)


def activate_ruleset(
    registry: Registry, command: ActivateRuleset, cause: Cause, rulesets: Collection[str]
) -> Sequence[Fact]:
    """Have one of `rulesets`, named by their digests, take effect, never before the one activated last."""
    not_permitted = lacking(registry, command, cause, Role.OPERATOR, Role.GOVERNANCE)
    if not_permitted is not None:
        return (not_permitted,)
    if command.ruleset_digest not in rulesets:
        detail = f"no ruleset of content {command.ruleset_digest} is installed here; check the digest"
        return (refused(command, Reason.RULESET_UNKNOWN, command.ruleset_version, detail),)
    if command.effective_at > cause.at + RULESET_AHEAD_MAX_US:
        detail = (
            f"effective at {iso(command.effective_at)}, at most 366 days after now, {iso(cause.at)};"
            " name an earlier time"
        )
        return (refused(command, Reason.RULESET_TOO_FAR, command.ruleset_version, detail),)
    latest = registry.rulesets_from
    if latest is not None and command.effective_at < latest:
        detail = f"effective at {iso(command.effective_at)}, but the latest one is at {iso(latest)}; name a later time"
        return (refused(command, Reason.RULESET_EARLIER, command.ruleset_version, detail),)
    if (unapproved := _not_approved(registry, command, cause)) is not None:
        return (unapproved,)
    return (
        RulesetActivated(
            ruleset_version=command.ruleset_version,
            ruleset_digest=command.ruleset_digest,
            effective_at=command.effective_at,
            approvals=command.approvals,
        ),
    )


def _not_approved(registry: Registry, command: ActivateRuleset, cause: Cause) -> Refused | None:
    """Why the management body has not decided it; a first ruleset is the operator's while there is no body yet."""
    if registry.rulesets_from is None and not registry.body.founded:
        return None
    message = ruleset_bytes(
        registry.site, command.ruleset_version, command.ruleset_digest, command.effective_at
    )
    fault = lacking_quorum(registry.body, cause.at, command.approvals, message)
    return fault and refused(command, fault.reason, command.ruleset_version, fault.detail)
