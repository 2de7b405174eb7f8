"""Bonded processing as one decider: which rule answers which command, and how each fact changes what is remembered."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

from exchange.bonded import (
    admission,
    arriving,
    balancing,
    destruction,
    egress,
    fold_leaving,
    fold_surroundings,
    fold_work,
    incidents,
    jobs,
    provenance,
    sources,
    surroundings,
    working,
)
from exchange.bonded import commands as asked
from exchange.bonded import facts as happened
from exchange.bonded.between import deciding as between
from exchange.bonded.bought import describing, fold
from exchange.bonded.bought.commands import (
    RecordProductCarried,
    RecordProductReceived,
    RecordProductRegistered,
    RecordProductTraits,
)
from exchange.bonded.bought.facts import (
    ProductCarriedRecorded,
    ProductReceivedRecorded,
    ProductRegisteredRecorded,
    ProductTraitsRecorded,
)
from exchange.bonded.fenced import deciding
from exchange.bonded.fencing import Rulesets
from exchange.bonded.parties import is_operator
from exchange.bonded.persons import counting, elsewhere, uniting
from exchange.bonded.persons.commands import CountSale, RecordLetOut, UnitePersons
from exchange.bonded.persons.facts import LetOutRecorded, PersonsCounted, PersonsUnited
from exchange.bonded.ruled import deciding as ruled
from exchange.bonded.ruled import fold as ruled_fold
from exchange.bonded.ruled.commands import RuleAgainst
from exchange.bonded.ruled.facts import EgressEnded, RuledAgainst
from exchange.bonded.state import Bonded
from exchange.bonded.told import deciding as told
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken

_Answer: TypeAlias = Callable[[Bonded, Any, Cause], Sequence[Fact]]
_Fenced: TypeAlias = Callable[[Bonded, Any, Cause, Rulesets], Sequence[Fact]]

_DECIDE: dict[type[Command], _Answer] = {
    asked.RecordParty: surroundings.record_party,
    asked.RecordPartyStanding: surroundings.record_party_standing,
    asked.OpenBusinessZone: surroundings.open_zone,
    asked.RecordLink: surroundings.record_link,
    asked.RecordSafeguard: surroundings.record_safeguard,
    asked.LiftReview: surroundings.lift_review,
    asked.EndLift: surroundings.end_lift,
    asked.FailJobRun: jobs.fail,
    asked.ApproveAnonymisation: sources.approve_anonymisation,
    asked.ReportIncident: incidents.report,
    asked.DecideCase: incidents.decide_case,
    asked.ConfirmArrival: arriving.confirm,
    asked.WithdrawEgress: egress.withdraw,
    asked.ScrapItems: balancing.scrap,
    asked.RecordDestruction: destruction.record,
    asked.VerifyDestruction: destruction.verify,
    asked.CountOnHand: balancing.count,
    asked.WriteOff: balancing.write_off,
    CountSale: counting.count_sale,
    RecordLetOut: elsewhere.record,
    UnitePersons: uniting.unite,
    RecordProductTraits: describing.record,
    RecordProductRegistered: describing.record_registered,
    RecordProductCarried: describing.record_carried,
    RecordProductReceived: describing.record_received,
    RuleAgainst: ruled.rule_against,
    **deciding.DECIDE,
    **between.DECIDE,
    **told.DECIDE,
}

_FENCED: dict[type[Command], _Fenced] = {
    asked.AdoptZoneRuleset: surroundings.adopt_ruleset,
    asked.ProposeConsignment: admission.propose,
    asked.RegisterSource: sources.register,
    asked.ReclassifySource: sources.reclassify,
    asked.StartJobRun: jobs.start,
    asked.CompleteJobRun: jobs.complete,
    asked.RequestExport: egress.request_export,
    asked.RequestReturn: egress.request_return,
    asked.RequestTransfer: egress.request_transfer,
    asked.OfferOutput: provenance.offer,
    **deciding.FENCED,
    **between.FENCED,
}

_EVOLVE: dict[type[Fact], Callable[[Bonded, Any, int], None]] = {
    happened.PartyRecorded: fold_surroundings.party,
    happened.PartyStandingRecorded: fold_surroundings.standing,
    happened.ZoneRulesetAdopted: fold_surroundings.ruleset,
    happened.BusinessZoneOpened: fold_surroundings.zone,
    happened.LinkRecorded: fold_surroundings.link,
    happened.SafeguardRecorded: fold_surroundings.safeguard,
    happened.ReviewLifted: fold_surroundings.review_lifted,
    happened.LiftEnded: fold_surroundings.lift_ended,
    happened.CrossingDecided: fold_surroundings.decided,
    happened.ConsignmentProposed: fold_work.proposed,
    happened.ConsignmentAdmitted: fold_work.admitted,
    happened.ConsignmentHeld: fold_work.held,
    happened.RetentionEnded: fold_work.retention_ended,
    happened.SourceRegistered: fold_work.source,
    happened.SourceReclassified: fold_work.reclassified,
    happened.JobRunStarted: fold_work.started,
    happened.JobRunCompleted: fold_work.completed,
    happened.JobRunFailed: fold_work.failed,
    happened.AnonymisationApproved: fold_work.anonymised,
    happened.IncidentReported: fold_work.incident,
    happened.CaseOpened: fold_work.case_opened,
    happened.CaseDecided: fold_work.case_decided,
    happened.TaintsRecomputed: fold_work.recomputed,
    happened.DecisionRevoked: fold_leaving.revoked,
    happened.EgressRequested: fold_leaving.requested,
    happened.EgressApproved: fold_leaving.approved,
    happened.EgressHeld: fold_leaving.held,
    happened.EgressWithdrawn: fold_leaving.withdrawn,
    happened.OutputExported: fold_leaving.exported,
    happened.ItemsReturned: fold_leaving.returned,
    happened.ItemsTransferred: fold_leaving.transferred,
    happened.ItemsScrapped: fold_leaving.scrapped,
    happened.DestructionRecorded: fold_leaving.destruction,
    happened.DeletionCertified: fold_leaving.certified,
    happened.BalanceCounted: fold_leaving.balance_counted,
    happened.BalanceClosed: fold_leaving.balance_closed,
    happened.ConsignmentWrittenOff: fold_leaving.written_off,
    happened.OutputOffered: fold_leaving.offered,
    happened.ProvenancesRestated: fold_leaving.restated,
    PersonsCounted: fold_leaving.persons_counted,
    LetOutRecorded: elsewhere.recorded,
    PersonsUnited: uniting.united,
    ProductTraitsRecorded: fold.recorded,
    ProductRegisteredRecorded: fold.registered,
    ProductCarriedRecorded: fold.carried,
    ProductReceivedRecorded: fold.received,
    RuledAgainst: ruled_fold.ruled_against,
    EgressEnded: ruled_fold.ended,
    **deciding.EVOLVE,
    **between.EVOLVE,
    **told.EVOLVE,
}


def decider(rulesets: Rulesets) -> Decider[Bonded]:
    """The decider with these rulesets, by content digest, to decide crossings with."""

    def decide(bonded: Bonded, command: Command, cause: Cause) -> Sequence[Fact]:
        """Say what happens when `command` meets `bonded`; change nothing."""
        fenced = _FENCED.get(type(command))
        if fenced is not None:
            return fenced(bonded, command, cause, rulesets)
        return _DECIDE[type(command)](bonded, command, cause)

    return Decider(
        context="bonded",
        commands=asked.COMMANDS,
        facts=happened.FACTS,
        state=Bonded,
        initial=Bonded,
        decide=decide,
        evolve=partial(_evolve, rulesets),
        next_deadline=next_deadline,
        expire=lambda bonded, cause: working.expire(bonded, cause, rulesets),
        unbounded=is_operator,
    )


def next_deadline(bonded: Bonded) -> int | None:
    """When the next term or answer ends, or work goes on."""
    return bonded.deadlines[0][0] if bonded.deadlines else None


def _evolve(rulesets: Rulesets, bonded: Bonded, fact: Fact, at: int) -> None:
    """Fold one fact. Raises: InvariantBroken for a ruleset that this worker does not have: it may not lead."""
    if isinstance(fact, happened.ZoneRulesetAdopted) and fact.ruleset_digest not in rulesets:
        raise InvariantBroken(
            f"ruleset {fact.ruleset_version} ({fact.ruleset_digest}) is adopted but not shipped with this worker;"
            " upgrade it"
        )
    _EVOLVE[type(fact)](bonded, fact, at)
