"""A case of the counter as facts, from its opening to its end on appeal, and the seats of the management body."""

from typing import Any, Literal

from exchange.kernel.panel import CONSTITUENCIES, Constituency, PanelMember
from exchange.kernel.time import DAY, instant
from exchange.market.rulings.facts import CaseConcluded, CasePurchasesEnded
from exchange.registry.approvals import Approval
from exchange.registry.body.facts import MemberSeated
from exchange.registry.cases import facts as cases

LATER = instant("2026-11-30T00:00:00Z")
CASE, OTHER, LACKING = "RC-1.0.0", "RC-1.5.0", "RC-1.6.0"


def a_panel(first: int) -> tuple[PanelMember, ...]:
    return tuple(
        PanelMember(name=f"Member {first + place}", constituency=name)
        for place, name in enumerate(CONSTITUENCIES)
    )


def a_seat(constituency: Constituency, name: str) -> MemberSeated:
    return MemberSeated(
        constituency=constituency,
        name=name,
        public_key=bytes(range(32)),
        valid_until=LATER,
        by_id="MB-CN-01",
        site="ab" * 32,
        approvals=(Approval(member="Member 1", signature=bytes(64)),),
    )


def an_opening(case_id: str = CASE, decision_id: str = "D-7.1.0", **changed: Any) -> cases.CaseOpened:
    return cases.CaseOpened(
        case_id=case_id,
        asked_in="market",
        decision_id=decision_id,
        subject="P-07",
        instrument_id="L-0.5.0",
        handbooks=(),
        seller_id="SE-CN-02",
        buyer_id="BU-JP-01",
        codes=("LOCAL_LAW_REVIEW",),
        question="0" * 32,
        asked_by="BU-JP-01",
        due_at=LATER,
        **changed,
    )


def a_ruling(verdict: Literal["lifted", "against"], **changed: Any) -> cases.CaseRuled:
    values: dict[str, Any] = {
        "case_id": CASE,
        "asked_in": "market",
        "subject": "P-07",
        "instrument_id": "L-0.5.0",
        "handbooks": (),
        "seller_id": "SE-CN-02",
        "buyer_id": "BU-JP-01",
        "whole_product": False,
        "any_buyer": True,
        "codes": ("LOCAL_LAW_REVIEW",),
        "valid_until": LATER if verdict == "lifted" else None,
        "panel": a_panel(1),
        "grounds": "The papers\0 show consent.",
        "reference": "2026/9",
        "by_id": "SC-CN-01",
        "on_appeal": False,
        "replaces": False,
    }
    return cases.CaseRuled(verdict=verdict, **(values | changed))


def before_the_counter() -> tuple[tuple[Any, ...], ...]:
    """Outcomes of the registry: two cases, one ruled against on appeal, one withdrawn."""
    return (
        (an_opening(),),
        (cases.CaseJoined(case_id=CASE, decision_id="D-7.2.0", question="1" * 32),),
        (cases.CaseOverdue(case_id=CASE, on_appeal=False, due_at=LATER),),
        (a_ruling("lifted"),),
        (cases.CaseAppealed(case_id=CASE, by_id="SE-CN-02", grounds="No.", due_at=LATER + DAY),),
        (a_ruling("against", panel=a_panel(4), on_appeal=True, replaces=True),),
        (cases.CaseNotOpened(decision_id="D-7.3.0", basis="ruled", case_id=CASE),),
        (cases.CaseNotOpened(decision_id="D-7.4.0", basis="too_many", case_id=""),),
        (
            cases.CaseQueued(
                asked_in="market",
                decision_id="D-7.5.0",
                subject="P-07",
                instrument_id="L-0.5.0",
                handbooks=(),
                seller_id="SE-CN-02",
                buyer_id="BU-JP-01",
                codes=("LOCAL_LAW_REVIEW",),
                question="2" * 32,
                asked_by="BU-JP-01",
                basis="too_many",
            ),
        ),
        (an_opening(OTHER, "D-7.5.0"),),
        (an_opening(LACKING, "D-7.6.0", missing=("counts.pi_count_cum",), demanded=("CN_ART8_FILE",)),),
        (
            cases.CaseJoined(
                case_id=LACKING,
                decision_id="D-7.7.0",
                question="3" * 32,
                missing=("scenario_id",),
                for_people=False,
            ),
            cases.CaseAnswered(
                case_id=LACKING, decision_id="D-7.6.0", answered_by="D-7.7.0", outcome="REVIEW"
            ),
        ),
        (
            cases.CaseAnswered(
                case_id=LACKING, decision_id="D-7.7.0", answered_by="D-7.8.0", outcome="ALLOW"
            ),
            cases.CaseClosed(case_id=LACKING, basis="answered"),
        ),
        (a_ruling("lifted", case_id=OTHER),),
        (
            cases.CaseRulingWithdrawn(
                case_id=OTHER,
                asked_in="market",
                subject="P-07",
                instrument_id="L-0.5.0",
                handbooks=(),
                grounds="It ended.",
                by_id="SC-CN-01",
            ),
        ),
        (cases.CaseClosed(case_id=CASE),),
        *((a_seat(name, f"Member {place}"),) for place, name in enumerate(CONSTITUENCIES)),
        (a_seat("industry", "Member 9"),),
    )


def in_a_market() -> tuple[tuple[Any, ...], ...]:
    """Outcomes of a market: what the ruling against ended."""
    return (
        (
            CaseConcluded(
                case_id=CASE,
                verdict="against",
                product_id="P-07",
                instrument_id="L-0.5.0",
                buyer_id=None,
                codes=("LOCAL_LAW_REVIEW",),
                grounds="No.",
                rulings=1,
                purchases=2,
            ),
        ),
        (CasePurchasesEnded(case_id=CASE, looked_at=2, left=0),),
    )
