"""How facts about parties, rulesets, places, lines, safeguards and rulings change what is remembered."""

from msgspec.structs import replace

from exchange.bonded import facts as happened
from exchange.bonded.agenda import ask_again, restate_all
from exchange.bonded.fenced.ending import end_where
from exchange.bonded.fenced.state import Access
from exchange.bonded.state import Bonded, Ruleset, Zone, asked_key, ruling_key
from exchange.fence.outcome import Outcome

ASKED_MAX = 5_000
"""Decisions that wait before the counter and are remembered; the oldest are answered only when somebody asks again."""


def party(bonded: Bonded, fact: happened.PartyRecorded, at: int) -> None:
    """Remember who it is; of one that was known before, whatever is open is asked about again."""
    name = fact.party.participant_id
    known = name in bonded.parties
    bonded.parties[name] = fact.party
    if not known:
        return
    end_where(
        bonded, "suspended", at, lambda each: each.processor_id == name and not _processes(bonded, each)
    )
    ask_again_all(bonded, at)


def _processes(bonded: Bonded, access: Access) -> bool:
    """Whether whose session or volume it is may still process in that zone."""
    party = bonded.parties[access.processor_id]
    return "processor" in party.roles and party.place == bonded.zones[access.zone_id].place


def standing(bonded: Bonded, fact: happened.PartyStandingRecorded, at: int) -> None:
    """Remember how it stands; whatever is open is asked about again."""
    bonded.parties[fact.participant_id] = replace(bonded.parties[fact.participant_id], active=fact.active)
    if not fact.active:
        end_where(bonded, "suspended", at, lambda each: each.processor_id == fact.participant_id)
    ask_again_all(bonded, at)


def ruleset(bonded: Bonded, fact: happened.ZoneRulesetAdopted, at: int) -> None:
    """Remember it; those that can never decide again are forgotten."""
    bonded.rulesets.append(Ruleset(fact.ruleset_version, fact.ruleset_digest, fact.effective_at))
    in_force = [place for place, each in enumerate(bonded.rulesets) if each.effective_at <= at]
    if in_force:
        del bonded.rulesets[: in_force[-1]]
    ask_again_all(bonded, at)


def zone(bonded: Bonded, fact: happened.BusinessZoneOpened, at: int) -> None:
    """Remember it, empty."""
    bonded.zones[fact.zone_id] = Zone(place=fact.place, seats=fact.seats)


def link(bonded: Bonded, fact: happened.LinkRecorded, at: int) -> None:
    """Remember how it stands."""
    bonded.links[fact.link_id] = fact
    restate_all(bonded, at)
    ask_again_all(bonded, at)


def safeguard(bonded: Bonded, fact: happened.SafeguardRecorded, at: int) -> None:
    """Remember how it stands."""
    bonded.safeguards[fact.safeguard.safeguard_id] = fact.safeguard
    ask_again_all(bonded, at)


def review_lifted(bonded: Bonded, fact: happened.ReviewLifted, at: int) -> None:
    """Remember it beside those that still hold."""
    key = ruling_key(fact.zone_id, fact.handbook_no)
    holding = [each for each in bonded.rulings.get(key, ()) if each.valid_until > at]
    bonded.rulings[key] = [*holding, fact]
    ask_again_all(bonded, at)


def lift_ended(bonded: Bonded, fact: happened.LiftEnded, at: int) -> None:
    """Forget what came of the case; whatever is open is asked about again."""
    key = ruling_key(fact.zone_id, fact.handbook_no)
    bonded.rulings[key] = [
        each for each in bonded.rulings.get(key, ()) if each.ruling_id not in fact.ruling_ids
    ]
    ask_again_all(bonded, at)


def decided(bonded: Bonded, fact: happened.CrossingDecided, at: int) -> None:
    """Number the next one, and remember what waits before the counter for facts."""
    bonded.decided += 1
    key = asked_key(fact.intent_kind, fact.subject, fact.recipient_id, fact.handbooks)
    lacks = bool(fact.missing or fact.demanded)
    if lacks and fact.outcome == Outcome.REVIEW.value and not fact.admitted:
        if key not in bonded.before_the_counter:
            bonded.asked_in_turn.append(key)
        bonded.before_the_counter[key] = fact.decision_id
        if len(bonded.asked_in_turn) > ASKED_MAX:
            del bonded.before_the_counter[bonded.asked_in_turn.pop(0)]
    elif bonded.before_the_counter.pop(key, None) is not None:
        bonded.asked_in_turn.remove(key)


def ask_again_all(bonded: Bonded, at: int) -> None:
    """Whatever is open may be answered otherwise now."""
    for subject in bonded.open_ids:
        ask_again(bonded, subject, at)
