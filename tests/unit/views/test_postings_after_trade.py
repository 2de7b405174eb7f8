"""The entries of what follows a trade. Source: settlement.md sections 2 and 6."""

import msgspec
import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import ECNY
from exchange.kernel.net_set import NetSet
from exchange.kernel.share_parts import SharePart
from exchange.market.disputes.facts import DisputeOpened, DisputeResolved
from exchange.market.ecny.facts import EcnyConverted, EcnyInterestCredited
from exchange.market.facts import DepositConfirmed, PayoutExecuted
from exchange.market.fees.facts import ServiceFeeCharged
from exchange.market.payouts.facts import PayablesNetted, PayoutReturned
from exchange.market.penalties.facts import PenaltyCharged, PenaltyWithdrawn
from exchange.market.purchases.facts import RefundApproved
from exchange.market.shares.facts import RevenueSharePaid
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.market.transfers.facts import TransferArrived, TransferReturned, TransferSent
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected, WithdrawalRequested
from exchange.settlement.subsidies.facts import SubsidyFunded, SubsidyPledged
from exchange.views.accounts import CHART
from exchange.views.postings import entry_of
from tests.unit.views.story import BANK, BUYER, ORDER, PRODUCT, SELLER, TRADE, an_acceptance, an_order

BROKER, OPERATOR = "BR-CN-01", "operator"
OF_TRADE = {
    "trade_id": TRADE,
    "product_id": PRODUCT,
    "buyer_id": BUYER,
    "seller_id": SELLER,
    "currency": "CNY",
}
FEE = {"tax_authority": "CN", "tax_rate_bp": 600}
A_SET = NetSet(
    set_id="PS-1",
    run_id="PR-1",
    partition=0,
    participant_id=SELLER,
    currency="CNY",
    value_date="2026-11-02",
    payable_minor=1_000,
    commission_minor=50,
    share_minor=0,
    netted_minor=300,
    amount_minor=750,
)
A_SECOND_SET = msgspec.structs.replace(A_SET, share_minor=7, amount_minor=2, recovered_minor=755)
BACK = {"transfer_id": "TM-1", "participant_id": BUYER, "currency": "CNY", "amount_minor": 300}
MOVED = BACK | {"from_partition": 0}
PENALTY = {"trade_id": TRADE, "instrument_id": "L-1", "seller_id": SELLER, "currency": "CNY", "grounds": ""}
PENALISED = PENALTY | {"cause": "late", "of_minor": 400, "penalty_bp": 500, "amount_minor": 20}
INTEREST = [(1020, BANK, 3000, OPERATOR, 3)]
WITHDRAWN = {"withdrawal_id": "W-1", "participant_id": BUYER, "currency": "CNY", "amount_minor": 300}


def a_deposit(repaid_minor: int, recovered_minor: int) -> DepositConfirmed:
    return DepositConfirmed(
        participant_id=BUYER,
        currency="CNY",
        amount_minor=1_000,
        bank_id=BANK,
        reference="wire-1",
        repaid_minor=repaid_minor,
        recovered_minor=recovered_minor,
    )


def a_refund(**changed: int) -> RefundApproved:
    values: dict[str, int] = {
        "amount_minor": 16_667,
        "payable_minor": 16_000,
        "clawback_minor": 250,
        "fee_net_minor": 393,
        "fee_tax_minor": 24,
        "left_minor": 0,
    }
    more = {"entitlement_id": "E-1", "reference": "R-1", "basis": "seller", "grounds": ""}
    return RefundApproved(**OF_TRADE, **FEE, **(values | changed), **more)  # type: ignore[arg-type]


def a_dispute(stage: str) -> DisputeOpened:
    return DisputeOpened(**OF_TRADE, opened_by=BUYER, stage=stage, held_minor=1_170_000, grounds="")  # type: ignore[arg-type]


def a_resolution(stage: str, **amounts: int | str) -> DisputeResolved:
    values: dict[str, int | str] = {
        "recovered_minor": 0,
        "commission_minor": 0,
        "broker_id": "",
        "left_minor": 0,
    }
    more = {"entitlement_id": "E-1", "basis": "panel", "panel": (), "grounds": ""}
    return DisputeResolved(**OF_TRADE, **FEE, stage=stage, **(values | amounts), **more)  # type: ignore[arg-type]


CASES: list[tuple[Fact, str, list[tuple[int, str, int, str, int]]]] = [
    (
        a_deposit(600, 150),
        "wire-1",
        [(1010, BANK, 2010, BUYER, 250), (1010, BANK, 1100, BUYER, 600), (1010, BANK, 1110, BUYER, 150)],
    ),
    (
        an_order(drawn_minor=50_000),
        ORDER,
        [(1100, BUYER, 2010, BUYER, 50_000), (2010, BUYER, 2020, BUYER, 1_250_000)],
    ),
    (
        PayoutExecuted(
            participant_id=BROKER,
            currency="CNY",
            amount_minor=100,
            bank_id=BANK,
            reference="pay-2",
            commission_minor=70,
        ),
        "pay-2",
        [(2200, BROKER, 1010, BANK, 30), (2210, BROKER, 1010, BANK, 70)],
    ),
    (
        PayoutReturned(net=A_SET, recovered_minor=70, commission_recovered_minor=5),
        "PS-1",
        [
            (1100, SELLER, 2200, SELLER, 300),
            (2200, SELLER, 1110, SELLER, 70),
            (2210, SELLER, 1110, SELLER, 5),
        ],
    ),
    (
        PayablesNetted(net=A_SECOND_SET),
        "PS-1",
        [
            (2200, SELLER, 1100, SELLER, 300),
            (2200, SELLER, 1110, SELLER, 700),
            (2210, SELLER, 1110, SELLER, 50),
            (2220, SELLER, 1110, SELLER, 5),
        ],
    ),
    (
        PayoutReturned(
            net=A_SECOND_SET, recovered_minor=700, commission_recovered_minor=50, share_recovered_minor=5
        ),
        "PS-1",
        [
            (1100, SELLER, 2200, SELLER, 300),
            (1110, SELLER, 2200, SELLER, 700),
            (1110, SELLER, 2210, SELLER, 50),
            (1110, SELLER, 2220, SELLER, 5),
            (2200, SELLER, 1110, SELLER, 700),
            (2210, SELLER, 1110, SELLER, 50),
            (2220, SELLER, 1110, SELLER, 5),
        ],
    ),
    (
        RevenueSharePaid(
            claim_id="RS-1",
            agreement_id="RA-1",
            payer_id=BUYER,
            currency="CNY",
            amount_minor=100,
            payable_minor=60,
            cash_minor=40,
            parts=(
                SharePart(share_id="A", participant_id=SELLER, amount_minor=70),
                SharePart(share_id="B", participant_id=BROKER, amount_minor=30),
            ),
            recovered=(50, 0),
        ),
        "RS-1",
        [
            (2200, BUYER, 2220, SELLER, 20),
            (2200, BUYER, 1110, SELLER, 40),
            (2010, BUYER, 1110, SELLER, 10),
            (2010, BUYER, 2220, BROKER, 30),
        ],
    ),
    (
        an_acceptance(
            gross_minor=800_001,
            seller_minor=772_001,
            fee_net_minor=18_868,
            fee_tax_minor=1_132,
            refunded_minor=399_999,
            recovered_minor=2_001,
            broker_id=BROKER,
            commission_minor=8_000,
        ),
        TRADE,
        [
            (2100, TRADE, 2200, SELLER, 770_000),
            (2100, TRADE, 1110, SELLER, 2_001),
            (2100, TRADE, 4010, OPERATOR, 18_868),
            (2100, TRADE, 2300, "CN-6", 1_132),
            (2100, TRADE, 2210, BROKER, 8_000),
            (2100, TRADE, 2010, BUYER, 399_999),
        ],
    ),
    (
        a_refund(),
        TRADE,
        [
            (2200, SELLER, 2010, BUYER, 16_000),
            (1110, SELLER, 2010, BUYER, 250),
            (4010, OPERATOR, 2010, BUYER, 393),
            (2300, "CN-6", 2010, BUYER, 24),
        ],
    ),
    (a_dispute("escrow"), TRADE, [(2100, TRADE, 2400, TRADE, 1_170_000)]),
    (a_dispute("accepted"), TRADE, [(2200, SELLER, 2400, TRADE, 1_170_000)]),
    (
        a_resolution(
            "escrow",
            held_minor=1_200_000,
            buyer_minor=399_999,
            seller_minor=780_001,
            fee_net_minor=18_868,
            fee_tax_minor=1_132,
        ),
        TRADE,
        [
            (2400, TRADE, 2010, BUYER, 399_999),
            (2400, TRADE, 2200, SELLER, 780_001),
            (2400, TRADE, 4010, OPERATOR, 18_868),
            (2400, TRADE, 2300, "CN-6", 1_132),
        ],
    ),
    (
        a_resolution(
            "accepted",
            held_minor=1_170_000,
            buyer_minor=16_667,
            seller_minor=1_153_750,
            fee_net_minor=393,
            fee_tax_minor=24,
        ),
        TRADE,
        [
            (2400, TRADE, 2200, SELLER, 1_153_750),
            (2400, TRADE, 2010, BUYER, 16_250),
            (4010, OPERATOR, 2010, BUYER, 393),
            (2300, "CN-6", 2010, BUYER, 24),
        ],
    ),
    (
        a_resolution(
            "accepted",
            held_minor=1_170_000,
            buyer_minor=16_667,
            seller_minor=1_153_750,
            recovered_minor=53_750,
            fee_net_minor=393,
            fee_tax_minor=24,
        ),
        TRADE,
        [
            (2400, TRADE, 2200, SELLER, 1_100_000),
            (2400, TRADE, 1110, SELLER, 53_750),
            (2400, TRADE, 2010, BUYER, 16_250),
            (4010, OPERATOR, 2010, BUYER, 393),
            (2300, "CN-6", 2010, BUYER, 24),
        ],
    ),
    (
        TransferSent(**MOVED, to_market_id="M-SZ"),  # type: ignore[arg-type]
        "TM-1",
        [(2010, BUYER, 2050, "TM-1", 300)],
    ),
    (
        TransferArrived(**MOVED, repaid_minor=200, recovered_minor=60),  # type: ignore[arg-type]
        "TM-1",
        [(2050, "TM-1", 2010, BUYER, 40), (2050, "TM-1", 1100, BUYER, 200), (2050, "TM-1", 1110, BUYER, 60)],
    ),
    (
        TransferReturned(**BACK, reason="PURSE_SAME", detail=""),  # type: ignore[arg-type]
        "TM-1",
        [(2050, "TM-1", 2010, BUYER, 300)],
    ),
    (
        PenaltyCharged(**PENALISED, payable_minor=9, cash_minor=5, clawback_minor=6),  # type: ignore[arg-type]
        TRADE,
        [
            (2200, SELLER, 4030, OPERATOR, 9),
            (2010, SELLER, 4030, OPERATOR, 5),
            (1110, SELLER, 4030, OPERATOR, 6),
        ],
    ),
    (
        PenaltyWithdrawn(**PENALTY, amount_minor=20, payable_minor=9, cash_minor=5, recovered_minor=6),
        TRADE,
        [
            (4030, OPERATOR, 2200, SELLER, 9),
            (4030, OPERATOR, 2010, SELLER, 5),
            (4030, OPERATOR, 1110, SELLER, 6),
        ],
    ),
    (
        SubsidyPledged(programme_id="SP-1", sponsor_id=BROKER, currency="CNY", amount_minor=50),
        "SP-1",
        [(1200, BROKER, 2500, "SP-1", 50)],
    ),
    (
        SubsidyFunded(
            programme_id="SP-1",
            sponsor_id=BROKER,
            bank_id=BANK,
            currency="CNY",
            amount_minor=70,
            pledged_minor=50,
            reference="IN-1",
        ),
        "IN-1",
        [(1010, BANK, 1200, BROKER, 50), (1010, BANK, 2500, "SP-1", 20)],
    ),
    (
        SubsidyApplied(
            claim_id="SC-1",
            programme_id="SP-1",
            participant_id=BUYER,
            currency="CNY",
            amount_minor=60,
            period="2026",
            used_minor=60,
            repaid_minor=30,
            recovered_minor=20,
        ),
        "SC-1",
        [
            (2500, "SP-1", 2010, BUYER, 10),
            (2500, "SP-1", 1100, BUYER, 30),
            (2500, "SP-1", 1110, BUYER, 20),
        ],
    ),
    (EcnyInterestCredited(bank_id=BANK, currency="CNY", amount_minor=3, reference="I-1"), "I-1", INTEREST),
    (WithdrawalRequested(**WITHDRAWN), "W-1", [(2010, BUYER, 2030, BUYER, 300)]),  # type: ignore[arg-type]
    (
        WithdrawalPaid(**WITHDRAWN, bank_id=BANK, reference="WD-1"),  # type: ignore[arg-type]
        "WD-1",
        [(2030, BUYER, 1010, BANK, 300)],
    ),
    (
        WithdrawalRejected(**WITHDRAWN, bank_id=BANK, grounds=""),  # type: ignore[arg-type]
        "W-1",
        [(2030, BUYER, 2010, BUYER, 300)],
    ),
    (
        ServiceFeeCharged(
            participant_id=BUYER,
            currency="CNY",
            amount_minor=998_000,
            net_minor=941_509,
            tax_minor=56_491,
            **FEE,  # type: ignore[arg-type]
        ),
        BUYER,
        [(2010, BUYER, 4020, OPERATOR, 941_509), (2010, BUYER, 2300, "CN-6", 56_491)],
    ),
]


@pytest.mark.parametrize(("fact", "subject", "wanted"), CASES, ids=lambda case: type(case).__name__)
def test_each_fact_is_posted_as_its_template_says(
    fact: Fact, subject: str, wanted: list[tuple[int, str, int, str, int]]
) -> None:
    entry = entry_of(fact)
    assert entry.subject == subject
    assert [(*each.debit, *each.credit, each.amount_minor) for each in entry.postings] == wanted
    assert {code for each in entry.postings for code in (each.debit.code, each.credit.code)} <= set(CHART)


@pytest.mark.parametrize(
    ("direction", "wanted"),
    [
        ("to_ecny", [("CNY", 2010, BUYER, 1010, BANK, 300), (ECNY, 1020, BANK, 2010, BUYER, 300)]),
        (
            "to_cny",
            [
                (ECNY, 2010, BUYER, 1020, BANK, 300),
                ("CNY", 1010, BANK, 2010, BUYER, 40),
                ("CNY", 1010, BANK, 1100, BUYER, 200),
                ("CNY", 1010, BANK, 1110, BUYER, 60),
            ],
        ),
    ],
)
def test_e_cny_and_cny_are_in_two_ledgers_that_balance_each(
    direction: str, wanted: list[tuple[str, int, str, int, str, int]]
) -> None:
    owed = {"repaid_minor": 200, "recovered_minor": 60} if direction == "to_cny" else {}
    fact = EcnyConverted(
        conversion_id="EC-1",
        participant_id=BUYER,
        bank_id=BANK,
        direction=direction,  # type: ignore[arg-type]
        currency="CNY",
        amount_minor=300,
        **owed,
    )
    entry = entry_of(fact)
    assert [
        (each.settled_in, *each.debit, *each.credit, each.amount_minor) for each in entry.postings
    ] == wanted


@pytest.mark.parametrize("part", ["amount_minor", "payable_minor", "fee_net_minor"])
def test_a_refund_whose_parts_do_not_make_the_whole_is_a_bug(part: str) -> None:
    with pytest.raises(InvariantBroken, match="RefundApproved does not balance"):
        entry_of(a_refund(**{part: 7}))


@pytest.mark.parametrize("stage", ["escrow", "accepted"])
def test_a_ruling_that_gives_more_than_is_held_is_a_bug(stage: str) -> None:
    wrong = a_resolution(
        stage, held_minor=100, buyer_minor=90, seller_minor=20, fee_net_minor=0, fee_tax_minor=0
    )
    with pytest.raises(InvariantBroken, match="DisputeResolved does not balance"):
        entry_of(wrong)
