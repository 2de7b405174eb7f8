"""What is asked of the fence when something is to leave a handbook, and how its answer is put on record."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from exchange.bonded.crossing import Intent, Move, behind_it, exported_key
from exchange.bonded.facts import DecisionRevoked, EgressApproved, EgressHeld, EgressRequested
from exchange.bonded.facts import Ground as Ground
from exchange.bonded.fencing import Answer, Rulesets, ask
from exchange.bonded.origins import lots_among, origins_of
from exchange.bonded.persons.counting import export_counted
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.bonded.taint import carried_by_run
from exchange.fence.decision import codes_of
from exchange.kernel.bases import Cause, Fact

Stage: TypeAlias = Literal["admitted", "approved", "left"]
_INTENTS: dict[str, Intent] = {"export": "export", "return": "return", "transfer": "job"}


def asked_about(bonded: Bonded, requested: EgressRequested, cause: Cause, rulesets: Rulesets) -> Answer:
    """The fence's answer to a request."""
    return ask(bonded, _move(bonded, requested, cause), requested.egress_id, cause, rulesets)


def answered(bonded: Bonded, requested: EgressRequested, answer: Answer) -> Fact:
    """How the answer is put on record; of a consignment that people have to let in, only raw items go back."""
    egress_id, decision_id = requested.egress_id, answer.fact.decision_id
    waits = requested.kind != "return" and any(
        bonded.consignments[name].phase == "in_review" for name in requested.consignment_ids
    )
    if answer.admitted and not waits:
        return EgressApproved(
            egress_id=egress_id,
            decision_id=decision_id,
            holds_until=answer.until,
            lifted=answer.fact.deciding_codes if answer.fact.ruling_ids else (),
        )
    return EgressHeld(
        egress_id=egress_id,
        decision_id=decision_id,
        outcome=answer.fact.outcome,
        codes=(Reason.CONSIGNMENT_NOT_ADMITTED.value,) if answer.admitted else codes_of(answer.fact),
        holds_until=answer.until,
    )


def counted(bonded: Bonded, requested: EgressRequested, said: Fact, at: int) -> tuple[Fact, ...]:
    """The persons that an export lets out, if it was approved, and as far as they do not count already."""
    approved = isinstance(said, EgressApproved) and requested.kind == "export"
    return export_counted(bonded, requested, at) if approved else ()


def decide_again(
    bonded: Bonded, egress_id: str, ground: Ground, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Ask the fence again about a request that has not left; an approval that falls is revoked."""
    egress = bonded.egresses[egress_id]
    answer = asked_about(bonded, egress.requested, cause, rulesets)
    said = answered(bonded, egress.requested, answer)
    if egress.phase == "approved" and isinstance(said, EgressHeld):
        return (answer.fact, revoked(egress.decision_id, egress_id, "approved", ground), said)
    return (answer.fact, said, *counted(bonded, egress.requested, said, cause.at))


def revoked(decision_id: str, subject: str, stage: Stage, ground: Ground) -> DecisionRevoked:
    """That an answer holds no more."""
    return DecisionRevoked(decision_id=decision_id, subject=subject, stage=stage, ground=ground)


def _move(bonded: Bonded, requested: EgressRequested, cause: Cause) -> Move:
    processor = requested.processor_id
    source_ids = dict.fromkeys(lots_among(bonded, requested.items))
    carried = [bonded.origins[name].carried for name in origins_of(bonded, requested.items)]
    for output_id in requested.output_ids:
        job_run_id = bonded.outputs[output_id].job_run_id
        source_ids |= dict.fromkeys(bonded.job_runs[job_run_id].source_ids)
        carried.append(carried_by_run(bonded, job_run_id))
    keys = (exported_key(processor, cause.at, "domestic"), exported_key(processor, cause.at, "any"))
    return Move(
        intent=_INTENTS[requested.kind],
        origin=BONDED_PLACE,
        destination=requested.destination,
        exporter=bonded.parties[processor],
        recipient=bonded.parties[requested.recipient_id],
        behind=behind_it(bonded, (*requested.consignment_ids, *source_ids)),
        carried=carried,
        consignments=[bonded.consignments[name] for name in requested.consignment_ids],
        link_ids=requested.link_ids,
        purpose=requested.purpose,
        transaction_type=requested.transaction_type,
        remote_access_from=requested.remote_access_from,
        foreign_authority_request=requested.foreign_authority_request,
        counted=(bonded.exported.get(keys[0], ()), bonded.exported.get(keys[1], ())),
        scenario_id=requested.scenario_id,
        output_ids=requested.output_ids,
    )
