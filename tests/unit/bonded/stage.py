"""A business zone to play on, and what is asked of it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.bonded import commands as asked
from exchange.bonded.credential import document, signed_bytes
from exchange.bonded.decider import decider
from exchange.bonded.digests import arrival_bytes
from exchange.bonded.facts import (
    CaseOpened,
    ConsignmentProposed,
    DestructionRecorded,
    EgressRequested,
    JobRunCompleted,
    JobRunStarted,
    SourceRegistered,
)
from exchange.bonded.merkle import root, salted
from exchange.bonded.state import Bonded
from exchange.bonded.values import Erasure, ItemRange, Lot, Made, Part, Party, SafeguardTerms
from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Fact
from exchange.kernel.product import DataTraits
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.kernel.time import DAY
from tests.support.stage import START, Stage

F = TypeVar("F", bound=Fact)

EXCHANGE, OPERATOR, COUNTER, GOVERNANCE = POLICY_ACTOR, "OP-CN-01", "SC-CN-01", "MB-CN-01"
ASSESSOR, SELLER, PROCESSOR, OTHER, THIRD = "AS-CN-01", "SE-DE-01", "PR-CN-01", "PR-CN-02", "PR-CN-03"
INDONESIAN, STRANGER = "SE-ID-01", "BU-XX-01"
ZONE, LOT = "BZ-2", "L-1"
KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
    for name in (OPERATOR, COUNTER, GOVERNANCE, ASSESSOR, SELLER, PROCESSOR, OTHER, THIRD, INDONESIAN)
}
RULESETS = load_rulesets()
IN_ZONE = ("CN-LG", "CN-SH-FTZ", "CN-SH")


def digest(name: str) -> bytes:
    """A digest that stands for some content."""
    return sha256(name.encode()).digest()


def a_party(name: str, place: str, *roles: str, **changed: Any) -> asked.RecordParty:
    """A participant as the registry knows it."""
    values: dict[str, Any] = {
        "beneficial_owner": f"UBO-{name}",
        "public_key": KEYS[name].public_key().public_bytes_raw(),
        "registered_zones": IN_ZONE if place == "CN-LG" else (),
    }
    return asked.RecordParty(party=Party(participant_id=name, place=place, roles=roles, **(values | changed)))


PARTIES = (
    a_party(OPERATOR, "CN-LG", "operator"),
    a_party(COUNTER, "CN-LG", "counter"),
    a_party(GOVERNANCE, "CN-LG", "governance"),
    a_party(ASSESSOR, "CN", "assessor"),
    a_party(SELLER, "DE", "seller"),
    a_party(PROCESSOR, "CN-LG", "seller", "processor"),
    a_party(OTHER, "CN-LG", "seller", "processor"),
    a_party(THIRD, "CN-LG", "processor", beneficial_owner=f"UBO-{PROCESSOR}"),
    a_party(INDONESIAN, "ID", "seller"),
)


def traits(**changed: Any) -> DataTraits:
    """Dashcam frames from Germany that show 800,000 persons."""
    values: dict[str, Any] = {
        "category": "general",
        "importance_basis": "none",
        "contains_pi": True,
        "anonymisation": "none",
        "sector": "automobiles",
        "collected_in": ("DE",),
        "persons": 800_000,
        "sensitive_persons": 0,
        "us_class": "none",
        "us_persons_12m": 0,
        "us_government_related": False,
        "eu_special_category": False,
        "eu_art9_condition": False,
    }
    return DataTraits(**(values | changed))


PLATES = traits(collected_in=("CN",), persons=50_000)
"""A table of number plates in the mainland."""


def scc(
    name: str = "I-01", exporter: str = SELLER, recipient: str = PROCESSOR, **changed: Any
) -> SafeguardTerms:
    """Standard contractual clauses of the European Union."""
    values: dict[str, Any] = {
        "kind": "EU-SCC",
        "names_destinations": ("CN",),
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "tz": "Europe/Berlin",
        "tia_current": True,
    }
    return SafeguardTerms(
        safeguard_id=name, exporter_id=exporter, recipient_id=recipient, **(values | changed)
    )


def a_link(name: str = "LK-DE", other: str = "DE", **changed: Any) -> asked.RecordLink:
    """A dedicated line in service between the zone and somewhere."""
    values: dict[str, Any] = {"places": ("CN-LG", other), "kind": "dedicated", "state": "in_service"}
    return asked.RecordLink(link_id=name, **(values | changed))


def a_lot(quantity: int = 10_000, name: str = LOT, each_bytes: int = 2_000_000) -> Lot:
    """Frames of two megabytes."""
    return Lot(name=name, sha256=digest(name), quantity=quantity, size_bytes=quantity * each_bytes)


def a_proposal(handbook_no: str = "HB-0001", **changed: Any) -> asked.ProposeConsignment:
    """C-0001 of the world: 10,000 dashcam frames from Germany."""
    values: dict[str, Any] = {
        "zone_id": ZONE,
        "title": "Dashcam frames",
        "consignor_id": SELLER,
        "processor_id": PROCESSOR,
        "origin": "DE",
        "link_ids": ("LK-DE",),
        "unit": "frame",
        "lots": (a_lot(),),
        "return_list": ("DE",),
        "retention_until": "2027-01-31",
        "key_id": "K-0001",
        "traits": traits(),
    }
    return asked.ProposeConsignment(handbook_no=handbook_no, **(values | changed))


def items(consignment_id: str, first: int, last: int, lot: str = LOT) -> tuple[ItemRange, ...]:
    """Some items of a lot."""
    return (ItemRange(consignment_id=consignment_id, lot=lot, first=first, last=last),)


def a_start(ranges: Sequence[ItemRange] = (), **changed: Any) -> asked.StartJobRun:
    """Three hundred people label frames."""
    values: dict[str, Any] = {
        "zone_id": ZONE,
        "job": "label",
        "output_ids": (),
        "source_ids": (),
        "pool_id": "POOL-1",
        "seats": 100,
        "station_zone": ZONE,
        "keeps_separable": False,
    }
    return asked.StartJobRun(items=tuple(ranges), **(values | changed))


def a_product(ranges: Sequence[ItemRange] = (), reference: str = "P-01", **changed: Any) -> Made:
    """Labelled frames."""
    count = sum(each.last - each.first + 1 for each in ranges)
    values: dict[str, Any] = {
        "kind": "product",
        "unit": "frame",
        "quantity": count or 1,
        "size_bytes": 2_100_000 * (count or 1),
        "sha256": digest(reference),
    }
    return Made(reference=reference, items=tuple(ranges), **(values | changed))


def an_export(*output_ids: str, **changed: Any) -> asked.RequestExport:
    """They are to go to the seller in Germany."""
    values: dict[str, Any] = {
        "recipient_id": SELLER,
        "destination": "DE",
        "link_ids": ("LK-DE",),
        "purpose": "sale",
    }
    return asked.RequestExport(output_ids=output_ids, **(values | changed))


def a_return(ranges: Sequence[ItemRange], **changed: Any) -> asked.RequestReturn:
    """Raw frames are to go back."""
    values: dict[str, Any] = {
        "parts": (Part(name="raw.tar", sha256=digest("raw.tar")),),
        "size_bytes": 2_000_000 * sum(each.last - each.first + 1 for each in ranges),
        "destination": "DE",
        "link_ids": ("LK-DE",),
    }
    return asked.RequestReturn(items=tuple(ranges), **(values | changed))


def a_transfer(ranges: Sequence[ItemRange], **changed: Any) -> asked.RequestTransfer:
    """Raw frames are to go to another handbook."""
    values: dict[str, Any] = {
        "parts": (Part(name="raw.tar", sha256=digest("raw.tar")),),
        "size_bytes": 2_000_000 * sum(each.last - each.first + 1 for each in ranges),
        "processor_id": OTHER,
        "handbook_no": "HB-0002",
        "key_id": "K-0002",
        "lot": "L-2",
    }
    return asked.RequestTransfer(items=tuple(ranges), **(values | changed))


def hashes(count: int) -> list[bytes]:
    """Salted hashes of what was deleted."""
    return [salted(number.to_bytes(4, "big"), digest(f"item {number}")) for number in range(count)]


def erasure(**changed: Any) -> Erasure:
    """The key is destroyed."""
    values: dict[str, Any] = {
        "method": "cryptographic_erase",
        "media": "fenced volume V-7",
        "tool": "keystore",
        "tool_version": "4.2",
        "key_id": "K-0001",
        "key_log_sha256": digest("key log"),
    }
    return Erasure(**(values | changed))


CLEARED: dict[str, Any] = {"method": "purge", "key_id": None, "key_log_sha256": None}


def a_destruction(
    consignment_id: str, ranges: Sequence[ItemRange] = (), *output_ids: str, **changed: Any
) -> asked.RecordDestruction:
    """Frames were deleted."""
    count = sum(each.last - each.first + 1 for each in ranges) + len(output_ids)
    values: dict[str, Any] = {"erasure": erasure(), "merkle_root": root(hashes(count)), "hashes": count}
    return asked.RecordDestruction(
        consignment_id=consignment_id, items=tuple(ranges), output_ids=output_ids, **(values | changed)
    )


def a_count(consignment_id: str, quantity: int, each_bytes: int = 2_000_000) -> asked.CountOnHand:
    """So many frames were found."""
    return asked.CountOnHand(
        consignment_id=consignment_id,
        quantity=quantity,
        size_bytes=quantity * each_bytes,
        evidence_sha256=digest("inventory"),
    )


class ZoneStage(Stage[Bonded]):
    """A stage that knows what its zone would say next."""

    def gave(self, kind: type[F], actor: str, command: Any) -> F:
        """The one fact of a kind that a command brings."""
        facts = self.ask(actor, command)
        found = [fact for fact in facts if isinstance(fact, kind)]
        assert len(found) == 1, facts
        return found[0]

    def ticked(self) -> tuple[Fact, ...]:
        """What happens by itself by now."""
        return self.ask(EXCHANGE, Tick())

    def settled(self) -> list[Fact]:
        """What happens by itself until nothing is due."""
        facts: list[Fact] = []
        while (due := self.decider.next_deadline(self.state)) is not None and due <= self.at:
            facts += self.ticked()
        return facts

    def admitted(self, **changed: Any) -> str:
        """A consignment that came in."""
        return self.gave(ConsignmentProposed, PROCESSOR, a_proposal(**changed)).consignment_id

    def admitted_by(self, processor_id: str, handbook_no: str, **changed: Any) -> str:
        """A consignment of another processor that came in."""
        command = a_proposal(handbook_no, processor_id=processor_id, **changed)
        return self.gave(ConsignmentProposed, processor_id, command).consignment_id

    def started(self, command: asked.StartJobRun, actor: str = PROCESSOR) -> str:
        """A job run that began."""
        return self.gave(JobRunStarted, actor, command).job_run_id

    def made(self, command: asked.StartJobRun, *made: Made, actor: str = PROCESSOR) -> tuple[str, ...]:
        """The outputs of a job run from its beginning to its end."""
        done = asked.CompleteJobRun(job_run_id=self.started(command, actor), made=made)
        return tuple(each.output_id for each in self.gave(JobRunCompleted, actor, done).made)

    def requested(self, command: Any, actor: str = PROCESSOR) -> str:
        """A request to let something out."""
        return self.gave(EgressRequested, actor, command).egress_id

    def source(self, **changed: Any) -> str:
        """Number plates of the mainland."""
        values: dict[str, Any] = {"title": "Number plates", "sha256": digest("plates"), "traits": PLATES}
        command = asked.RegisterSource(zone_id=ZONE, **(values | changed))
        return self.gave(SourceRegistered, PROCESSOR, command).source_id

    def incident(self, job_run_id: str, kind: Any = "undeclared_input", *source_ids: str) -> str:
        """The processor reports itself; the case that opens."""
        command = asked.ReportIncident(
            job_run_id=job_run_id, kind=kind, statement="A table was joined.", source_ids=source_ids
        )
        return self.gave(CaseOpened, PROCESSOR, command).case_id

    def arrival(self, egress_id: str, actor: str = SELLER, **changed: Any) -> asked.ConfirmArrival:
        """The receiver signs what arrived."""
        requested = self.state.egresses[egress_id].requested
        parts, size = changed.get("parts", requested.parts), changed.get("size_bytes", requested.size_bytes)
        signature = KEYS[actor].sign(arrival_bytes(egress_id, parts, size))
        return asked.ConfirmArrival(
            egress_id=egress_id, parts=parts, size_bytes=size, signature=changed.get("signature", signature)
        )

    def verification(
        self, certificate_id: str, actor: str = ASSESSOR, **changed: Any
    ) -> asked.VerifyDestruction:
        """Somebody else looks at it and signs."""
        certificate = self.state.certificates[certificate_id]
        method, sample = changed.get("method", "read back"), changed.get("sample", min(5, certificate.hashes))
        key = KEYS[changed.get("key", actor)]
        unsigned = document(certificate, actor, key.public_key().public_bytes_raw(), method, sample)
        return asked.VerifyDestruction(
            certificate_id=certificate_id,
            method=method,
            sample=sample,
            signature=key.sign(signed_bytes(unsigned)),
        )

    def destroyed(self, command: asked.RecordDestruction) -> str:
        """A deletion that was verified."""
        name = self.gave(DestructionRecorded, PROCESSOR, command).certificate_id
        self.given(ASSESSOR, self.verification(name))
        return name


def a_zone(zone_id: str = ZONE, number: int = 0) -> ZoneStage:
    """BZ-2 with everybody in it, a ruleset in force, a line to Germany, and clauses with the seller there."""
    stage = ZoneStage(decider(RULESETS), number)
    ruleset = newest(RULESETS)
    adopted = asked.AdoptZoneRuleset(
        ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=START - DAY
    )
    stage.given(EXCHANGE, *PARTIES, adopted)
    stage.given(
        OPERATOR,
        asked.OpenBusinessZone(zone_id=zone_id, title="View-only stations", place="CN-LG", seats=300),
        a_link(),
        a_link("LK-SG", "SG"),
        a_link("LK-ID", "ID", places=("SG", "ID")),
    )
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc()))
    return stage
