"""The rules about safeguards: registered, filed, changed, extended, revoked."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.safeguard import SAFEGUARDS_MAX, SafeguardTerms
from exchange.registry.calendars import mainland
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.safeguards.commands import (
    COMMANDS,
    ChangeSafeguard,
    ExtendSafeguard,
    FileSafeguard,
    RegisterSafeguard,
    RevokeSafeguard,
)
from exchange.registry.safeguards.crowding import crowded
from exchange.registry.safeguards.days import filing_due, outside_window, past, readable
from exchange.registry.safeguards.facts import (
    FACTS,
    SafeguardChanged,
    SafeguardExtended,
    SafeguardFiled,
    SafeguardRegistered,
    SafeguardRevoked,
)
from exchange.registry.safeguards.fitting import FILED, day, last_day, misfits, unreadable
from exchange.registry.safeguards.terms import kind_terms
from exchange.registry.state import Registry


def register(registry: Registry, command: RegisterSafeguard, cause: Cause) -> Sequence[Fact]:
    """Record a safeguard whose parties, days and words fit its type."""
    if (refusal := lacking(registry, command, cause, Role.COUNTER, Role.OPERATOR)) is not None:
        return (refusal,)
    name = command.safeguard_id
    if name in registry.safeguards:
        detail = f"safeguard {name} was registered before; choose another name, or record what has changed"
        return (refused(command, Reason.SAFEGUARD_EXISTS, name, detail),)
    if (refusal := _strangers(registry, command)) is not None:
        return (refusal,)
    fault = unreadable(command) or next(misfits(registry, command, cause.at), None)
    if fault is not None:
        return (refused(command, Reason.SAFEGUARD_UNFIT, name, fault),)
    due = filing_due(command, kind_terms(registry, cause.at).scc_filing_working_days, mainland())
    if isinstance(due, Refused):
        return (due,)
    terms = _terms(command, due)
    if (pair := crowded(registry.safeguards.values(), terms, cause.at)) is not None:
        detail = (
            f"{SAFEGUARDS_MAX} that have not ended are there between {pair}; revoke one that is not needed"
        )
        return (refused(command, Reason.SAFEGUARDS_TOO_MANY, name, detail),)
    registered = SafeguardRegistered(
        safeguard=terms,
        evidence_digest=command.evidence_digest,
        reference=command.reference,
        by_id=cause.actor,
    )
    return (registered,)


def file(registry: Registry, command: FileSafeguard, cause: Cause) -> Sequence[Fact]:
    """Record the filing of a contract; one that comes late counts from then on."""
    terms = _found(registry, command, cause)
    if isinstance(terms, Refused):
        return (terms,)
    if terms.kind not in FILED:
        detail = f"{terms.safeguard_id} is a {terms.kind}, which is not filed"
        return (refused(command, Reason.SAFEGUARD_STATE, terms.safeguard_id, detail),)
    if terms.filed_on is not None:
        detail = f"{terms.safeguard_id} was filed on {terms.filed_on} already"
        return (refused(command, Reason.SAFEGUARD_STATE, terms.safeguard_id, detail),)
    filed_on = past(command.filed_on, cause.at)
    if isinstance(filed_on, str):
        return (refused(command, Reason.SAFEGUARD_UNFIT, terms.safeguard_id, filed_on),)
    filed = SafeguardFiled(
        safeguard=replace(terms, filed_on=command.filed_on),
        reference=command.reference,
        late=terms.filing_due_on is not None and filed_on > day(terms.filing_due_on),
        by_id=cause.actor,
    )
    return (filed,)


def change(registry: Registry, command: ChangeSafeguard, cause: Cause) -> Sequence[Fact]:
    """Record how a safeguard's scope, assessment or checks stand now."""
    terms = _found(registry, command, cause)
    if isinstance(terms, Refused):
        return (terms,)
    changed = replace(
        terms,
        scope_changed=terms.scope_changed if command.scope_changed is None else command.scope_changed,
        tia_current=terms.tia_current if command.tia_current is None else command.tia_current,
        continuing_checks=(
            terms.continuing_checks if command.continuing_checks is None else command.continuing_checks
        ),
    )
    if changed == terms:
        detail = f"{terms.safeguard_id} stands so already; name what is otherwise now"
        return (refused(command, Reason.SAFEGUARD_STATE, terms.safeguard_id, detail),)
    return (SafeguardChanged(safeguard=changed, grounds=command.grounds, by_id=cause.actor),)


def extend(registry: Registry, command: ExtendSafeguard, cause: Cause) -> Sequence[Fact]:
    """Let a security assessment hold longer, if that was sought in its last working days."""
    terms = _found(registry, command, cause)
    if isinstance(terms, Refused):
        return (terms,)
    name, last = terms.safeguard_id, terms.valid_to
    if terms.kind != "CN-ASSESS" or last is None:
        detail = f"{name} is a {terms.kind}; only a CN-ASSESS is extended, anything else is registered anew"
        return (refused(command, Reason.SAFEGUARD_STATE, name, detail),)
    kinds = kind_terms(registry, cause.at)
    window = kinds.cn_assess_extension_working_days
    if (refusal := outside_window(command, day(last), window, cause.at, mainland())) is not None:
        return (refusal,)
    latest = last_day(day(last) + timedelta(days=1), kinds.cn_assess_extension_years)
    until = readable(command.valid_to)
    if isinstance(until, str) or not day(last) < until <= latest:
        detail = (
            f"it holds until {last} and may be extended to {latest} at the latest, not to {command.valid_to}"
        )
        return (refused(command, Reason.SAFEGUARD_UNFIT, name, detail),)
    longer = replace(terms, valid_to=command.valid_to)
    if (refusal := _too_many(registry, command, longer, cause.at)) is not None:
        return (refusal,)
    extended = SafeguardExtended(
        safeguard=longer,
        valid_before=last,
        sought_on=command.sought_on,
        evidence_digest=command.evidence_digest,
        by_id=cause.actor,
    )
    return (extended,)


def revoke(registry: Registry, command: RevokeSafeguard, cause: Cause) -> Sequence[Fact]:
    """Let a safeguard hold no more."""
    terms = _found(registry, command, cause, Role.GOVERNANCE)
    if isinstance(terms, Refused):
        return (terms,)
    revoked = replace(terms, status="revoked")
    return (SafeguardRevoked(safeguard=revoked, grounds=command.grounds, by_id=cause.actor),)


def _strangers(registry: Registry, command: RegisterSafeguard) -> Refused | None:
    for name in (command.exporter_id, command.recipient_id):
        if name is not None and name not in registry.participants:
            detail = f"participant {name} was never admitted; check the name"
            return refused(command, Reason.PARTICIPANT_UNKNOWN, name, detail)
    return None


def _too_many(registry: Registry, command: Command, terms: SafeguardTerms, at: int) -> Refused | None:
    pair = crowded(registry.safeguards.values(), terms, at)
    if pair is None:
        return None
    detail = f"{SAFEGUARDS_MAX} that have not ended are there between {pair}; revoke one that is not needed"
    return refused(command, Reason.SAFEGUARDS_TOO_MANY, terms.safeguard_id, detail)


def _found(
    registry: Registry,
    command: FileSafeguard | ChangeSafeguard | ExtendSafeguard | RevokeSafeguard,
    cause: Cause,
    *besides: Role,
) -> SafeguardTerms | Refused:
    """The safeguard, if it was not revoked and the actor may speak of it."""
    if (refusal := lacking(registry, command, cause, Role.COUNTER, Role.OPERATOR, *besides)) is not None:
        return refusal
    terms = registry.safeguards.get(command.safeguard_id)
    if terms is None:
        detail = f"safeguard {command.safeguard_id} was never registered; check the name"
        return refused(command, Reason.SAFEGUARD_UNKNOWN, command.safeguard_id, detail)
    if terms.status == "revoked":
        detail = f"safeguard {command.safeguard_id} was revoked, for good; register another one"
        return refused(command, Reason.SAFEGUARD_STATE, command.safeguard_id, detail)
    return terms


def _terms(command: RegisterSafeguard, filing_due_on: str | None) -> SafeguardTerms:
    return SafeguardTerms(
        safeguard_id=command.safeguard_id,
        kind=command.kind,
        exporter_id=command.exporter_id,
        recipient_id=command.recipient_id,
        names_destinations=command.names_destinations,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        tz=command.tz,
        recognised_in=command.recognised_in,
        tia_current=command.tia_current,
        continuing_checks=command.continuing_checks,
        filed_on=command.filed_on,
        filing_due_on=filing_due_on,
    )


def _stands(
    registry: Registry,
    fact: SafeguardRegistered | SafeguardFiled | SafeguardChanged | SafeguardExtended | SafeguardRevoked,
    at: int,
) -> None:
    registry.safeguards[fact.safeguard.safeguard_id] = fact.safeguard


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        FileSafeguard: file,
        ChangeSafeguard: change,
        RevokeSafeguard: revoke,
        RegisterSafeguard: register,
        ExtendSafeguard: extend,
    },
    folds={
        SafeguardRegistered: _stands,
        SafeguardFiled: _stands,
        SafeguardChanged: _stands,
        SafeguardExtended: _stands,
        SafeguardRevoked: _stands,
    },
    due={},
)
