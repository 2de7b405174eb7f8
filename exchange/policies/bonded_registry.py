"""What the fence leaves to people in a business zone comes before the counter."""

from collections.abc import Sequence

from exchange.bonded.facts import CrossingDecided
from exchange.fence import read_decision
from exchange.fence.people import awaits_people
from exchange.fence.question import question
from exchange.kernel.bases import Recorded
from exchange.policies.policy import REGISTRY, Ask, Policy
from exchange.registry.cases.commands import Handbook, OpenCase


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open a case where nothing but the judgement of people is wanting. Shape: rulings there are for handbooks."""
    match recorded.fact:
        case CrossingDecided(outcome="REVIEW", admitted=False, handbooks=(_, *_)) as decided if _waits(
            decided
        ):
            return (Ask("registry", REGISTRY, _case(decided, recorded.meta.actor)),)
    return ()


def _waits(decided: CrossingDecided) -> bool:
    return awaits_people(read_decision(decided.decision))


def _case(decided: CrossingDecided, actor: str) -> OpenCase:
    return OpenCase(
        asked_in="bonded",
        decision_id=decided.decision_id,
        subject=decided.subject,
        handbooks=tuple(
            Handbook(zone_id=each.zone_id, handbook_no=each.handbook_no) for each in decided.handbooks
        ),
        seller_id=decided.exporter_id,
        buyer_id=decided.recipient_id,
        codes=decided.deciding_codes,
        question=question(decided.crossing, decided.ruleset_digest),
        asked_by=actor,
    )


BONDED_REGISTRY = Policy("bonded_registry", "bonded", react)
