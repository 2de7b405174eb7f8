"""What facts said that later ones build on: folded as the journals are read, the registry's first."""

from collections.abc import Callable, Set
from typing import Any, NamedTuple

from exchange.bonded.between.facts import TransferTakenIn
from exchange.bonded.facts import (
    ConsignmentProposed,
    CrossingDecided,
    DestructionRecorded,
    EgressRequested,
    ItemsTransferred,
    JobRunCompleted,
    JobRunStarted,
    SourceReclassified,
    SourceRegistered,
    TaintsRecomputed,
)
from exchange.bonded.taint import carried_by_source
from exchange.bonded.values import Carried, MadeOutput
from exchange.delivery.facts import EntitlementOpened
from exchange.kernel.bases import Fact
from exchange.kernel.product import DataTraits
from exchange.lineage.names import version_name
from exchange.market.facts import TradeMatched
from exchange.provenance.model import Consigned, Decision, Taint
from exchange.registry.facts import ListingPublished, OpinionFiled, ProductDrafted

VersionKey = tuple[str, str]


class Lot(NamedTuple):
    """A lot of a consignment."""

    quantity: int
    size_bytes: int
    sha256: str


class Known:
    """What an export remembers: of versions, entitlements, consignments, job runs and their outputs the last word.

    Shape: `mainland` are the places whose personal data is domestic.
    """

    def __init__(self, mainland: Set[str]) -> None:
        self.mainland = mainland
        self.versions: dict[VersionKey, ProductDrafted | ListingPublished] = {}
        self.opinions: dict[VersionKey, list[OpinionFiled]] = {}
        self.entitlements: dict[str, EntitlementOpened] = {}
        self.trade_decisions: dict[str, Decision] = {}
        self.rulesets: dict[str, str] = {}
        self.consigned: dict[str, Consigned] = {}
        self.lots: dict[str, dict[str, Lot]] = {}
        self.carried: dict[str, Carried] = {}
        self.titles: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.egresses: dict[str, EgressRequested] = {}
        self.job_runs: dict[str, JobRunStarted] = {}
        self.outputs: dict[str, MadeOutput] = {}
        self.run_of: dict[str, str] = {}
        self.deletions: dict[str, DestructionRecorded] = {}

    def take(self, fact: Fact) -> None:
        """Remember what a fact says."""
        handler = _TAKES.get(type(fact))
        if handler is not None:
            handler(self, fact)

    def version_of(self, product_id: str, version: str, stored_in: str = "") -> str:
        """The name of a product version; where it is stored is looked up if it is not said."""
        found = self.versions.get((product_id, version))
        return version_name(stored_in or (found.stored_in if found else "external"), product_id, version)

    def taint_of(self, traits: DataTraits) -> Taint:
        """What a product carries by its own description."""
        return _taint(carried_by_source(traits, self.mainland))

    def taint(self, bonded_id: str) -> Taint | None:
        """What a consignment, a source or the outputs of a job run carry."""
        carried = self.carried.get(bonded_id)
        return None if carried is None else _taint(carried)

    def decision(self, decision_id: str) -> Decision | None:
        """A decision with its ruleset; None if it was never read."""
        ruleset = self.rulesets.get(decision_id)
        return None if ruleset is None else Decision(decision_id, ruleset)


def _taint(carried: Carried) -> Taint:
    return Taint(carried.domestic_pi, carried.important, carried.separable)


def _version(known: Known, fact: ProductDrafted | ListingPublished) -> None:
    known.versions[(fact.product_id, fact.version)] = fact


def _opinion(known: Known, fact: OpinionFiled) -> None:
    known.opinions.setdefault((fact.product_id, fact.version), []).append(fact)


def _matched(known: Known, fact: TradeMatched) -> None:
    if (said := fact.decision) is not None:
        known.trade_decisions[fact.trade_id] = Decision(said.decision_id, said.ruleset_version)


def _opened(known: Known, fact: EntitlementOpened) -> None:
    known.entitlements[fact.entitlement_id] = fact


def _decided(known: Known, fact: CrossingDecided) -> None:
    if fact.admitted:
        known.rulesets[fact.decision_id] = fact.ruleset_version


def _proposed(known: Known, fact: ConsignmentProposed) -> None:
    known.consigned[fact.consignment_id] = Consigned(
        fact.consignment_id, fact.handbook_no, fact.zone_id, fact.return_list
    )
    known.lots[fact.consignment_id] = {
        lot.name: Lot(lot.quantity, lot.size_bytes, lot.sha256.hex()) for lot in fact.lots
    }
    known.carried[fact.consignment_id] = fact.carried
    known.titles[fact.consignment_id] = fact.title
    known.owners[fact.consignment_id] = fact.consignor_id


def _transferred(known: Known, fact: ItemsTransferred) -> None:
    """The new consignment is under the terms of the old one."""
    before = known.consigned.get(fact.from_consignment_id)
    known.consigned[fact.consignment_id] = Consigned(
        fact.consignment_id, fact.handbook_no, fact.zone_id, before.return_list if before else ()
    )
    lot = fact.lot
    known.lots[fact.consignment_id] = {lot.name: Lot(lot.quantity, lot.size_bytes, lot.sha256.hex())}
    carried = fact.terms.carried if fact.terms else known.carried.get(fact.from_consignment_id)
    if carried is not None:
        known.carried[fact.consignment_id] = carried
    known.titles[fact.consignment_id] = known.titles.get(fact.from_consignment_id, "")
    known.owners[fact.consignment_id] = known.owners.get(fact.from_consignment_id, "")


def _taken_in(known: Known, fact: TransferTakenIn) -> None:
    name, handed, lot = fact.consignment_id, fact.handed, fact.handed.lot
    known.consigned[name] = Consigned(name, handed.handbook_no, handed.to_zone_id, handed.return_list)
    known.lots[name] = {lot.name: Lot(lot.quantity, lot.size_bytes, lot.sha256.hex())}
    known.carried[name] = handed.carried
    known.titles[name] = handed.title
    known.owners[name] = handed.consignor_id


def _source(known: Known, fact: SourceRegistered) -> None:
    known.carried[fact.source_id] = fact.carried
    known.titles[fact.source_id] = fact.title


def _reclassified(known: Known, fact: SourceReclassified) -> None:
    known.carried[fact.source_id] = fact.carried


def _started(known: Known, fact: JobRunStarted) -> None:
    known.job_runs[fact.job_run_id] = fact


def _completed(known: Known, fact: JobRunCompleted) -> None:
    known.carried[fact.job_run_id] = fact.carried
    for made in fact.made:
        known.outputs[made.output_id] = made
        known.run_of[made.output_id] = fact.job_run_id


def _recomputed(known: Known, fact: TaintsRecomputed) -> None:
    for each in fact.changed:
        known.carried[each.job_run_id] = each.carried


def _requested(known: Known, fact: EgressRequested) -> None:
    known.egresses[fact.egress_id] = fact


def _deleting(known: Known, fact: DestructionRecorded) -> None:
    known.deletions[fact.certificate_id] = fact


_TAKES: dict[type[Fact], Callable[[Known, Any], None]] = {
    ProductDrafted: _version,
    ListingPublished: _version,
    OpinionFiled: _opinion,
    TradeMatched: _matched,
    EntitlementOpened: _opened,
    CrossingDecided: _decided,
    ConsignmentProposed: _proposed,
    ItemsTransferred: _transferred,
    TransferTakenIn: _taken_in,
    SourceRegistered: _source,
    SourceReclassified: _reclassified,
    JobRunStarted: _started,
    JobRunCompleted: _completed,
    TaintsRecomputed: _recomputed,
    EgressRequested: _requested,
    DestructionRecorded: _deleting,
}
