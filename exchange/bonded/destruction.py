"""Deletion, and its certificate by somebody else. Source: lineage.md section 5."""

from collections.abc import Sequence

from exchange.bonded.commands import RecordDestruction, VerifyDestruction
from exchange.bonded.credential import document, signed_bytes, with_proof
from exchange.bonded.digests import signed
from exchange.bonded.facts import DeletionCertified, DestructionRecorded
from exchange.bonded.items import Wanted, named, not_to_leave, open_one
from exchange.bonded.parties import active, not_one_of
from exchange.bonded.ranges import counted, without
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Consignment, Output, on_hand
from exchange.bonded.values import Party
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

ERASES_THE_KEY = "cryptographic_erase"


def record(bonded: Bonded, command: RecordDestruction, cause: Cause) -> Sequence[Fact]:
    """Take the word of whoever deleted something."""
    consignment = open_one(bonded, command, command.consignment_id)
    if isinstance(consignment, Refused):
        return (consignment,)
    name = command.consignment_id
    if refusal := not_one_of(bonded, command, cause, name, consignment.proposed.processor_id):
        return (refusal,)
    wanted = named(bonded, command, command.items)
    if isinstance(wanted, Refused):
        return (wanted,)
    refusal = _strange(command, wanted) or not_to_leave(bonded, command, wanted)
    refusal = refusal or _unfit_outputs(bonded, command) or _unfit_erasure(command, consignment, wanted)
    if refusal is not None:
        return (refusal,)
    return (
        DestructionRecorded(
            certificate_id=derived_id("DC", cause.partition, cause.offset, 0),
            consignment_id=name,
            zone_id=consignment.proposed.zone_id,
            items=command.items,
            output_ids=tuple(dict.fromkeys(command.output_ids)),
            erasure=command.erasure,
            merkle_root=command.merkle_root,
            hashes=command.hashes,
            operator_id=cause.actor,
            recorded_at=cause.at,
        ),
    )


def verify(bonded: Bonded, command: VerifyDestruction, cause: Cause) -> Sequence[Fact]:
    """Certify what somebody else deleted."""
    certificate = bonded.certificates.get(command.certificate_id)
    if certificate is None:
        detail = "no deletion was recorded under this id here"
        return (refused(command, Reason.CERTIFICATE_UNKNOWN, command.certificate_id, detail),)
    verifier = active(bonded, command, cause.actor)
    if isinstance(verifier, Refused):
        return (verifier,)
    if refusal := _unfit_verifier(bonded, command, certificate, verifier):
        return (refusal,)
    unsigned = document(certificate, cause.actor, verifier.public_key, command.method, command.sample)
    if not signed(verifier.public_key, command.signature, signed_bytes(unsigned)):
        detail = f"it does not verify by the key of {cause.actor}'s commitment"
        return (refused(command, Reason.SIGNATURE_INVALID, command.certificate_id, detail),)
    partial = certificate.erasure.partial
    return (
        DeletionCertified(
            certificate_id=command.certificate_id,
            consignment_id=certificate.consignment_id,
            items=certificate.items,
            output_ids=certificate.output_ids,
            merkle_root=certificate.merkle_root,
            operator_id=certificate.operator_id,
            verifier_id=cause.actor,
            method=command.method,
            sample=command.sample,
            partial=partial,
            key_destroyed=certificate.erasure.method == ERASES_THE_KEY and not partial,
            credential=with_proof(unsigned, command.signature),
        ),
    )


def _strange(command: RecordDestruction, wanted: Wanted) -> Refused | None:
    for name, _ in sorted(wanted):
        if name != command.consignment_id:
            detail = f"the deletion is one of {command.consignment_id}"
            return refused(command, Reason.ITEMS_MIXED, name, detail)
    return None


def _unfit_outputs(bonded: Bonded, command: RecordDestruction) -> Refused | None:
    for output_id in command.output_ids:
        output = bonded.outputs.get(output_id)
        if output is None:
            return refused(command, Reason.OUTPUT_UNKNOWN, output_id, "no such output was made here")
        if command.consignment_id not in bonded.job_runs[output.job_run_id].started.consignment_ids:
            detail = f"it was not made of {command.consignment_id}"
            return refused(command, Reason.OUTPUT_STRANGE, output_id, detail)
        if output.phase != "there":
            return refused(command, Reason.OUTPUT_DESTROYED, output_id, f"it is {output.phase}")
        if user := _at_work(bonded, command.consignment_id, output_id):
            return refused(command, Reason.ITEMS_IN_JOB, output_id, f"{user} works on it")
        if asked := _on_its_way(bonded, output):
            return refused(command, Reason.ITEMS_HELD, output_id, f"{asked} waits to let it out")
    return None


def _at_work(bonded: Bonded, consignment_id: str, output_id: str) -> str | None:
    running = bonded.consignments[consignment_id].running_ids
    return next((name for name in running if output_id in bonded.job_runs[name].started.output_ids), None)


def _on_its_way(bonded: Bonded, output: Output) -> str | None:
    waiting = ("held", "approved")
    return next((name for name in output.egress_ids if bonded.egresses[name].phase in waiting), None)


def _unfit_erasure(command: RecordDestruction, consignment: Consignment, wanted: Wanted) -> Refused | None:
    """Why the deletion does not prove what it says."""
    name, erasure = command.consignment_id, command.erasure
    by_key = erasure.method == ERASES_THE_KEY
    expected = sum(map(counted, wanted.values())) + len(set(command.output_ids))
    if not expected and not by_key:
        return refused(command, Reason.NOTHING_NAMED, name, "no item and no output is named")
    if command.hashes != expected:
        detail = f"{expected} things are named, the tree has {command.hashes} hashes"
        return refused(command, Reason.HASHES_MISSING, name, detail)
    key_id = consignment.proposed.key_id if by_key else None
    if erasure.key_id != key_id or (erasure.key_log_sha256 is None) == by_key:
        named_key = f"key {erasure.key_id}" if erasure.key_id else "no key"
        detail = f"{erasure.method} names {named_key}; the consignment's is {consignment.proposed.key_id}"
        return refused(command, Reason.KEY_UNFIT, name, detail)
    for each, lot in sorted(consignment.lots.items()) if by_key else ():
        if left := without(on_hand(lot), wanted.get((name, each), [])):
            first, last = left[0]
            detail = f"{each}:{first}-{last} is on hand too, under the same key"
            return refused(command, Reason.KEY_COVERS_MORE, name, detail)
    return None


def _unfit_verifier(
    bonded: Bonded, command: VerifyDestruction, certificate: DestructionRecorded, verifier: Party
) -> Refused | None:
    name, operator = command.certificate_id, bonded.parties[certificate.operator_id]
    if name in bonded.certified:
        return refused(command, Reason.CERTIFICATE_ISSUED, name, "it was certified before")
    if verifier.beneficial_owner == operator.beneficial_owner:
        detail = f"{operator.participant_id} deleted it, and has the same owner as {verifier.participant_id}"
        return refused(command, Reason.VERIFIER_IS_OPERATOR, name, detail)
    if not min(1, certificate.hashes) <= command.sample <= certificate.hashes:
        detail = f"{command.sample} of {certificate.hashes} hashes were looked at"
        return refused(command, Reason.SAMPLE_TOO_LARGE, name, detail)
    return None
