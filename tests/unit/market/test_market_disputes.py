"""Disputes: money held, evidence, an agreement, a panel's ruling."""

from typing import Any

import pytest

from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import (
    AcceptDelivery,
    ConcludeDelivery,
    RecordParticipant,
    RefundPurchase,
)
from exchange.market.disputes.commands import OpenDispute, ProposeSettlement, RuleOnDispute, SubmitEvidence
from exchange.market.disputes.facts import DisputeOpened, DisputeResolved, EvidenceSubmitted
from exchange.market.disputes.opening import DISPUTE_DAYS, EVIDENCE_MAX
from exchange.market.facts import TradeMatched
from exchange.market.payouts.commands import ReversePayout
from exchange.market.purchases.commands import ApproveRefund, RejectDelivery
from exchange.market.state import Purse
from tests.unit.market.paying import a_payment, netted, paid_before, paid_out
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_purchase,
    a_sale,
    a_standing,
    names,
    refusal,
    the,
)

PANEL = (
    PanelMember(name="Data Bureau, Ms Chen", constituency="government"),
    PanelMember(name="Institute of Ports, Mr Sato", constituency="institution"),
    PanelMember(name="Shippers' Association, Mr Lim", constituency="industry"),
)


def opening(trade_id: str, grounds: str = "Half of it is missing.") -> OpenDispute:
    return OpenDispute(trade_id=trade_id, grounds=grounds)


def evidence(trade_id: str, number: int = 0) -> SubmitEvidence:
    return SubmitEvidence(trade_id=trade_id, digest=number.to_bytes(32, "big"), description="log")


def proposal(trade_id: str, buyer_minor: int) -> ProposeSettlement:
    return ProposeSettlement(trade_id=trade_id, buyer_minor=buyer_minor)


def ruling(trade_id: str, buyer_minor: int, panel: tuple[PanelMember, ...] = PANEL) -> RuleOnDispute:
    return RuleOnDispute(trade_id=trade_id, buyer_minor=buyer_minor, panel=panel, grounds="As found.")


def disputed(made: Any = a_purchase, actor: str = BUYER) -> tuple[Stage, str]:
    stage, trade_id = made()
    (opened,) = stage.ask(actor, opening(trade_id))
    assert isinstance(opened, DisputeOpened)
    return stage, trade_id


def ruled(stage: Stage, trade_id: str, buyer_minor: int) -> DisputeResolved:
    (resolved,) = stage.ask(OPERATOR, ruling(trade_id, buyer_minor))
    assert isinstance(resolved, DisputeResolved)
    return resolved


@pytest.mark.parametrize("actor", [BUYER, SELLER])
def test_a_dispute_before_acceptance_holds_the_escrow(actor: str) -> None:
    stage, trade_id = disputed(actor=actor)
    assert stage.market.disputes[trade_id].held_minor == 1_200_000
    assert stage.market.purchases[trade_id].escrow_minor == 0


def test_a_dispute_after_acceptance_holds_what_the_seller_is_still_owed() -> None:
    stage, trade_id = a_sale()
    paid_before(stage, SELLER, 700_000)
    (opened,) = stage.ask(BUYER, opening(trade_id))
    assert isinstance(opened, DisputeOpened)
    assert (opened.stage, opened.held_minor) == ("accepted", 470_000)
    assert stage.purse(SELLER) == Purse()
    assert netted(stage) == []


@pytest.mark.parametrize(
    ("buyer_minor", "seller", "net", "tax"),
    [(1_200_000, 0, 0, 0), (0, 1_170_000, 28_302, 1_698), (399_999, 780_001, 18_868, 1_132)],
)
def test_the_sellers_part_of_escrow_is_an_acceptance_of_that_amount(
    buyer_minor: int, seller: int, net: int, tax: int
) -> None:
    stage, trade_id = disputed()
    resolved = ruled(stage, trade_id, buyer_minor)
    assert (resolved.seller_minor, resolved.fee_net_minor, resolved.fee_tax_minor) == (seller, net, tax)
    assert resolved.panel == PANEL
    assert stage.purse(BUYER) == Purse(cash=buyer_minor)
    assert stage.purse(SELLER) == Purse(payable=seller)
    assert not stage.market.disputes
    assert not stage.market.purchases


def test_a_buyer_that_wins_after_acceptance_gets_the_fee_back_too() -> None:
    stage, trade_id = disputed(a_sale)
    resolved = ruled(stage, trade_id, 1_200_000)
    assert (resolved.seller_minor, resolved.fee_net_minor, resolved.fee_tax_minor) == (0, 28_302, 1_698)
    assert resolved.left_minor == 0
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert stage.market.tills["CNY"].fee_net == 0


def test_a_ruling_in_part_after_acceptance_gives_the_seller_the_rest_of_what_was_held() -> None:
    stage, trade_id = disputed(a_sale)
    resolved = ruled(stage, trade_id, 16_667)
    assert (resolved.fee_net_minor, resolved.fee_tax_minor) == (393, 24)
    assert resolved.seller_minor == 1_170_000 - 16_250
    assert stage.purse(SELLER) == Purse(payable=1_170_000 - 16_250)
    assert stage.purse(BUYER) == Purse(cash=16_667)


@pytest.mark.parametrize(
    ("owed", "recovered", "left"),
    [(500_000, 500_000, Purse(payable=653_750)), (2_000_000, 1_153_750, Purse(clawback=846_250))],
)
def test_what_the_seller_owes_for_other_refunds_comes_off_its_part(
    owed: int, recovered: int, left: Purse
) -> None:
    stage, trade_id = disputed(a_sale)
    stage.market.purses[SELLER]["CNY"].clawback = owed
    resolved = ruled(stage, trade_id, 16_667)
    assert (resolved.seller_minor, resolved.recovered_minor) == (1_153_750, recovered)
    assert stage.purse(SELLER) == left


def test_a_ruling_moves_no_more_than_is_held() -> None:
    stage, trade_id = a_sale()
    paid_before(stage, SELLER, 1_160_250)
    stage.ask(BUYER, opening(trade_id))
    # Of 10,000.00 fen the seller bears 9,750: all that is held.
    assert refusal(stage.ask(OPERATOR, ruling(trade_id, 10_001))).reason == "RULING_TOO_LARGE"
    assert ruled(stage, trade_id, 10_000).seller_minor == 0


def test_parties_that_say_the_same_agree() -> None:
    stage, trade_id = disputed()
    assert names(stage.ask(BUYER, proposal(trade_id, 600_000))) == ["SettlementProposed"]
    assert names(stage.ask(SELLER, proposal(trade_id, 200_000))) == ["SettlementProposed"]
    assert names(stage.ask(BUYER, proposal(trade_id, 300_000))) == ["SettlementProposed"]
    _, resolved = stage.ask(SELLER, proposal(trade_id, 300_000))
    assert isinstance(resolved, DisputeResolved)
    assert (resolved.buyer_minor, resolved.basis, resolved.panel) == (300_000, "agreement", ())
    assert stage.purse(BUYER) == Purse(cash=300_000)


@pytest.mark.parametrize("stage_made", [a_purchase, a_sale])
def test_while_it_is_in_dispute_nobody_else_has_a_word(stage_made: Any) -> None:
    stage, trade_id = disputed(stage_made)
    refund = ApproveRefund(trade_id=trade_id, amount_minor=1, reference="R", grounds="")
    words: list[tuple[str, Any]] = [(BUYER, opening(trade_id))]
    if stage_made is a_sale:
        words += [(SELLER, refund)]
    else:
        words += [
            (BUYER, AcceptDelivery(trade_id=trade_id)),
            (BUYER, RejectDelivery(trade_id=trade_id, grounds="No.")),
            (SELLER, RefundPurchase(trade_id=trade_id, grounds="")),
        ]
    for actor, word in words:
        assert refusal(stage.ask(actor, word)).reason == "PURCHASE_DISPUTED"


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_the_deliverys_evidence_is_on_file_in_a_dispute(verdict: Any) -> None:
    stage, trade_id = disputed()
    concluding = ConcludeDelivery(trade_id=trade_id, verdict=verdict, basis="ruling")
    assert names(stage.ask(POLICY_ACTOR, concluding)) == ["ConclusionNoted"]
    assert trade_id in stage.market.disputes


@pytest.mark.parametrize("stage_made", [a_purchase, a_sale])
def test_a_ruling_is_the_last_word(stage_made: Any) -> None:
    stage, trade_id = disputed(stage_made)
    ruled(stage, trade_id, 600_000)
    refund = ApproveRefund(trade_id=trade_id, amount_minor=1, reference="R", grounds="")
    for actor, word in [
        (OPERATOR, ruling(trade_id, 600_000)),
        (BUYER, opening(trade_id)),
        (BUYER, evidence(trade_id)),
        (SELLER, proposal(trade_id, 1)),
        (SELLER, refund),
        (BUYER, AcceptDelivery(trade_id=trade_id)),
    ]:
        assert refusal(stage.ask(actor, word)).reason == "PURCHASE_FINAL"


def test_both_parties_file_evidence_once_each_and_not_without_end() -> None:
    stage, trade_id = disputed()
    for actor in (BUYER, SELLER):
        for number in range(EVIDENCE_MAX):
            (filed,) = stage.ask(actor, evidence(trade_id, number))
            assert isinstance(filed, EvidenceSubmitted)
            assert (filed.party_id, filed.number) == (actor, number)
        assert refusal(stage.ask(actor, evidence(trade_id, 0))).reason == "EVIDENCE_KNOWN"
        assert refusal(stage.ask(actor, evidence(trade_id, 99))).reason == "EVIDENCE_TOO_MUCH"


@pytest.mark.parametrize(
    "asking", [opening, evidence, lambda t: proposal(t, 1)], ids=["open", "evidence", "propose"]
)
@pytest.mark.parametrize("actor", [OPERATOR, "BU-SG-01", "NOBODY"])
def test_only_the_parties_have_a_say(asking: Any, actor: str) -> None:
    stage, trade_id = disputed()
    assert refusal(stage.ask(actor, asking(trade_id))).reason == "NOT_PERMITTED"


@pytest.mark.parametrize("actor", [BUYER, SELLER, BANK, "NOBODY"])
def test_only_an_operator_or_the_governance_gives_a_ruling(actor: str) -> None:
    stage, trade_id = disputed()
    assert refusal(stage.ask(actor, ruling(trade_id, 1))).reason == "NOT_PERMITTED"


@pytest.mark.parametrize(
    "panel",
    [
        (PANEL[0], PANEL[1], PanelMember(name="Another", constituency="institution")),
        (PANEL[0], PANEL[1], PanelMember(name=PANEL[0].name, constituency="industry")),
        (PANEL[0], PANEL[1], PanelMember(name=" ", constituency="industry")),
        (PANEL[0], PANEL[1], PanelMember(name=BUYER, constituency="industry")),
        (PANEL[0], PANEL[1], PanelMember(name=SELLER, constituency="industry")),
    ],
)
def test_a_panel_is_three_of_three_kinds_and_none_is_a_party(panel: Any) -> None:
    stage, trade_id = disputed()
    assert refusal(stage.ask(OPERATOR, ruling(trade_id, 1, panel))).reason == "PANEL_UNFIT"


@pytest.mark.parametrize("amount", [1_200_001, 10**17])
def test_nobody_proposes_more_than_is_held(amount: int) -> None:
    stage, trade_id = disputed()
    assert refusal(stage.ask(BUYER, proposal(trade_id, amount))).reason == "RULING_TOO_LARGE"
    assert refusal(stage.ask(OPERATOR, ruling(trade_id, amount))).reason == "RULING_TOO_LARGE"


@pytest.mark.parametrize("stage_made", [a_purchase, a_sale])
def test_what_is_in_no_dispute_is_not_ruled_on(stage_made: Any) -> None:
    stage, trade_id = stage_made()
    for actor, word in [
        (OPERATOR, ruling(trade_id, 1)),
        (BUYER, evidence(trade_id)),
        (SELLER, proposal(trade_id, 1)),
    ]:
        assert refusal(stage.ask(actor, word)).reason == "DISPUTE_NONE"
    assert refusal(stage.ask(OPERATOR, ruling("T-0.999.0", 1))).reason == "TRADE_UNKNOWN"
    assert refusal(stage.ask(BUYER, opening("T-0.999.0"))).reason == "TRADE_UNKNOWN"


def test_a_dispute_needs_grounds() -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(BUYER, opening(trade_id, " "))).reason == "GROUNDS_MISSING"


def test_what_was_accepted_long_ago_is_not_disputed() -> None:
    stage, trade_id = a_sale()
    stage.at += DISPUTE_DAYS * DAY + 1
    assert refusal(stage.ask(BUYER, opening(trade_id))).reason == "DISPUTE_LATE"
    stage.at -= 1
    assert names(stage.ask(BUYER, opening(trade_id))) == ["DisputeOpened"]


def test_what_was_paid_out_cannot_be_held() -> None:
    stage, trade_id = a_sale()
    paid_out(stage, SELLER)
    assert refusal(stage.ask(BUYER, opening(trade_id))).reason == "NOTHING_HELD"


def a_second_sale(stage: Stage) -> str:
    """As `a_sale`, of the same parties."""
    stage.deposited(BUYER, 1_200_000)
    trade_id = the(TradeMatched, stage.ask(BUYER, a_bid())).trade_id
    stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    return trade_id


def test_a_sale_that_was_paid_for_holds_nothing_of_another() -> None:
    stage, first = a_sale()
    paid_out(stage, SELLER)
    second = a_second_sale(stage)
    assert refusal(stage.ask(BUYER, opening(first))).reason == "NOTHING_HELD"
    (opened,) = stage.ask(BUYER, opening(second))
    assert isinstance(opened, DisputeOpened)
    assert opened.held_minor == 1_170_000


def test_what_is_being_paid_can_be_held_once_the_set_comes_back() -> None:
    stage, first = a_sale()
    (net,) = netted(stage)
    second = a_second_sale(stage)
    refused = refusal(stage.ask(BUYER, opening(first)))
    assert refused.reason == "BEING_PAID"
    assert net.set_id in refused.detail
    (later,) = netted(stage)
    stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    assert refusal(stage.ask(BUYER, opening(second))).reason == "BEING_PAID"
    assert names(stage.ask(BUYER, opening(first))) == ["DisputeOpened"]
    stage.ask(POLICY_ACTOR, a_payment(later))
    assert refusal(stage.ask(BUYER, opening(second))).reason == "NOTHING_HELD"


def test_what_came_back_and_is_paid_with_a_later_set_holds_nothing() -> None:
    stage, first = a_sale()
    (net,) = netted(stage)
    stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    (again,) = netted(stage)
    assert again.set_id in refusal(stage.ask(BUYER, opening(first))).detail
    stage.ask(POLICY_ACTOR, a_payment(again))
    a_second_sale(stage)
    assert refusal(stage.ask(BUYER, opening(first))).reason == "NOTHING_HELD"


def test_the_governance_gives_a_ruling_too() -> None:
    stage, trade_id = disputed()
    stage.told(RecordParticipant(standing=a_standing("GO-CN-01", "CN", "governance")))
    assert names(stage.ask("GO-CN-01", ruling(trade_id, 1))) == ["DisputeResolved"]
