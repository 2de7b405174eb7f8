"""What the fence reviews in a business zone comes before the counter; what it made carries on what it turns out to."""

from collections.abc import Sequence

from exchange.bonded.facts import CrossingDecided, OutputOffered, ProvenancesRestated
from exchange.fence.question import question
from exchange.kernel.bases import Recorded
from exchange.kernel.provenance import Provenance
from exchange.policies.policy import REGISTRY, Ask, Policy
from exchange.registry.cases.commands import Handbook, OpenCase, SettleCase
from exchange.registry.reclassifying.commands import RecordCarried


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open a case for every REVIEW that no ruling lifts, and settle those that are answered otherwise.

    The registry follows what was made from product versions that were made in bond.

    Shape: rulings there are for handbooks; what none is behind of waits for facts alone.
    """
    match recorded.fact:
        case CrossingDecided(outcome="REVIEW", admitted=False) as decided:
            return (Ask("registry", REGISTRY, _case(decided, recorded.meta.actor)),)
        case CrossingDecided(settles=(_, *_)) as decided:
            return (Ask("registry", REGISTRY, _settled(decided)),)
        case OutputOffered(provenance=said):
            return (Ask("registry", REGISTRY, _carried(said)),)
        case ProvenancesRestated(changed=changed):
            return tuple(Ask("registry", REGISTRY, _carried(said)) for said in changed)
    return ()


def _carried(said: Provenance) -> RecordCarried:
    return RecordCarried(
        product_id=said.product_id, version=said.version, seller_id=said.seller_id, carried=said.carried
    )


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
        missing=decided.missing,
        demanded=decided.demanded,
        settles=decided.settles,
    )


def _settled(decided: CrossingDecided) -> SettleCase:
    return SettleCase(decision_ids=decided.settles, answered_by=decided.decision_id, outcome=decided.outcome)


BONDED_REGISTRY = Policy("bonded_registry", "bonded", react)
