"""A fact as one line for people."""

import msgspec

from exchange.cli.factline import told
from exchange.kernel.bases import Fact, FactMeta, Recorded
from exchange.kernel.time import instant
from exchange.market.fx.facts import FxSettled
from exchange.market.payouts.facts import PayablesNetted
from exchange.market.pools.facts import DepositReturned
from exchange.settlement.files.facts import OrderedPayment, PaymentFileIssued
from exchange.settlement.payees.facts import PayeeNamed
from streams.tailing.seen import Seen
from tests.unit.settlement.stage import a_net_set
from tests.unit.views.described_story import an_update
from tests.unit.views.line_story import a_line, a_recorded_line
from tests.unit.views.plan_story import a_period, an_announcement
from tests.unit.views.pool_story import a_failure, a_share

AT = instant("2026-10-16T00:00:00Z")
META = FactMeta(seq=7, claim=0, cause=3, index=0, last=0, command_id="c", actor="PR-CN-01", at=AT)


def line(fact: Fact) -> str:
    (shown,) = told([Seen("market.journal", 0, 9, AT, Recorded(META, fact))], coloured=False)
    return shown


def test_a_share_is_a_line_with_its_deposit_written_out() -> None:
    shown = line(a_share("SH-0.3.0", "PL-0.1.0"))
    assert shown.startswith(
        "2026-10-16T00:00:00.000Z market/0          7   ShareCommitted         PR-CN-01   "
    )
    assert "share_id=SH-0.3.0 pool_id=PL-0.1.0" in shown
    assert "mbps=50 deposit=“CNY 5,000.00” total_mbps=50" in shown


def test_a_way_round_is_a_line_with_its_time_and_what_the_fence_said() -> None:
    shown = line(a_line("0.", AT)[-1])
    assert "via=LK-SG,LK-SH places=CN-LG,SG,HK until=2026-10-16T01:00:00Z" in shown
    assert "outcome=ALLOW codes=NO_RULE_APPLIES" in shown
    assert "rtt_ms_max=30 loss_ppm_max=50" in line(a_recorded_line())


def test_a_long_list_is_cut_and_says_how_much_is_missing() -> None:
    returned = tuple(
        DepositReturned(share_id=f"SH-{number}", participant_id="A", mbps=1, amount_minor=1)
        for number in range(256)
    )
    shown = line(msgspec.structs.replace(a_failure(), returned=returned))
    assert "(share_id=SH-9 participant_id=A mbps=1 amount_minor=1),…246 more" in shown
    assert "SH-10 " not in shown


def test_a_short_list_is_told_in_full() -> None:
    assert "more" not in line(a_failure())


def test_unit_prices_have_their_six_decimals() -> None:
    shown = line(an_announcement())
    assert "tiers=(from_units=0 unit_micros=0.035000),(from_units=100000 unit_micros=12000.000000)" in shown
    assert "effective_at=2026-12-31T16:00:00Z" in shown


def test_a_period_is_told_by_its_days_and_its_money() -> None:
    shown = line(a_period())
    assert "begins_at=2026-12-16T00:00:00Z ends_at=2026-12-31T16:00:00Z days_charged=16 days=31" in shown
    assert "price=“CNY 12,000.00” amount=“CNY 6,193.55”" in shown


def test_amounts_of_two_currencies_are_told_in_their_own() -> None:
    settled = FxSettled(
        conversion_id="FC-0.5.0",
        quote_id="FX-0.4.0",
        bank_id="BK-HK-01",
        sell_currency="JPY",
        sold_minor=250_000,
        buy_currency="CNY",
        bought_minor=1_200_000,
    )
    assert "sold=“JPY 250,000” buy_currency=CNY bought=“CNY 12,000.00”" in line(settled)


def test_a_net_set_is_told_as_if_its_fields_were_the_facts() -> None:
    shown = line(PayablesNetted(net=a_net_set()))
    assert "set_id=PS-0.7.0" in shown
    assert "amount=“CNY 11,700.00”" in shown


def test_a_participant_that_is_described_anew_is_told_in_full() -> None:
    shown = line(an_update("ciio", ciio=True))
    assert "ParticipantUpdated     PR-CN-01   participant_id=SE-HK-09 place=CN roles=seller" in shown
    assert "ciio=true gba_registered=false" in shown
    assert "changed=ciio active=true" in shown


def test_of_the_number_of_an_account_a_line_shows_the_ends() -> None:
    payee = PayeeNamed(
        payee_id="PA-0.5.0",
        participant_id="SE-CN-02",
        currency="CNY",
        holder="Lingang Data",
        account_number="DE89370400440532013000",
        bic="PUDBCNSH",
    )
    assert "account_number=DE89…3000" in line(payee)
    payment = OrderedPayment(
        set_id="PS-0.7.0",
        participant_id="SE-CN-02",
        amount_minor=1_170_000,
        payee_id="PA-0.5.0",
        holder="L",
        account_number="6222000100008888",
        bic="PUDBCNSH",
    )
    file = PaymentFileIssued(
        file_id="PF-0.9.0",
        bank_id="BK-HK-01",
        account_id="HK-CNY-0001",
        holder="Corridor",
        bic="",
        currency="CNY",
        value_date="2026-12-01",
        payments=(payment,),
    )
    assert "6222000100008888" not in line(file)
