"""What the counter ruled, brought to the markets and the business zones that it is about."""

from collections.abc import Sequence

from exchange.bonded.commands import EndLift, LiftReview
from exchange.bonded.ruled.commands import RuleAgainst
from exchange.kernel.bases import Recorded
from exchange.kernel.panel import PanelMember
from exchange.market.rulings.commands import ConcludeCase, RecordRuling
from exchange.policies.policy import Ask, Policy
from exchange.registry.cases.commands import Handbook
from exchange.registry.cases.facts import CaseNotOpened, CaseRuled, CaseRulingWithdrawn, RuledAgainst


def react(recorded: Recorded) -> Sequence[Ask]:
    """Let pass what was lifted, and take back what no longer is, or never was to be."""
    match recorded.fact:
        case CaseRuled(asked_in="market" | "listing") as ruled:
            return (Ask("market", None, _in_markets(ruled)),)
        case CaseRuled(asked_in="bonded") as ruled:
            return _in_zones(ruled)
        case CaseNotOpened(against=RuledAgainst() as against, case_id=case_id, decision_id=decision_id):
            return (Ask("market", None, _again(case_id, decision_id, against)),)
        case CaseRulingWithdrawn(asked_in="market" | "listing") as withdrawn:
            return (Ask("market", None, _taken_back(withdrawn)),)
        case CaseRulingWithdrawn(asked_in="bonded") as withdrawn:
            return _ended(withdrawn, withdrawn.grounds)
    return ()


def _in_markets(ruled: CaseRuled) -> ConcludeCase | RecordRuling:
    return _against(ruled) if ruled.verdict == "against" else _record(ruled)


def _record(ruled: CaseRuled) -> RecordRuling:
    assert ruled.valid_until is not None
    return RecordRuling(
        codes=ruled.codes,
        valid_until=ruled.valid_until,
        panel=_panel(ruled.panel),
        grounds=ruled.grounds,
        product_id=ruled.subject if ruled.whole_product else None,
        instrument_id=None if ruled.whole_product else ruled.instrument_id,
        buyer_id=None if ruled.any_buyer else ruled.buyer_id,
        reference=ruled.case_id,
        replaces=ruled.replaces,
    )


def _against(ruled: CaseRuled) -> ConcludeCase:
    return ConcludeCase(
        case_id=ruled.case_id,
        verdict="against",
        product_id=ruled.subject,
        instrument_id=None if ruled.whole_product else ruled.instrument_id,
        buyer_id=None if ruled.any_buyer else ruled.buyer_id,
        codes=ruled.codes,
        grounds=ruled.grounds,
    )


def _again(case_id: str, decision_id: str, against: RuledAgainst) -> ConcludeCase:
    """Rights that have come to rest on what was ruled against before end like those that did then."""
    return ConcludeCase(
        case_id=case_id,
        verdict="against",
        product_id=against.subject,
        instrument_id=against.instrument_id,
        buyer_id=against.buyer_id,
        codes=against.codes,
        grounds=against.grounds,
        decision_id=decision_id,
    )


def _taken_back(withdrawn: CaseRulingWithdrawn) -> ConcludeCase:
    return ConcludeCase(
        case_id=withdrawn.case_id,
        verdict="withdrawn",
        product_id=withdrawn.subject,
        grounds=withdrawn.grounds,
    )


def _in_zones(ruled: CaseRuled) -> Sequence[Ask]:
    if ruled.verdict == "against" or ruled.valid_until is None:
        return tuple(Ask("bonded", each.zone_id, _against_there(ruled, each)) for each in ruled.handbooks)
    lifted = (
        LiftReview(
            zone_id=each.zone_id,
            handbook_no=each.handbook_no,
            codes=ruled.codes,
            valid_until=ruled.valid_until,
            panel=_panel(ruled.panel),
            grounds=ruled.grounds,
            reference=ruled.case_id,
            replaces=ruled.replaces,
        )
        for each in ruled.handbooks
    )
    return tuple(Ask("bonded", each.zone_id, each) for each in lifted)


def _against_there(ruled: CaseRuled, handbook: Handbook) -> RuleAgainst:
    return RuleAgainst(
        zone_id=handbook.zone_id,
        handbook_no=handbook.handbook_no,
        case_id=ruled.case_id,
        codes=ruled.codes,
        grounds=ruled.grounds,
    )


def _ended(case: CaseRulingWithdrawn, grounds: str) -> tuple[Ask, ...]:
    ends = (
        EndLift(zone_id=each.zone_id, handbook_no=each.handbook_no, case_id=case.case_id, grounds=grounds)
        for each in case.handbooks
    )
    return tuple(Ask("bonded", each.zone_id, each) for each in ends)


def _panel(panel: tuple[PanelMember, ...]) -> tuple[str, ...]:
    return tuple(f"{each.name} ({each.constituency})" for each in panel)


REGISTRY_RULINGS = Policy("registry_rulings", "registry", react)
