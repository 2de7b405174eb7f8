"""What surrounds the zone: parties, rulesets, places, lines, safeguards, and what the counter lets pass."""

from collections.abc import Collection, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from exchange.bonded.commands import (
    AdoptZoneRuleset,
    EndLift,
    LiftReview,
    OpenBusinessZone,
    RecordLink,
    RecordParty,
    RecordPartyStanding,
    RecordSafeguard,
)
from exchange.bonded.facts import (
    BusinessZoneOpened,
    LiftEnded,
    LinkRecorded,
    PartyRecorded,
    PartyStandingRecorded,
    ReviewLifted,
    SafeguardRecorded,
    ZoneRulesetAdopted,
)
from exchange.bonded.parties import lacking, not_a_policy
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, ruling_key
from exchange.bonded.values import SafeguardTerms
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.safeguard import SAFEGUARDS_MAX
from exchange.kernel.time import DAY, iso

BONDED_PLACE = "CN-LG"
PARTY_BYTES_MAX = 4 * 1024
"""A party stands in every decision that it takes part in."""
RULINGS_MAX = 20
"""Rulings that hold for one handbook at a time."""
RULING_LASTS_MAX = 3 * 366 * DAY


def record_party(bonded: Bonded, command: RecordParty, cause: Cause) -> Sequence[Fact]:
    """Remember a participant as the registry knows it now."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    name = command.party.participant_id
    size = len(msgspec.json.encode(command.party))
    if size > PARTY_BYTES_MAX:
        detail = f"what is said of it takes {size} bytes, {PARTY_BYTES_MAX} are there"
        return (refused(command, Reason.PARTY_TOO_LONG, name, detail),)
    return (PartyRecorded(party=command.party),)


def record_party_standing(bonded: Bonded, command: RecordPartyStanding, cause: Cause) -> Sequence[Fact]:
    """Remember that a participant was suspended or reinstated."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    if command.participant_id not in bonded.parties:
        detail = f"{command.participant_id} was never recorded here"
        return (refused(command, Reason.PARTY_UNKNOWN, command.participant_id, detail),)
    return (PartyStandingRecorded(participant_id=command.participant_id, active=command.active),)


def adopt_ruleset(
    bonded: Bonded, command: AdoptZoneRuleset, cause: Cause, rulesets: Collection[str]
) -> Sequence[Fact]:
    """Decide by a ruleset from its time on, if it is one of those this installation has, by their digests."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    if command.ruleset_digest not in rulesets:
        detail = f"no ruleset of content {command.ruleset_digest} is installed here"
        return (refused(command, Reason.RULESET_NOT_INSTALLED, command.ruleset_version, detail),)
    latest = bonded.rulesets[-1] if bonded.rulesets else None
    if latest is not None and command.effective_at < latest.effective_at:
        earlier, this = iso(latest.effective_at), iso(command.effective_at)
        detail = f"{latest.version} takes effect at {earlier}, this one at {this}"
        return (refused(command, Reason.RULESET_TOO_EARLY, command.ruleset_version, detail),)
    return (
        ZoneRulesetAdopted(
            ruleset_version=command.ruleset_version,
            ruleset_digest=command.ruleset_digest,
            effective_at=command.effective_at,
        ),
    )


def open_zone(bonded: Bonded, command: OpenBusinessZone, cause: Cause) -> Sequence[Fact]:
    """Open a business zone."""
    if refusal := lacking(bonded, command, cause, "operator"):
        return (refusal,)
    if command.zone_id in bonded.zones:
        return (refused(command, Reason.ZONE_EXISTS, command.zone_id, "it is open"),)
    if command.place != BONDED_PLACE:
        detail = f"{command.place} is not {BONDED_PLACE}, the bonded side of the special area"
        return (refused(command, Reason.ZONE_NOT_BONDED, command.zone_id, detail),)
    return (
        BusinessZoneOpened(
            zone_id=command.zone_id, title=command.title, place=command.place, seats=command.seats
        ),
    )


def record_link(bonded: Bonded, command: RecordLink, cause: Cause) -> Sequence[Fact]:
    """Remember a line, or how it stands now."""
    if refusal := lacking(bonded, command, cause, "operator"):
        return (refusal,)
    if command.places[0] == command.places[1]:
        detail = f"both ends are at {command.places[0]}"
        return (refused(command, Reason.PLACES_SAME, command.link_id, detail),)
    return (
        LinkRecorded(link_id=command.link_id, places=command.places, kind=command.kind, state=command.state),
    )


def record_safeguard(bonded: Bonded, command: RecordSafeguard, cause: Cause) -> Sequence[Fact]:
    """Remember a safeguard, or how it stands now; of one that is registered the registry has the only word."""
    terms = command.safeguard
    if cause.actor == POLICY_ACTOR:
        return (SafeguardRecorded(safeguard=terms, registered=True),)
    if refusal := lacking(bonded, command, cause, "operator", "counter"):
        return (refusal,)
    if terms.safeguard_id in bonded.registered_safeguards:
        detail = f"{terms.safeguard_id} is registered; what has changed about it is recorded in the registry"
        return (refused(command, Reason.SAFEGUARD_REGISTERED, terms.safeguard_id, detail),)
    if (fault := _unreadable(terms)) is not None:
        return (refused(command, Reason.SAFEGUARD_UNFIT, terms.safeguard_id, fault),)
    if _as_many_as_may(bonded, terms):
        detail = f"{SAFEGUARDS_MAX} are recorded between {terms.exporter_id} and {terms.recipient_id}"
        return (refused(command, Reason.SAFEGUARDS_TOO_MANY, terms.safeguard_id, detail),)
    return (SafeguardRecorded(safeguard=terms),)


def _unreadable(terms: SafeguardTerms) -> str | None:
    """What of a safeguard's days is no day, and of its zone no zone."""
    days = (terms.valid_from, terms.valid_to, terms.filed_on, terms.filing_due_on)
    try:
        begins, ends, *_ = [None if each is None else date.fromisoformat(each) for each in days]
        ZoneInfo(terms.tz)
    except (ValueError, OSError) as error:
        return f"{error}"
    except KeyError:
        return f"{terms.tz} is no IANA time zone"
    return f"it ends on {ends}, before it begins" if begins and ends and ends < begins else None


def _as_many_as_may(bonded: Bonded, terms: SafeguardTerms) -> bool:
    """Whether these parties have as many safeguards as one decision may hold."""
    beside = (each for each in bonded.safeguards.values() if each.safeguard_id != terms.safeguard_id)
    return sum(_meet(each, terms) for each in beside) >= SAFEGUARDS_MAX


def _meet(one: SafeguardTerms, other: SafeguardTerms) -> bool:
    """Whether two safeguards may be looked at for the same crossing."""
    exporters, recipients = {one.exporter_id, other.exporter_id}, {one.recipient_id, other.recipient_id}
    return (len(exporters) == 1 or None in exporters) and (len(recipients) == 1 or None in recipients)


def lift_review(bonded: Bonded, command: LiftReview, cause: Cause) -> Sequence[Fact]:
    """Let pass what the fence puts to people, for one handbook; what it replaces ends, even if this does not fit."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    over = (_ended(bonded, command, command.reference),) if command.replaces else ()
    if refusal := _unfit(bonded, command, cause):
        return (*over, refusal)
    return (
        ReviewLifted(
            ruling_id=derived_id("ZR", cause.partition, cause.offset, 0),
            zone_id=command.zone_id,
            handbook_no=command.handbook_no,
            codes=tuple(dict.fromkeys(command.codes)),
            valid_until=command.valid_until,
            panel=command.panel,
            grounds=command.grounds,
            reference=command.reference,
            by_id=cause.actor,
        ),
        *over,
    )


def end_lift(bonded: Bonded, command: EndLift, cause: Cause) -> Sequence[Fact]:
    """Let what came of a case hold no more; what is not over yet is asked about again."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    return (_ended(bonded, command, command.case_id),)


def _ended(bonded: Bonded, command: LiftReview | EndLift, case_id: str) -> LiftEnded:
    held = bonded.rulings.get(ruling_key(command.zone_id, command.handbook_no), ())
    return LiftEnded(
        zone_id=command.zone_id,
        handbook_no=command.handbook_no,
        case_id=case_id,
        ruling_ids=tuple(each.ruling_id for each in held if each.reference == case_id),
        grounds=command.grounds,
    )


def _unfit(bonded: Bonded, command: LiftReview, cause: Cause) -> Refused | None:
    if command.zone_id not in bonded.zones:
        return unknown_zone(command, command.zone_id)
    if not cause.at < command.valid_until <= cause.at + RULING_LASTS_MAX:
        until, latest = iso(command.valid_until), iso(cause.at + RULING_LASTS_MAX)
        detail = f"it would hold until {until}; name a time after {iso(cause.at)}, {latest} at the latest"
        return refused(command, Reason.TIME_OUT_OF_RANGE, command.handbook_no, detail)
    held = bonded.rulings.get(ruling_key(command.zone_id, command.handbook_no), ())
    if sum(each.valid_until > cause.at for each in held) >= RULINGS_MAX:
        detail = f"{RULINGS_MAX} rulings hold for it"
        return refused(command, Reason.RULINGS_TOO_MANY, command.handbook_no, detail)
    return None


def unknown_zone(command: Command, zone_id: str) -> Refused:
    """The refusal where nobody opened a zone of that name here."""
    return refused(command, Reason.ZONE_UNKNOWN, zone_id, f"no business zone {zone_id} was opened here")
