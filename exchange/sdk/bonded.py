"""The door to the business zones: for processors, consignors, receivers and verifiers."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.bonded.commands import (
    CompleteJobRun,
    ConfirmArrival,
    CountOnHand,
    FailJobRun,
    OpenBusinessZone,
    ProposeConsignment,
    RecordDestruction,
    RecordLink,
    RegisterSource,
    ReportIncident,
    RequestExport,
    RequestReturn,
    RequestTransfer,
    ScrapItems,
    StartJobRun,
    VerifyDestruction,
    WithdrawEgress,
    WriteOff,
)
from exchange.bonded.credential import document, signed_bytes
from exchange.bonded.digests import arrival_bytes
from exchange.bonded.facts import (
    BalanceCounted,
    BusinessZoneOpened,
    CaseOpened,
    ConsignmentProposed,
    ConsignmentWrittenOff,
    DeletionCertified,
    DestructionRecorded,
    EgressRequested,
    EgressWithdrawn,
    ItemsScrapped,
    JobRunCompleted,
    JobRunFailed,
    JobRunStarted,
    LinkRecorded,
    SourceRegistered,
)
from exchange.bonded.persons.commands import UnitePersons
from exchange.bonded.persons.facts import PersonsUnited
from exchange.bonded.values import IncidentKind, ItemRange, Made, Part
from exchange.sdk.rooms.fenced import FencedRooms
from exchange.sdk.zones import place_of
from streams.answers import Answer
from streams.deadline import DEADLINE_S, Deadline


class Bonded(FencedRooms):
    """Asks for what happens in business zones.

    Shape: a `zone` is a business zone's id, or the number of the partition that an id of a fact names; whatever the
    fence only holds is no refusal: the answer of `propose`, and the egresses in the tables, say how it stands.
    """

    async def open_zone(
        self, command: OpenBusinessZone, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BusinessZoneOpened:
        """Open a business zone, as an operator."""
        return await self._fact(BusinessZoneOpened, "bonded", command.zone_id, command, id, deadline_s)

    async def record_link(
        self, zone: str | int, command: RecordLink, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> LinkRecorded:
        """Say how a line stands, as an operator."""
        return await self._fact(LinkRecorded, "bonded", zone, command, id, deadline_s)

    async def propose(
        self, command: ProposeConsignment, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ConsignmentProposed:
        """Ask to bring raw data in. Raises: Refusal where the fence does not let it, with its codes."""
        return await self._fact(ConsignmentProposed, "bonded", command.zone_id, command, id, deadline_s)

    async def register_source(
        self, command: RegisterSource, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SourceRegistered:
        """Say of data of no consignment what it is."""
        return await self._fact(SourceRegistered, "bonded", command.zone_id, command, id, deadline_s)

    async def unite_persons(
        self, command: UnitePersons, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PersonsUnited:
        """Say how many distinct persons consignments and sources of a zone hold together, as who exports them."""
        place = place_of(command.origin_ids[0])
        return await self._fact(PersonsUnited, "bonded", place, command, id, deadline_s)

    async def start(
        self, command: StartJobRun, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> JobRunStarted:
        """Begin a job run."""
        return await self._fact(JobRunStarted, "bonded", command.zone_id, command, id, deadline_s)

    async def complete(
        self, job_run_id: str, made: Sequence[Made], *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> JobRunCompleted:
        """Say what a job run has made."""
        command = CompleteJobRun(job_run_id=job_run_id, made=tuple(made))
        return await self._fact(JobRunCompleted, "bonded", place_of(job_run_id), command, id, deadline_s)

    async def fail(
        self, job_run_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> JobRunFailed:
        """Say that a job run made nothing."""
        command = FailJobRun(job_run_id=job_run_id, grounds=grounds)
        return await self._fact(JobRunFailed, "bonded", place_of(job_run_id), command, id, deadline_s)

    async def report_incident(
        self,
        job_run_id: str,
        kind: IncidentKind,
        statement: str,
        source_ids: Sequence[str] = (),
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> CaseOpened:
        """Say what went wrong in a job run."""
        command = ReportIncident(
            job_run_id=job_run_id, kind=kind, statement=statement, source_ids=tuple(source_ids)
        )
        return await self._fact(CaseOpened, "bonded", place_of(job_run_id), command, id, deadline_s)

    async def request(
        self,
        command: RequestExport | RequestReturn | RequestTransfer,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EgressRequested:
        """Ask to let something out. Raises: Refusal where the fence does not let it, with its codes."""
        named = (
            command.output_ids[0] if isinstance(command, RequestExport) else command.items[0].consignment_id
        )
        return await self._fact(EgressRequested, "bonded", place_of(named), command, id, deadline_s)

    async def confirm_arrival(
        self,
        egress_id: str,
        parts: Sequence[Part],
        size_bytes: int,
        key: Ed25519PrivateKey,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Answer:
        """Sign what arrived, with the key of the receiver's commitment. Raises: Refusal if it is not what was sent."""
        signature = key.sign(arrival_bytes(egress_id, parts, size_bytes))
        command = ConfirmArrival(
            egress_id=egress_id, parts=tuple(parts), size_bytes=size_bytes, signature=signature
        )
        return await self._settled("bonded", place_of(egress_id), command, id, Deadline(deadline_s))

    async def withdraw(
        self, egress_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EgressWithdrawn:
        """Take back a request to let something out."""
        command = WithdrawEgress(egress_id=egress_id, grounds=grounds)
        return await self._fact(EgressWithdrawn, "bonded", place_of(egress_id), command, id, deadline_s)

    async def scrap(
        self,
        items: Sequence[ItemRange],
        grounds: str,
        evidence_sha256: bytes,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ItemsScrapped:
        """Write off items that are defective or lost."""
        command = ScrapItems(items=tuple(items), grounds=grounds, evidence_sha256=evidence_sha256)
        place = place_of(command.items[0].consignment_id)
        return await self._fact(ItemsScrapped, "bonded", place, command, id, deadline_s)

    async def record_destruction(
        self, command: RecordDestruction, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DestructionRecorded:
        """Say what was deleted, and how."""
        place = place_of(command.consignment_id)
        return await self._fact(DestructionRecorded, "bonded", place, command, id, deadline_s)

    async def verify_destruction(
        self,
        certificate: DestructionRecorded,
        method: str,
        sample: int,
        key: Ed25519PrivateKey,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DeletionCertified:
        """Certify what somebody else deleted, with the key of the verifier's commitment."""
        public_key = key.public_key().public_bytes_raw()
        unsigned = document(certificate, self.participant_id, public_key, method, sample)
        command = VerifyDestruction(
            certificate_id=certificate.certificate_id,
            method=method,
            sample=sample,
            signature=key.sign(signed_bytes(unsigned)),
        )
        place = place_of(certificate.certificate_id)
        return await self._fact(DeletionCertified, "bonded", place, command, id, deadline_s)

    async def count(
        self,
        consignment_id: str,
        quantity: int,
        size_bytes: int,
        evidence_sha256: bytes,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BalanceCounted:
        """Say what was found on hand."""
        command = CountOnHand(
            consignment_id=consignment_id,
            quantity=quantity,
            size_bytes=size_bytes,
            evidence_sha256=evidence_sha256,
        )
        return await self._fact(BalanceCounted, "bonded", place_of(consignment_id), command, id, deadline_s)

    async def write_off(
        self, consignment_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ConsignmentWrittenOff:
        """Close the handbook of a consignment of which nothing is left."""
        command = WriteOff(consignment_id=consignment_id)
        place = place_of(consignment_id)
        return await self._fact(ConsignmentWrittenOff, "bonded", place, command, id, deadline_s)
