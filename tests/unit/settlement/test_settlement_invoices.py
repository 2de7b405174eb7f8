"""Invoices and credit notes: numbered without a gap, once for each cause, with all that their documents say."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, instant
from exchange.settlement.invoices.commands import InvoiceServiceFee, SetBillingDetails
from exchange.settlement.invoices.facts import BillingDetailsSet, InvoiceMissing, InvoiceNumbered
from exchange.settlement.invoices.parties import OUTSIDE
from exchange.settlement.invoices.pricing import price_of, untaxed
from exchange.settlement.invoices.values import FeeTaken, SgdRate, SupplyTax
from tests.support.stage import refusal
from tests.unit.settlement.invoicing import (
    GST,
    SINGAPORE,
    ZERO_RATED,
    a_credit,
    a_sale,
    an_office,
    billed,
    details,
    numbered,
    sold,
)
from tests.unit.settlement.stage import BUYER, EXCHANGE, OPERATOR, OTHER, SELLER

NO_FEE = FeeTaken(net_minor=0, tax_minor=0, tax_rate_bp=600)


def test_an_accepted_purchase_is_invoiced_to_its_buyer_and_its_fee_to_its_seller() -> None:
    invoice, fee = numbered(an_office(), a_sale())
    assert (invoice.number, invoice.kind, invoice.matter) == ("2026-SE-CN-02-000001", "invoice", "purchase")
    assert (invoice.net_minor, invoice.tax_minor, invoice.gross_minor) == (1_200_000, 0, 1_200_000)
    assert (invoice.seller.name, invoice.buyer.country) == ("SE-CN-02 Ltd.", "JP")
    assert (invoice.issue_date, invoice.trade_id, invoice.paid_minor) == ("2026-11-02", "T-0.10.0", 1_200_000)
    (line,) = invoice.lines
    assert (line.name, line.quantity, line.unit_code, line.price) == (
        "Port calls (P-07 1)",
        1,
        "MON",
        "12000",
    )
    assert line.tax == OUTSIDE
    assert (fee.number, fee.matter, fee.buyer.participant_id) == ("2026-OP-CN-01-000001", "fee", SELLER)
    assert (fee.net_minor, fee.tax_minor, fee.lines[0].tax.rate_bp) == (28_302, 1_698, 600)


def test_numbers_have_no_gap_whatever_is_refused_between_them() -> None:
    stage = an_office()
    numbers = []
    for trade in range(4):
        numbers.append(numbered(stage, a_sale(f"T-{trade}"))[0].number)
        assert refusal(stage.ask(EXCHANGE, a_sale(f"T-{trade}")))[0] == "INVOICED_ALREADY"
        numbers.append(numbered(stage, a_credit(1, trade_id=f"T-{trade}"))[0].number)
    assert numbers == [f"2026-SE-CN-02-{place:06d}" for place in range(1, 9)]


def test_a_year_begins_in_shanghai_with_number_one() -> None:
    stage = an_office()
    stage.at = instant("2026-12-31T15:59:58Z")
    last, _ = numbered(stage, a_sale("T-1"))
    first, _ = numbered(stage, a_sale("T-2"))
    assert (last.number, last.issue_date) == ("2026-SE-CN-02-000001", "2026-12-31")
    assert (first.number, first.issue_date) == ("2027-SE-CN-02-000001", "2027-01-01")


def test_each_seller_counts_for_itself() -> None:
    stage = an_office()
    firsts = [
        numbered(stage, a_sale(who, seller_id=who, fee=NO_FEE))[0].sequence for who in (SELLER, SINGAPORE)
    ]
    assert firsts == [1, 1]


def test_a_price_includes_the_tax_that_its_seller_charges_at_home() -> None:
    at_home, _ = numbered(an_office(), a_sale(seller_id=SINGAPORE, buyer_id=OTHER, currency="SGD"))
    assert (at_home.net_minor, at_home.tax_minor, at_home.lines[0].tax) == (1_100_917, 99_083, GST)
    abroad, _ = numbered(an_office(), a_sale(seller_id=SINGAPORE))
    assert (abroad.net_minor, abroad.tax_minor, abroad.lines[0].tax.category) == (1_200_000, 0, "ZR")


def test_a_rate_of_sgd_stands_on_the_invoice_and_on_what_takes_it_back_whatever_is_said_later() -> None:
    stage = an_office()
    for rate in ("0.18", "0.19"):
        rates = (SgdRate(currency="CNY", rate=rate),)
        billed(stage, SINGAPORE, tax_id="M90312345A", abroad=ZERO_RATED, sgd_rates=rates)
        numbered(stage, a_sale(rate, seller_id=SINGAPORE, fee=NO_FEE))
    (note,) = numbered(stage, a_credit(1, trade_id="0.18"))
    invoices = [fact for fact in (each.fact for each in stage.journal) if isinstance(fact, InvoiceNumbered)]
    assert [each.sgd_rate for each in invoices] == ["0.18", "0.19", "0.18"]
    assert note.sgd_rate == "0.18"


def test_a_seller_in_singapore_that_says_nothing_is_not_registered_there() -> None:
    stage = an_office()
    billed(stage, SINGAPORE)
    (invoice,) = numbered(stage, a_sale(seller_id=SINGAPORE, buyer_id=OTHER, fee=NO_FEE))
    assert invoice.lines[0].tax.category == "NG"


def test_what_was_not_accepted_is_credited_at_once_on_the_invoice_of_the_whole() -> None:
    invoice, credit, fee = numbered(an_office(), a_sale(credited_minor=400_000, grounds="A week is missing."))
    assert (invoice.number, invoice.gross_minor) == ("2026-SE-CN-02-000001", 1_200_000)
    assert (credit.number, credit.kind, credit.gross_minor) == (
        "2026-SE-CN-02-000002",
        "credit_note",
        400_000,
    )
    assert (credit.of_number, credit.of_date) == (invoice.number, invoice.issue_date)
    assert (credit.lines[0].name, credit.grounds) == ("Part of Port calls (P-07 1)", "A week is missing.")
    assert fee.matter == "fee"


def test_all_that_went_back_is_credited_as_it_was_invoiced_with_its_fee() -> None:
    stage = an_office()
    stage.given(EXCHANGE, a_sale(sold=sold(quantity=3)))
    back, fee = numbered(stage, a_credit(1_200_000, fee_net_minor=28_302, fee_tax_minor=1_698))
    assert (back.lines[0].quantity, back.lines[0].price, back.gross_minor) == (3, "4000", 1_200_000)
    assert (fee.of_number, fee.kind, fee.gross_minor) == ("2026-OP-CN-01-000001", "credit_note", 30_000)


def test_one_cause_is_credited_once_and_no_more_than_is_left() -> None:
    stage = an_office()
    stage.given(EXCHANGE, a_sale(), a_credit(1_000_000))
    assert refusal(stage.ask(EXCHANGE, a_credit(1)))[0] == "CREDITED_ALREADY"
    assert refusal(stage.ask(EXCHANGE, a_credit(200_001, "seller R-2")))[0] == "CREDIT_TOO_LARGE"
    stage.given(EXCHANGE, a_credit(200_000, "seller R-2"))


def test_more_cannot_go_back_at_once_than_was_paid() -> None:
    asked = an_office().ask(EXCHANGE, a_sale(credited_minor=1_200_001))
    assert refusal(asked)[0] == "CREDIT_TOO_LARGE"


def test_what_goes_back_of_a_sale_that_was_never_invoiced_is_said_so() -> None:
    assert an_office().ask(EXCHANGE, a_credit(1)) == (
        InvoiceMissing(trade_id="T-0.10.0", wanted_for="credit"),
    )


def test_a_credit_note_names_its_parties_as_they_are_then() -> None:
    stage = an_office()
    stage.given(EXCHANGE, a_sale())
    billed(stage, BUYER, legal_name="Renamed Ltd.")
    note, *_ = numbered(stage, a_credit(1))
    assert note.buyer.name == "Renamed Ltd."


def test_a_service_fee_is_invoiced_by_the_operator() -> None:
    taken = FeeTaken(net_minor=941_509, tax_minor=56_491, tax_rate_bp=600)
    charge = InvoiceServiceFee(participant_id=BUYER, currency="CNY", fee=taken)
    (invoice,) = numbered(an_office(), charge)
    assert (invoice.number, invoice.matter, invoice.gross_minor) == (
        "2026-OP-CN-01-000001", "service_fee", 998_000,
    )  # fmt: skip
    assert invoice.buyer_reference == BUYER


def test_nobody_invoices_a_fee_where_nobody_runs_the_exchange() -> None:
    stage = an_office()
    del stage.state.parties[OPERATOR]
    charge = InvoiceServiceFee(participant_id=BUYER, currency="CNY", fee=NO_FEE)
    assert refusal(stage.ask(EXCHANGE, charge))[0] == "PARTICIPANT_UNKNOWN"
    assert [each.matter for each in numbered(stage, a_sale())] == ["purchase"]


def test_who_has_said_nothing_of_itself_is_named_as_it_was_admitted() -> None:
    fee = numbered(an_office(), a_sale())[1]
    assert (fee.seller.name, fee.seller.country, fee.seller.endpoint_id) == ("The OP-CN-01", "CN", "")


@pytest.mark.parametrize("command", [a_sale(), a_credit(1)])
def test_only_the_exchange_itself_has_something_invoiced(command: Any) -> None:
    assert refusal(an_office().ask(OPERATOR, command))[0] == "NOT_PERMITTED"


# What invoices say of whom.


@pytest.mark.parametrize(("actor", "reason"), [(BUYER, None), (OPERATOR, None), (OTHER, "NOT_PERMITTED")])
def test_billing_details_are_said_of_oneself_or_by_an_operator(actor: str, reason: str | None) -> None:
    said = SetBillingDetails(participant_id=BUYER, details=details("New"))
    (fact,) = an_office().ask(actor, said)
    assert (fact.reason if isinstance(fact, Refused) else None) == reason
    if reason is None:
        assert fact == BillingDetailsSet(participant_id=BUYER, details=details("New"), by_id=actor)


@pytest.mark.parametrize("who", ["XX-1", OPERATOR])
def test_nobody_is_described_who_is_not_known(who: str) -> None:
    said = SetBillingDetails(participant_id="XX-1", details=details("New"))
    assert refusal(an_office().ask(who, said))[0] == "PARTICIPANT_UNKNOWN"


@pytest.mark.parametrize(
    ("who", "given", "words"),
    [
        (BUYER, {"legal_name": "A\x00B"}, "no document can hold"),
        (BUYER, {"endpoint_id": ""}, "both or none"),
        (SELLER, {"at_home": GST}, "SR is no category"),
        (SINGAPORE, {"at_home": SupplyTax(category="S", rate_bp=900)}, "S is no category"),
        (SINGAPORE, {"at_home": SupplyTax(category="ZR", rate_bp=900)}, "no tax, and 900"),
        (SINGAPORE, {"at_home": GST, "tax_id": ""}, "tax number; give it"),
        (SINGAPORE, {"abroad": ZERO_RATED, "tax_id": ""}, "tax number; give it"),
        (BUYER, {"at_home": SupplyTax(category="S"), "tax_id": "JP1"}, "a rate, and 0"),
        (BUYER, {"sgd_rates": (SgdRate(currency="CNY", rate="0.18"),)}, "in Singapore alone"),
        (SINGAPORE, {"sgd_rates": (SgdRate(currency="CNY", rate="0.18"),) * 2}, "than SGD once"),
        (SINGAPORE, {"sgd_rates": (SgdRate(currency="SGD", rate="1"),)}, "than SGD once"),
        (SINGAPORE, {"sgd_rates": (SgdRate(currency="XXX", rate="1"),)}, "is no rate"),
        (SINGAPORE, {"sgd_rates": (SgdRate(currency="CNY", rate="0.0"),)}, "is no rate"),
        (BUYER, {"abroad": SupplyTax(category="G"), "tax_id": "JP1"}, "for a reason"),
        (BUYER, {"at_home": SupplyTax(category="S", rate_bp=1_000), "tax_id": "7"}, "begin with its country"),
    ],
)
def test_details_of_which_no_invoice_could_be_written_are_refused(
    who: str, given: dict[str, Any], words: str
) -> None:
    (fact,) = an_office().ask(who, SetBillingDetails(participant_id=who, details=details(who, **given)))
    assert isinstance(fact, Refused)
    assert fact.reason == "BILLING_UNFIT"
    assert words in fact.detail


# Amounts.


@given(st.integers(1, 10**12), st.integers(1, 10**6), st.sampled_from(("CNY", "JPY", "KWD")))
def test_the_price_of_a_unit_makes_up_the_whole_again(net: int, quantity: int, currency: str) -> None:
    from exchange.invoicing.totals import line_minor
    from exchange.kernel.money import exponent
    from tests.unit.invoicing.made import line

    price, base = price_of(net, quantity, currency)
    written = line(price=price, quantity=str(quantity), base_quantity=str(base))
    assert line_minor(written, exponent(currency)) == net


@given(st.integers(1, 10**15), st.sampled_from((0, 500, 600, 900, 1_000, 1_900)))
def test_the_tax_that_a_price_includes_is_that_of_its_rate_but_for_one_minor_unit(
    gross: int, rate: int
) -> None:
    net = untaxed(gross, rate)
    assert 0 < net <= gross
    assert abs(10_000 * (gross - net) - net * rate) <= 10_000


ACTS = st.lists(
    st.tuples(
        st.sampled_from((SELLER, SINGAPORE)),
        st.integers(0, 5),
        st.integers(1, 1_300_000),
        st.integers(0, 400),
    ),
    max_size=12,
)


@given(ACTS)
def test_whatever_is_asked_numbers_run_on_and_nothing_is_credited_twice(acts: list[Any]) -> None:
    stage = an_office()
    for seller, trade, amount, days in acts:
        stage.ask(EXCHANGE, a_sale(f"T-{trade}", seller_id=seller, credited_minor=min(amount, 1_200_000) % 7))
        stage.ask(EXCHANGE, a_credit(amount, f"seller {amount}", trade_id=f"T-{trade}"))
        stage.later(days * DAY)
    series: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    gross: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for fact in (recorded.fact for recorded in stage.journal):
        if isinstance(fact, InvoiceNumbered):
            series[fact.seller.participant_id, fact.year].append(fact.sequence)
            (gross if fact.kind == "invoice" else back)[fact.of_number or fact.number] += fact.gross_minor
            assert fact.number == f"{fact.year}-{fact.seller.participant_id}-{fact.sequence:06d}"
            assert sum(line.net_minor for line in fact.lines) + fact.tax_minor == fact.gross_minor
    assert all(found == list(range(1, len(found) + 1)) for found in series.values())
    assert all(back[number] <= gross[number] for number in back)
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()
