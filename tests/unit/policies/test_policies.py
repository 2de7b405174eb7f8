"""What one context tells another."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.bonded.commands import AdoptZoneRuleset, RecordParty, RecordPartyStanding
from exchange.delivery.commands import (
    CloseEntitlement,
    LapseEntitlement,
    OpenEntitlement,
    OpenMeter,
    RecordProduct,
    ResumeEntitlement,
    SuspendEntitlement,
)
from exchange.delivery.facts import FACTS as DELIVERY_FACTS
from exchange.delivery.facts import AcceptanceProposed, ReadingTaken, RejectionProposed, UsageMetered
from exchange.fence import load_rulesets
from exchange.kernel.bases import Command, CommandMeta, Fact, FactMeta, Recorded, Source
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.plan import METERED_MAX, PlanTerms, PriceTier
from exchange.kernel.protocol import FACTS as COMMON_FACTS
from exchange.kernel.protocol import Refused
from exchange.market.bills.facts import FACTS as BILL_FACTS
from exchange.market.bills.facts import BillOverdue, BillPaid, BillReopened
from exchange.market.commands import (
    AdoptRuleset,
    ConcludeDelivery,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
    Use,
)
from exchange.market.decider import decider as market
from exchange.market.destinations.facts import ListingsAskedAgain, NoDestinationFound
from exchange.market.disputes.facts import DisputeOpened, DisputeResolved
from exchange.market.ecny.facts import EcnyConverted
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.market.facts import (
    DepositConfirmed,
    EntitlementGranted,
    FenceDecided,
    PayoutExecuted,
    PurchaseAccepted,
    PurchaseRefunded,
    TradeMatched,
)
from exchange.market.fees.facts import ServiceFeeCharged
from exchange.market.fx.facts import FxExecuted, FxSettled
from exchange.market.payouts.facts import PayablesNetted, PayablesRestored
from exchange.market.persons.facts import SoldFromBond
from exchange.market.plans.commands import RecordUsage, SetPricePlan
from exchange.market.plans.facts import UnitsBought
from exchange.market.purchases.facts import RefundApproved
from exchange.market.shares.facts import RevenueSharePaid
from exchange.market.state import Market
from exchange.market.subsidies.commands import PaySubsidy
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.market.transfers.commands import ConcludeMoneyTransfer, TakeInMoney
from exchange.market.transfers.facts import TransferArrived, TransferSent, TransferTurnedAway
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.market.withdrawals.facts import WithdrawalPaid
from exchange.policies import POLICIES, Ask, asked_of
from exchange.registry.attesting.facts import FACTS as ATTESTATION_FACTS
from exchange.registry.cases.facts import CaseNotOpened, CaseRuled, CaseRulingWithdrawn
from exchange.registry.commands import RegisterProduct, ReinstateParticipant, Role, SuspendParticipant
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    ProductRegistered,
    RulesetActivated,
)
from exchange.registry.lists.facts import FACTS as LIST_FACTS
from exchange.registry.participants.facts import FACTS as PARTICIPANT_FACTS
from exchange.registry.persons.facts import FACTS as PERSONS_FACTS
from exchange.registry.reclassifying.facts import FACTS as RECLASSIFYING_FACTS
from exchange.registry.safeguards.facts import FACTS as SAFEGUARD_FACTS
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.settlement.invoices.commands import NotePayment
from exchange.settlement.statements.commands import ExpectMovement
from exchange.settlement.subsidies.commands import ReturnSubsidy, SettleSubsidy
from exchange.settlement.subsidies.facts import SubsidyClaimed, SubsidyFunded
from streams.vocabulary import CONTEXTS
from tests.support.made import made
from tests.support.stage import refusal
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    SELLER,
    a_draft,
    a_listing,
    a_price,
    a_registry,
    an_admission,
    an_opinion,
    licence,
    with_registration,
)

META = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor="exchange", at=1_000_000)


def asked(context: str, fact: Fact) -> tuple[Ask, ...]:
    """Everything that all policies ask for when a fact of `context` is read, in order."""
    recorded = Recorded(META, fact)
    return tuple(asked_of(context, recorded, POLICIES))


def of_delivery(fact: Fact) -> tuple[Ask, ...]:
    """What the market's fact asks of the delivery."""
    return tuple(ask for ask in asked("market", fact) if ask.context == "delivery")


def of_market(fact: Fact) -> tuple[Ask, ...]:
    """What the registry's fact asks of markets."""
    return tuple(ask for ask in asked("registry", fact) if ask.context == "market")


def of_bonded(fact: Fact) -> tuple[Ask, ...]:
    """What the registry's fact asks of bonded processing."""
    return tuple(ask for ask in asked("registry", fact) if ask.context == "bonded")


def listed(plan: PlanTerms | None = None, **price: Any) -> ListingPublished:
    stage = with_registration(a_registry())
    (published,) = stage.ask(SELLER, a_listing(a_price(**price), plan=plan))
    assert isinstance(published, ListingPublished)
    return published


def sound(ask: Ask) -> bool:
    """Whether the command keeps the bounds its type states, so that the other context can read it."""
    command = ask.command
    return msgspec.convert(msgspec.to_builtins(command), type(command)) == command


def test_policies_have_names_of_their_own_and_read_journals_that_exist() -> None:
    names = [policy.name for policy in POLICIES]
    assert len(set(names)) == len(names)
    assert {policy.context for policy in POLICIES} == set(CONTEXTS)


def test_an_admitted_participant_becomes_known_in_every_market() -> None:
    newcomer = an_admission(
        "BU-JP-01", Role.BUYER, Role.BROKER, place="JP", ciio=True, us_covered_person=True
    )
    (admitted,) = a_registry().ask(OPERATOR, newcomer)
    assert isinstance(admitted, ParticipantAdmitted)
    (ask,) = of_market(admitted)
    assert (ask.context, ask.key) == ("market", None)
    assert isinstance(ask.command, RecordParticipant)
    standing = ask.command.standing
    assert (standing.participant_id, standing.place, standing.active) == ("BU-JP-01", "JP", True)
    assert standing.roles == ("buyer", "broker")
    assert (standing.ciio, standing.us_covered_person, standing.is_intermediary) == (True, True, False)
    assert standing.beneficial_owner == "UBO-BU-JP-01"
    assert sound(ask)


def in_the_market(*commands: Command) -> Partition[Market]:
    """A market that accepts what the exchange asks of it."""
    partition = Partition(market(load_rulesets()), 0)
    for offset, command in enumerate(commands):
        source = Source(topic="registry.journal", partition=0, seq=offset, index=0)
        meta = CommandMeta(id=f"c-{offset}", actor="exchange", valid_until=1, source=source)
        (outcome,) = partition.answer(offset, 1, Asked(meta, command), claim=0)
        assert not any(isinstance(recorded.fact, Refused) for recorded in outcome), outcome
    return partition


def test_the_largest_participant_the_registry_admits_is_accepted_by_every_market() -> None:
    name, stage = "N" * 80, a_registry()
    zones = tuple(["字" * 66] * 15)
    newcomer = an_admission(
        name, *Role, registered_zones=zones, beneficial_owner="O" * 80, place="CN-LG", display_name="字" * 200
    )
    (admitted,) = stage.ask(OPERATOR, newcomer)
    assert isinstance(admitted, ParticipantAdmitted)
    (ask,) = of_market(admitted)
    assert name in in_the_market(ask.command).state.participants


def test_the_largest_product_the_registry_lists_is_accepted_by_its_market() -> None:
    stage, seller, assessors = a_registry(), "S" * 80, ("A" * 80, "B" * 80)
    stage.given(OPERATOR, an_admission(seller, Role.SELLER))
    stage.given(OPERATOR, *(an_admission(assessor, Role.ASSESSOR) for assessor in assessors))
    wordy = licence(permitted=tuple("x" * 198 for _ in range(64)))
    named = {"product_id": "P" * 60, "version": "1" * 20}
    stage.given(seller, a_draft(**named, title="𠀀" * 200, licence=wordy))
    refused = stage.ask(
        seller, a_draft(**(named | {"version": "2"}), licence=licence(permitted=("x" * 198,) * 65))
    )
    assert refusal(refused)[0] == "PRODUCT_TOO_LARGE"
    stage.given(assessors[0], an_opinion("compliance", **named))
    stage.given(assessors[1], an_opinion("quality", **named))
    stage.given(OPERATOR, RegisterProduct(**named))
    (published,) = stage.ask(seller, a_listing(market_id="M" * 80, **named))
    assert isinstance(published, ListingPublished)
    opening = next(ask.command for ask in asked("registry", published) if ask.context == "market")
    assert published.listing_id in in_the_market(opening).state.instruments


def test_a_participants_standing_becomes_known_in_every_market() -> None:
    stage = a_registry()
    (suspended,) = stage.ask(OPERATOR, SuspendParticipant(participant_id=SELLER, grounds=""))
    (reinstated,) = stage.ask(OPERATOR, ReinstateParticipant(participant_id=SELLER))
    for fact, active in [(suspended, False), (reinstated, True)]:
        standing = RecordStanding(participant_id=SELLER, active=active)
        assert of_market(fact) == (Ask("market", None, standing),)
        party = RecordPartyStanding(participant_id=SELLER, active=active)
        assert of_bonded(fact) == (Ask("bonded", None, party),)


def test_a_ruleset_is_adopted_by_every_market() -> None:
    activated = RulesetActivated(ruleset_version="2026-11", ruleset_digest="ab" * 32, effective_at=5)
    adopt = AdoptRuleset(ruleset_version="2026-11", ruleset_digest="ab" * 32, effective_at=5)
    assert of_market(activated) == (Ask("market", None, adopt),)
    there = AdoptZoneRuleset(ruleset_version="2026-11", ruleset_digest="ab" * 32, effective_at=5)
    assert of_bonded(activated) == (Ask("bonded", None, there),)


def test_an_admitted_participant_becomes_known_to_bonded_processing_with_the_key_it_signs_with() -> None:
    newcomer = an_admission("PR-CN-01", Role.PROCESSOR, place="CN-LG", registered_zones=("CN-LG",))
    (admitted,) = a_registry().ask(OPERATOR, newcomer)
    assert isinstance(admitted, ParticipantAdmitted)
    (ask,) = of_bonded(admitted)
    assert sound(ask)
    assert isinstance(ask.command, RecordParty)
    party = ask.command.party
    assert (party.participant_id, party.place, party.roles) == ("PR-CN-01", "CN-LG", ("processor",))
    assert party.public_key == admitted.public_key
    assert (party.active, party.registered_zones) == (True, ("CN-LG",))


def test_a_listing_becomes_a_product_to_deliver_and_then_an_instrument_to_trade() -> None:
    listing = listed()
    delivery, market = asked("registry", listing)
    assert (delivery.context, delivery.key) == ("delivery", "P-07")
    assert delivery.command == RecordProduct(
        product_id="P-07",
        version="1",
        listing_id=listing.listing_id,
        seller_id=SELLER,
        product_type="stream",
        protection="open",
        stored_in="CN",
        title="Port-call and berth stream",
    )
    assert (market.context, market.key) == ("market", "M-DATA")
    assert isinstance(market.command, OpenInstrument)
    terms = market.command.terms
    assert terms.instrument_id == terms.listing_id == listing.listing_id
    assert terms.market_id == "M-DATA"
    assert (terms.seller_id, terms.assessor_ids) == (SELLER, (ASSESSOR,))
    assert (terms.posted_price, terms.tick_micros, terms.currency) == (1_200_000, 10_000, "CNY")
    assert (terms.unit, terms.subscription, terms.moves_data) == ("month", True, True)
    assert (terms.licence, terms.licence_digest) == (listing.licence, listing.licence_digest)
    assert terms.acceptance_days == 7
    assert sound(delivery)
    assert sound(market)


@pytest.mark.parametrize(
    ("currency", "tick_micros"), [("JPY", 1_000_000), ("CNY", 10_000), ("KWD", 1_000), ("CLF", 100)]
)
def test_a_tick_is_one_minor_unit_so_that_no_price_needs_a_fraction(currency: str, tick_micros: int) -> None:
    (_, market) = asked("registry", listed(currency=currency, price_minor=250_000))
    assert isinstance(market.command, OpenInstrument)
    assert market.command.terms.tick_micros == tick_micros
    assert market.command.terms.posted_price == 250_000


def test_a_book_of_orders_has_no_posted_price_and_a_licence_no_term_of_renewal() -> None:
    (_, market) = asked("registry", listed(book="orders", model="one_off", unit="licence"))
    assert isinstance(market.command, OpenInstrument)
    terms = market.command.terms
    assert (terms.posted_price, terms.subscription, terms.seller_id) == (None, False, SELLER)
    assert terms.rules.form == "book"


def test_what_is_listed_for_an_auction_has_neither_a_posted_price_nor_a_book() -> None:
    (_, market) = asked("registry", listed(book="auction", model="one_off", unit="licence"))
    assert isinstance(market.command, OpenInstrument)
    terms = market.command.terms
    assert (terms.posted_price, terms.rules.form) == (None, "auction")


@pytest.mark.parametrize(
    ("product_type", "book", "moves_data", "kind", "form", "capacity_needed"),
    [
        ("annotation_service", "quotes", True, "listing", "quotes", False),
        ("cultural_digital", "auction", True, "listing", "auction", False),
        ("compute_hour", "orders", False, "compute", "book", True),
        ("line_bandwidth", "pool", False, "bandwidth", "pool", False),
        ("storage", "posted", False, "storage", "book", False),
        ("seat_licence", "orders", False, "seat", "book", True),
    ],
)
def test_what_is_on_offer_says_how_it_is_traded(
    product_type: Any, book: str, moves_data: bool, kind: str, form: str, capacity_needed: bool
) -> None:
    listing = msgspec.structs.replace(listed(book=book), product_type=product_type)
    (_, market) = asked("registry", listing)
    assert isinstance(market.command, OpenInstrument)
    terms = market.command.terms
    assert (terms.moves_data, terms.posted_price is not None) == (moves_data, book == "posted")
    assert (terms.rules.kind, terms.rules.form, terms.rules.capacity_needed) == (kind, form, capacity_needed)


_PLAN = PlanTerms(
    sale="once",
    counts="bytes",
    unit="GB",
    model="flat",
    tiers=(PriceTier(from_units=0, unit_micros=18_000_000),),
)


def test_a_listing_s_price_plan_is_set_once_its_instrument_is_open() -> None:
    listing = listed(_PLAN, book="plan")
    _, opening, planned = asked("registry", listing)
    assert isinstance(opening.command, OpenInstrument)
    assert (opening.command.terms.posted_price, opening.command.terms.rules.form) == (None, "plan")
    assert planned == Ask("market", "M-DATA", SetPricePlan(instrument_id=listing.listing_id, plan=_PLAN))
    assert sound(planned)


@pytest.mark.parametrize(
    ("fact", "state"),
    [
        (ListingSuspended(listing_id="L-0.1.0", market_id="M-DATA", grounds=""), "halted"),
        (ListingResumed(listing_id="L-0.1.0", market_id="M-DATA"), "open"),
        (ListingWithdrawn(listing_id="L-0.1.0", market_id="M-DATA", grounds=""), "closed"),
    ],
)
def test_a_listings_state_is_its_books_state(fact: Fact, state: Any) -> None:
    command = SetInstrumentState(instrument_id="L-0.1.0", state=state)
    assert asked("registry", fact) == (Ask("market", "M-DATA", command),)


def test_a_granted_entitlement_is_opened_where_its_product_is_delivered() -> None:
    granted = EntitlementGranted(
        entitlement_id="E-0.5.2",
        trade_id="T-0.5.1",
        market_id="M-DATA",
        product_id="P-07",
        version="1",
        listing_id="L-0.1.0",
        seller_id=SELLER,
        buyer_id="BU-JP-01",
        quantity=1,
        unit="month",
        licence_digest=bytes(32),
        obligations=(),
        starts_at=10,
        ends_at=20,
        acceptance_days=7,
    )
    opening = OpenEntitlement(
        entitlement_id="E-0.5.2",
        trade_id="T-0.5.1",
        market_id="M-DATA",
        product_id="P-07",
        version="1",
        seller_id=SELLER,
        buyer_id="BU-JP-01",
        starts_at=10,
        ends_at=20,
        acceptance_days=7,
    )
    assert asked("market", granted) == (Ask("delivery", "P-07", opening),)


def some_units(counts: Any) -> UnitsBought:
    return UnitsBought(
        hold_id="H-0.5.0",
        entitlement_id="E-0.5.2",
        trade_id="T-0.5.1",
        plan_id="PP-0.2.0",
        instrument_id="L-0.1.0",
        seller_id=SELLER,
        buyer_id="BU-JP-01",
        units=3,
        unit="GB",
        metered=3 * 10**9,
        covered=0,
        refundable=False,
        currency="CNY",
        amount_minor=5_400,
        ends_at=20,
        top_up=False,
        resumes="",
        use=Use(),
        product_id="P-07",
        counts=counts,
    )


@pytest.mark.parametrize("counts", ["calls", "bytes"])
def test_units_that_are_used_up_are_metered_where_their_product_is_delivered(counts: Any) -> None:
    meter = OpenMeter(
        entitlement_id="E-0.5.2",
        product_id="P-07",
        instrument_id="L-0.1.0",
        buyer_id="BU-JP-01",
        counts=counts,
    )
    assert asked("market", some_units(counts)) == (Ask("delivery", "P-07", meter),)


@pytest.mark.parametrize("counts", ["units", "seats"])
def test_units_that_are_not_used_up_have_no_meter(counts: Any) -> None:
    assert asked("market", some_units(counts)) == ()


@pytest.mark.parametrize("metered", [1, METERED_MAX])
def test_what_was_metered_is_used_of_the_balance_in_the_market_of_the_trade(metered: int) -> None:
    used = UsageMetered(
        entitlement_id="E-0.5.2",
        market_id="M-DATA",
        product_id="P" * 60,
        instrument_id="L-0.1.0",
        buyer_id="BU-JP-01",
        first=0,
        last=2**63 - 1,
        counts="bytes",
        metered=metered,
    )
    (ask,) = asked("delivery", used)
    assert ask == Ask(
        "market",
        "M-DATA",
        RecordUsage(
            instrument_id="L-0.1.0",
            buyer_id="BU-JP-01",
            metered=metered,
            reference=f"{'P' * 60} 0..{2**63 - 1}",
        ),
    )
    assert sound(ask)


def test_what_a_gateway_s_meter_has_counted_is_used_of_the_balance_in_the_market_of_the_trade() -> None:
    taken = ReadingTaken(
        entitlement_id="E-0.5.2",
        market_id="M-DATA",
        product_id="P-08",
        instrument_id="L-0.1.0",
        buyer_id="BU-JP-01",
        counts="calls",
        before=120,
        total=500,
    )
    usage = RecordUsage(instrument_id="L-0.1.0", buyer_id="BU-JP-01", metered=380, reference="E-0.5.2 500")
    assert asked("delivery", taken) == (Ask("market", "M-DATA", usage),)


_PURCHASE: dict[str, Any] = {
    "trade_id": "T-0.5.1",
    "entitlement_id": "E-0.5.2",
    "product_id": "P-07",
    "buyer_id": "BU-JP-01",
    "seller_id": SELLER,
    "currency": "CNY",
}
_ACCEPTED = PurchaseAccepted(
    **_PURCHASE,
    gross_minor=1_200_000,
    seller_minor=1_170_000,
    fee_net_minor=28_302,
    fee_tax_minor=1_698,
    tax_authority="CN",
    tax_rate_bp=600,
    basis="evidence",
)
_REFUNDED = PurchaseRefunded(**_PURCHASE, amount_minor=1_200_000, basis="seller", grounds="")


def a_refund(left_minor: int) -> RefundApproved:
    return RefundApproved(
        **_PURCHASE,
        amount_minor=100,
        payable_minor=98,
        clawback_minor=0,
        fee_net_minor=2,
        fee_tax_minor=0,
        tax_authority="CN",
        tax_rate_bp=600,
        left_minor=left_minor,
        reference="R-1",
        basis="seller",
        grounds="",
    )


def a_resolution(stage: Any, left_minor: int) -> DisputeResolved:
    return DisputeResolved(
        **_PURCHASE,
        stage=stage,
        held_minor=100,
        buyer_minor=100,
        seller_minor=0,
        recovered_minor=0,
        fee_net_minor=0,
        fee_tax_minor=0,
        tax_authority="CN",
        tax_rate_bp=600,
        broker_id="",
        commission_minor=0,
        left_minor=left_minor,
        basis="agreement",
        panel=(),
        grounds="",
    )


@pytest.mark.parametrize("fact", [a_refund(1), a_resolution("accepted", 1)])
def test_a_right_that_is_paid_for_in_part_goes_on(fact: Fact) -> None:
    assert of_delivery(fact) == ()


@pytest.mark.parametrize(
    ("fact", "verdict"),
    [
        (_ACCEPTED, "accepted"),
        (_REFUNDED, "refunded"),
        (a_refund(0), "refunded"),
        (a_resolution("accepted", 0), "refunded"),
        (a_resolution("escrow", 0), "refunded"),
        (a_resolution("escrow", 1), "accepted"),
    ],
)
def test_the_markets_final_word_closes_the_entitlement(fact: Fact, verdict: Any) -> None:
    close = CloseEntitlement(entitlement_id="E-0.5.2", product_id="P-07", verdict=verdict)
    assert of_delivery(fact) == (Ask("delivery", "P-07", close),)


_RIGHT: dict[str, Any] = {
    "entitlement_id": "E-0.5.2",
    "trade_id": "T-0.5.1",
    "instrument_id": "L-0.1.0",
    "product_id": "P-07",
    "seller_id": SELLER,
    "buyer_id": "BU-JP-01",
}


def test_a_right_that_is_revoked_is_suspended_in_the_delivery_since_then() -> None:
    revoked = DecisionRevoked(
        **_RIGHT, since=7, ends_at=9, codes=("SG_S26",), decision=None, rested_on="D-0.5.0", basis="date"
    )
    suspend = SuspendEntitlement(entitlement_id="E-0.5.2", product_id="P-07", since=7, codes=("SG_S26",))
    assert asked("market", revoked) == (Ask("delivery", "P-07", suspend),)


def test_a_right_that_runs_again_is_resumed_in_the_delivery() -> None:
    restored = DecisionRestored(**_RIGHT, unused_days=3, decision=None, basis="ruling")
    resume = ResumeEntitlement(entitlement_id="E-0.5.2", product_id="P-07")
    assert asked("market", restored) == (Ask("delivery", "P-07", resume),)


def test_a_right_that_has_ended_lapses_in_the_delivery() -> None:
    ended = EntitlementEnded(
        **_RIGHT, by="term", ended_at=9, unused_days=3, days=31, currency="SGD", refunded_minor=1, grounds=""
    )
    lapse = LapseEntitlement(entitlement_id="E-0.5.2", product_id="P-07", ended_at=9)
    assert asked("market", ended) == (Ask("delivery", "P-07", lapse),)


@pytest.mark.parametrize("basis", ["evidence", "time", "ruling"])
def test_a_proposal_to_accept_goes_to_the_market_of_the_trade(basis: Any) -> None:
    proposed = AcceptanceProposed(
        entitlement_id="E-0.5.2",
        trade_id="T-0.5.1",
        market_id="M-DATA",
        product_id="P-07",
        basis=basis,
        through=9,
    )
    conclude = ConcludeDelivery(trade_id="T-0.5.1", verdict="accept", basis=basis)
    assert asked("delivery", proposed) == (Ask("market", "M-DATA", conclude),)


def test_a_proposal_to_reject_goes_to_the_market_of_the_trade() -> None:
    proposed = RejectionProposed(
        entitlement_id="E-0.5.2",
        trade_id="T-0.5.1",
        market_id="M-DATA",
        product_id="P-07",
        basis="ruling",
        first=0,
        last=9,
    )
    conclude = ConcludeDelivery(trade_id="T-0.5.1", verdict="reject", basis="ruling")
    assert asked("delivery", proposed) == (Ask("market", "M-DATA", conclude),)


def test_cash_that_is_sent_is_offered_to_the_other_market_and_its_answer_goes_back() -> None:
    whose: dict[str, Any] = {"participant_id": "BU-JP-01", "currency": "CNY", "amount_minor": 5}
    sent = TransferSent(transfer_id="TM-1.7.0", from_partition=1, to_market_id="M-SZ", **whose)
    (offer,) = asked("market", sent)
    taken_in = TakeInMoney(transfer_id="TM-1.7.0", from_partition=1, **whose)
    assert offer == Ask("market", "M-SZ", taken_in)
    assert sound(offer)
    arrived = TransferArrived(transfer_id="TM-1.7.0", from_partition=1, **whose, repaid_minor=5)
    assert asked("market", arrived) == (Ask("market", 1, ConcludeMoneyTransfer(transfer_id="TM-1.7.0")),)
    away = TransferTurnedAway(
        transfer_id="TM-1.7.0", from_partition=1, **whose, reason="PURSE_SAME", detail="So."
    )
    back = ConcludeMoneyTransfer(transfer_id="TM-1.7.0", reason="PURSE_SAME", detail="So.")
    assert asked("market", away) == (Ask("market", 1, back),)


@pytest.mark.parametrize(("direction", "shown"), [("to_ecny", "debit"), ("to_cny", "credit")])
def test_a_bank_s_statement_is_expected_to_show_what_became_e_cny(direction: Any, shown: Any) -> None:
    converted = EcnyConverted(
        conversion_id="EC-0.7.0",
        participant_id="BU-CN-01",
        bank_id="BK-CN-01",
        direction=direction,
        currency="CNY",
        amount_minor=500,
    )
    movement = ExpectMovement(
        bank_id="BK-CN-01", currency="CNY", amount_minor=500, direction=shown, reference="EC-0.7.0"
    )
    assert asked("market", converted) == (Ask("settlement", "settlement", movement),)


def test_a_claim_is_paid_in_its_market_and_what_that_says_is_noted() -> None:
    whose: dict[str, Any] = {"participant_id": "PR-CN-01", "currency": "CNY", "amount_minor": 5}
    counted: dict[str, Any] = {
        "claim_id": "SC-0.7.0",
        "programme_id": "SP-1",
        "period": "2026",
        "used_minor": 9,
    }
    claimed = SubsidyClaimed(
        **whose,
        **counted,
        market_id="M-SH",
        claimed_minor=8,
        unpaid_minor=3,
        reason="SUBSIDY_CAP",
        cap_minor=9,
        reference="R",
    )
    assert asked("settlement", claimed) == (Ask("market", "M-SH", PaySubsidy(**whose, **counted)),)
    noted = SettleSubsidy(claim_id="SC-0.7.0")
    assert asked("market", SubsidyApplied(**whose, **counted)) == (Ask("settlement", "settlement", noted),)
    refused = Refused(command="PaySubsidy", reason="BALANCE_TOO_LARGE", subject="SC-0.7.0", detail="Full.")
    back = ReturnSubsidy(claim_id="SC-0.7.0", reason="BALANCE_TOO_LARGE", detail="Full.")
    assert asked("market", refused) == (Ask("settlement", "settlement", back),)


def test_what_is_paid_of_a_purchase_on_credit_or_late_is_noted_on_its_invoice() -> None:
    whose: dict[str, Any] = {
        "trade_id": "T-0.5.1",
        "buyer_id": "BU-JP-01",
        "currency": "CNY",
        "left_minor": 3,
    }
    noted: dict[str, Any] = {"trade_id": "T-0.5.1", "left_minor": 3}
    for fact, command in (
        (BillPaid(**whose, amount_minor=5, by="cash"), NotePayment(**noted, state="cash", amount_minor=5)),
        (
            BillReopened(**whose, amount_minor=5, due_at=9, set_id="PS-0.1.0"),
            NotePayment(**noted, state="reopened", amount_minor=5),
        ),
        (BillOverdue(**whose, due_at=9), NotePayment(**noted, state="overdue", amount_minor=0)),
    ):
        assert asked("market", fact) == (Ask("settlement", "settlement", command),)


def test_what_a_sponsor_pays_in_is_expected_on_the_bank_s_statement() -> None:
    funded = SubsidyFunded(
        programme_id="SP-1",
        sponsor_id="GO-1",
        bank_id="BK-1",
        currency="CNY",
        amount_minor=7,
        pledged_minor=5,
        reference="IN-1",
    )
    movement = ExpectMovement(
        bank_id="BK-1", currency="CNY", amount_minor=7, direction="credit", reference="IN-1"
    )
    assert asked("settlement", funded) == (Ask("settlement", "settlement", movement),)


_ANSWERED = {
    *(ParticipantAdmitted, ParticipantSuspended, ParticipantReinstated, RulesetActivated),
    *(ListingPublished, ListingSuspended, ListingResumed, ListingWithdrawn),
    *(EntitlementGranted, PurchaseAccepted, PurchaseRefunded, RefundApproved, DisputeResolved),
    *(DisputeOpened, ServiceFeeCharged, *BILL_FACTS),
    *(AcceptanceProposed, RejectionProposed, UsageMetered, ReadingTaken),
    *(DecisionRevoked, DecisionRestored, EntitlementEnded),
    *(DepositConfirmed, WithdrawalPaid, PayoutExecuted),
    *(TransferSent, TransferArrived, TransferTurnedAway, EcnyConverted, SubsidyApplied),
    *(FxExecuted, FxSettled, PayablesNetted, PayablesRestored, RevenueSharePaid),
    *(*SAFEGUARD_FACTS, *PERSONS_FACTS, *LIST_FACTS, *PARTICIPANT_FACTS, *RECLASSIFYING_FACTS),
    *(*ATTESTATION_FACTS, ProductRegistered),
    *(CaseRuled, CaseRulingWithdrawn, CaseNotOpened, NoDestinationFound, ListingsAskedAgain, SoldFromBond),
    *(FenceDecided, TradeMatched),
}
_OTHERS = [
    pytest.param(context, kind, id=f"{context} {kind.__name__}")
    for context, facts in [
        ("registry", REGISTRY_FACTS),
        ("market", MARKET_FACTS),
        ("delivery", DELIVERY_FACTS),
    ]
    for kind in (*facts, *COMMON_FACTS)
    if kind not in (*_ANSWERED, UnitsBought)
]


@pytest.mark.parametrize(("context", "kind"), _OTHERS)
@settings(max_examples=3, database=None)
@given(data=st.data())
def test_of_every_other_fact_nothing_is_asked(context: str, kind: type[Fact], data: st.DataObject) -> None:
    assert asked(context, data.draw(made(kind))) == ()
