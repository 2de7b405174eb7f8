"""Posting templates: each fact's entry, and that it balances."""

import pytest
from msgspec.structs import replace

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.money import ECNY
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.market.transfers.facts import TransferArrived
from exchange.views.accounts import (
    CHART,
    Account,
    cash,
    clawback,
    credit,
    custodian,
    escrow,
    in_transit,
    reserved,
    settles,
    subsidy_fund,
    tax,
)
from exchange.views.postings import Entry, Posting, Unpostable, entry_of
from tests.unit.views.auction_story import BID, a_commitment, a_forfeit, a_release, a_reveal, a_sale
from tests.unit.views.plan_story import HOLD, PAID, a_period, its_end, some_units, their_end
from tests.unit.views.pool_story import (
    POOLER,
    a_failure,
    a_share,
    a_withdrawal,
    an_activation,
    an_exclusion,
)
from tests.unit.views.story import (
    BANK,
    BUYER,
    ORDER,
    SELLER,
    TRADE,
    a_cancellation,
    a_deposit,
    a_payout,
    a_refund,
    a_trade,
    an_acceptance,
    an_order,
)

CASES: list[tuple[Fact, str, list[tuple[int, str, int, str, int]]]] = [
    (a_deposit(), f"wire-{BUYER}-CNY", [(1010, BANK, 2010, BUYER, 2_000_000)]),
    (an_order(), ORDER, [(2010, BUYER, 2020, BUYER, 1_250_000)]),
    (a_cancellation(), ORDER, [(2020, BUYER, 2010, BUYER, 1_250_000)]),
    (
        a_trade(),
        TRADE,
        [(2020, BUYER, 2100, TRADE, 1_200_000), (2020, BUYER, 2010, BUYER, 50_000)],
    ),
    (
        an_acceptance(),
        TRADE,
        [
            (2100, TRADE, 2200, SELLER, 1_170_000),
            (2100, TRADE, 4010, "operator", 28_302),
            (2100, TRADE, 2300, "CN-6", 1_698),
        ],
    ),
    (a_refund(TRADE, "E-0.1.0"), TRADE, [(2100, TRADE, 2010, BUYER, 1_200_000)]),
    (a_share("SH-1", "PL-1"), "SH-1", [(2010, POOLER, 2110, POOLER, 500_000)]),
    (a_withdrawal(late=False), "SH-1", [(2110, POOLER, 2010, POOLER, 500_000)]),
    (a_withdrawal(late=True), "SH-1", [(2110, POOLER, 4030, "operator", 500_000)]),
    (an_exclusion(500_000, 0), "SH-1", [(2110, POOLER, 2010, POOLER, 500_000)]),
    (an_exclusion(0, 500_000), "SH-1", [(2110, POOLER, 4030, "operator", 500_000)]),
    (a_failure(), "PL-1", [(2110, "A", 2010, "A", 10_000), (2110, "B", 2010, "B", 10_000)]),
    (
        an_activation(),
        "SH-1",
        [(2110, POOLER, 2020, POOLER, 500_000), (2010, POOLER, 2020, POOLER, 2_100_000)],
    ),
    (a_payout(), "pay-1", [(2200, SELLER, 1010, BANK, 1_170_000)]),
    (a_commitment(), BID, [(2010, BUYER, 2110, BUYER, 100)]),
    (a_commitment(deposit_minor=0), BID, []),
    (a_reveal(), BID, [(2110, BUYER, 2020, BUYER, 100), (2010, BUYER, 2020, BUYER, 1_400)]),
    (a_release(), BID, [(2020, BUYER, 2010, BUYER, 1_500)]),
    (a_release(deposit_minor=100, reserved_minor=0), BID, [(2110, BUYER, 2010, BUYER, 100)]),
    (a_forfeit(), BID, [(2110, BUYER, 4030, "operator", 100)]),
    (a_sale(), BID, [(2010, BUYER, 2020, BUYER, 1_500)]),
    (some_units(), HOLD, [(2010, BUYER, 2020, BUYER, 350)]),
    (a_period(), HOLD, [(2010, BUYER, 2020, BUYER, 619_355)]),
    (their_end(140), PAID, [(2100, PAID, 2010, BUYER, 140)]),
    (their_end(0), PAID, []),
    (its_end(503_226), PAID, [(2100, PAID, 2010, BUYER, 503_226)]),
]


@pytest.mark.parametrize(("fact", "subject", "wanted"), CASES, ids=lambda case: type(case).__name__)
def test_each_fact_is_posted_as_its_template_says(
    fact: Fact, subject: str, wanted: list[tuple[int, str, int, str, int]]
) -> None:
    entry = entry_of(fact)
    assert entry.subject == subject
    assert [(*each.debit, *each.credit, each.amount_minor) for each in entry.postings] == wanted
    assert {each.currency for each in entry.postings} <= {"CNY"}
    assert {code for each in entry.postings for code in (each.debit.code, each.credit.code)} <= set(CHART)


def test_nothing_moves_where_nothing_is_reserved_or_released() -> None:
    assert entry_of(an_order(reserved_minor=0)).postings == ()
    assert len(entry_of(a_trade(released_minor=0)).postings) == 1


@pytest.mark.parametrize("part", ["gross_minor", "seller_minor", "fee_net_minor", "fee_tax_minor"])
def test_an_acceptance_whose_parts_do_not_make_the_whole_is_a_bug(part: str) -> None:
    with pytest.raises(InvariantBroken, match="PurchaseAccepted does not balance"):
        entry_of(an_acceptance(**{part: 7}))


FUND, TRANSFER = "PG-1", "TM-0.7.0"
CAME: list[tuple[Fact, str, Account]] = [
    (a_deposit(), f"wire-{BUYER}-CNY", custodian(BANK)),
    (
        TransferArrived(
            transfer_id=TRANSFER,
            from_partition=1,
            participant_id=BUYER,
            currency="CNY",
            amount_minor=2_000_000,
        ),
        TRANSFER,
        in_transit(TRANSFER),
    ),
    (
        SubsidyApplied(
            claim_id="CL-1",
            programme_id=FUND,
            participant_id=BUYER,
            currency="CNY",
            amount_minor=2_000_000,
            period="2026",
            used_minor=2_000_000,
        ),
        "CL-1",
        subsidy_fund(FUND),
    ),
]


@pytest.mark.parametrize(("fact", "subject", "gives"), CAME, ids=lambda case: type(case).__name__)
def test_what_comes_in_pays_what_is_owed_and_the_rest_is_cash(
    fact: Fact, subject: str, gives: Account
) -> None:
    entry = entry_of(replace(fact, repaid_minor=300_000, recovered_minor=200_000))
    assert entry.subject == subject
    assert entry.postings == (
        Posting(gives, cash(BUYER), "CNY", 1_500_000),
        Posting(gives, credit(BUYER), "CNY", 300_000),
        Posting(gives, clawback(BUYER), "CNY", 200_000),
    )
    with pytest.raises(InvariantBroken, match=f"{type(fact).__name__} does not balance"):
        entry_of(replace(fact, repaid_minor=1_500_000, recovered_minor=500_001))


def test_an_amount_below_zero_is_a_bug() -> None:
    with pytest.raises(InvariantBroken, match=f"OrderAccepted {ORDER} cannot be posted"):
        entry_of(an_order(reserved_minor=-1))


IMPOSSIBLE: list[tuple[Posting, str]] = [
    (Posting(cash(BUYER), reserved(BUYER), "CNY", -1), "between 1 and 9223372036854775807"),
    (Posting(cash(BUYER), reserved(BUYER), "CNY", 2**63), "between 1 and 9223372036854775807"),
    (Posting(cash(BUYER), cash(BUYER), "CNY", 5), "gives to itself"),
    (Posting(cash(BUYER), Account(2011, BUYER), "CNY", 5), "no account 2011"),
    (Posting(cash(BUYER), reserved(BUYER), "CNX", 5), "'CNX' is no currency"),
    (Posting(cash(BUYER), reserved(BUYER), "XTS", 5), "'XTS' is no currency"),
    (Posting(cash(BUYER), reserved(BUYER), "JPY", 5, ECNY), "eCNY does not settle JPY"),
    (Posting(cash(BUYER), reserved(BUYER), "CNY", 5, "USD"), "USD does not settle CNY"),
    (Posting(custodian(BANK), cash(BUYER), "CNY", 5, ECNY), "e-CNY lies in the wallet"),
    (Posting(Account(1020, BANK), cash(BUYER), "CNY", 5), "e-CNY lies in the wallet"),
]


@pytest.mark.parametrize(("posting", "said"), IMPOSSIBLE, ids=[said for _, said in IMPOSSIBLE])
def test_an_entry_that_cannot_be_posted_cannot_be_made(posting: Posting, said: str) -> None:
    with pytest.raises(Unpostable, match=f"O-7 cannot be posted: .*{said}"):
        Entry("O-7", (Posting(cash(BUYER), escrow(TRADE), "CNY", 1), posting))


def test_an_entry_keeps_what_moves_and_names_what_settles_it() -> None:
    moves = Posting(cash(BUYER), reserved(BUYER), "CNY", 2**63 - 1)
    wallet = Posting(Account(1020, BANK), cash(BUYER), "CNY", 5, ECNY)
    entry = Entry("O-7", (moves, Posting(cash(BUYER), escrow(TRADE), "CNY", 0), wallet))
    assert entry.postings == (moves, wallet)
    assert [each.settled_in for each in entry.postings] == ["CNY", ECNY]
    assert settles("JPY", "JPY")


@pytest.mark.parametrize(
    ("rate_bp", "party"), [(600, "CN-6"), (0, "CN-0"), (650, "CN-6.5"), (605, "CN-6.05")]
)
def test_a_tax_account_is_named_by_authority_and_rate(rate_bp: int, party: str) -> None:
    assert tax("CN", rate_bp).party == party
