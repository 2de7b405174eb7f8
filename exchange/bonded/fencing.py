"""The fence, as bonded processing asks it: on the record, with what the counter lets pass."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from exchange.bonded.crossing import Move, crossing_of
from exchange.bonded.facts import CrossingDecided
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Consignment, asked_key, ruling_key
from exchange.bonded.values import Handbook
from exchange.fence import FenceDecision, Ruleset, decide, written
from exchange.fence.decision import codes_of
from exchange.fence.people import awaits_people, demanded_beside, lifting
from exchange.kernel.bases import Cause, Command
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

Rulesets: TypeAlias = Mapping[str, Ruleset]
"""Rulesets by the hex digest of their content."""
BEHIND_MAX = 20
"""Consignments and sources behind what one decision is about."""
CONSIGNMENTS_MAX = 4
"""Of these, consignments: each is a hop of its own."""


class Answer(NamedTuple):
    """What the fence said, and whether it lets pass: by that answer, or by rulings that lift it.

    Shape: `until` is when it may say otherwise, None never.
    """

    fact: CrossingDecided
    until: int | None

    @property
    def admitted(self) -> bool:
        """Whether it lets pass."""
        return self.fact.admitted

    @property
    def for_people(self) -> bool:
        """Whether people may still let it pass, or a change of what it rests on."""
        return self.fact.outcome == "REVIEW"


def ruleset_in_force(bonded: Bonded, at: int, rulesets: Rulesets) -> Ruleset | None:
    """The ruleset that decides at `at`: the last one adopted that is effective by then."""
    found = next((each for each in reversed(bonded.rulesets) if each.effective_at <= at), None)
    return None if found is None else rulesets[found.digest]


def ruleset_that_holds(bonded: Bonded, at: int, rulesets: Rulesets) -> Ruleset:
    """The ruleset in force, where something is in the zone already, so that there has been one."""
    found = ruleset_in_force(bonded, at, rulesets)
    if found is None:
        raise InvariantBroken("data came into the zone without a ruleset in force")
    return found


def no_ruleset(command: Command, subject: str) -> Refused:
    """The refusal of what the fence cannot decide."""
    return refused(command, Reason.RULESET_MISSING, subject, "no ruleset is in force; activate one")


def ask(bonded: Bonded, move: Move, subject: str, cause: Cause, rulesets: Rulesets) -> Answer:
    """Ask the fence about a move, under the ruleset in force, which there is."""
    ruleset = ruleset_that_holds(bonded, cause.at, rulesets)
    asked = crossing_of(bonded, move, cause.at, ruleset)
    crossing = asked.crossing
    decision = decide(crossing, ruleset)
    lifting, lifted_until = _lifted(bonded, move.consignments, decision, cause.at)
    next_ruleset = min(
        (each.effective_at for each in bonded.rulesets if each.effective_at > cause.at), default=None
    )
    until = _earliest(decision.holds_until, next_ruleset, lifted_until, asked.until)
    handbooks = tuple(
        Handbook(zone_id=each.proposed.zone_id, handbook_no=each.proposed.handbook_no)
        for each in move.consignments
    )
    key = asked_key(move.intent, subject, move.recipient.participant_id, handbooks)
    waiting = bonded.before_the_counter.get(key)
    fact = CrossingDecided(
        decision_id=derived_id("BD", cause.partition, cause.offset, bonded.decided),
        intent_kind=move.intent,
        subject=subject,
        exporter_id=crossing.hops[0].exporter.id,
        recipient_id=move.recipient.participant_id,
        outcome=decision.outcome.value,
        admitted=decision.admitted or bool(lifting),
        reason_codes=decision.reason_codes,
        deciding_codes=decision.deciding_codes,
        note_codes=decision.note_codes,
        obligations=decision.obligations,
        satisfied_by=decision.satisfied_by,
        ruleset_version=decision.ruleset_version,
        ruleset_digest=decision.ruleset_digest,
        inputs_digest=decision.inputs_digest,
        holds_until=until,
        crossing=written(crossing),
        decision=written(decision),
        missing=tuple(dict.fromkeys(name for hop in decision.per_hop for name in hop.missing)),
        ruling_ids=lifting,
        handbooks=handbooks,
        demanded=demanded_beside(decision),
        settles=() if waiting is None else (waiting,),
        attested=asked.attested,
    )
    return Answer(fact, until)


def not_admitted(command: Command, subject: str, answer: Answer) -> Refused:
    """The refusal that an answer brings, with the fence's codes."""
    fact = answer.fact
    supply = f"; supply what is not known: {', '.join(fact.missing)}" if fact.missing else ""
    detail = f"{fact.outcome} under ruleset {fact.ruleset_version}, decision {fact.decision_id}{supply}"
    return refused(command, Reason.FENCE_REFUSED, subject, detail, codes_of(fact))


def _lifted(
    bonded: Bonded, consignments: Sequence[Consignment], decision: FenceDecision, at: int
) -> tuple[tuple[str, ...], int | None]:
    """The rulings by which a decision counts as admitted, and when the first of them ends; none where they do not."""
    if not consignments or not awaits_people(decision):
        return (), None
    found = []
    for consignment in consignments:
        key = ruling_key(consignment.proposed.zone_id, consignment.proposed.handbook_no)
        holding = [each for each in bonded.rulings.get(key, ()) if at < each.valid_until]
        naming = lifting(decision, holding)
        if naming is None:
            return (), None
        found += naming
    names = tuple(dict.fromkeys(each.ruling_id for each in found))
    return names, min(each.valid_until for each in found)


def _earliest(*instants: int | None) -> int | None:
    return min((each for each in instants if each is not None), default=None)
