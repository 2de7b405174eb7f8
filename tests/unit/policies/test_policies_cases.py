"""From the fence's REVIEW to the counter and back: SC-09's case, appeals, and consignments, through every context."""

from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from exchange.bonded import commands as bonded
from exchange.bonded.facts import ConsignmentAdmitted, ConsignmentHeld, LiftEnded, ReviewLifted
from exchange.bonded.ruled.facts import RuledAgainst
from exchange.delivery.commands import CloseEntitlement
from exchange.fence import load_rulesets, newest
from exchange.kernel.bases import Command, Fact
from exchange.kernel.product import PricePlan
from exchange.kernel.protocol import POLICY_ACTOR, Refused, Tick
from exchange.kernel.time import DAY
from exchange.market.commands import ConfirmDeposit, PlaceOrder, Side, Use
from exchange.market.entitlements.facts import DecisionRevoked, EntitlementEnded
from exchange.market.facts import EntitlementGranted, FenceDecided, PurchaseRefunded, TradeMatched
from exchange.market.quotes.commands import Quote, RequestQuotes
from exchange.market.quotes.facts import QuoteGiven, QuotesRequested
from exchange.market.rulings.facts import RulingEnded, RulingRecorded
from exchange.registry.cases.commands import AppealCase, RuleOnCase, WithdrawCaseRuling
from exchange.registry.cases.facts import CaseNotOpened, CaseOpened, CaseRuled
from exchange.registry.commands import ActivateRuleset, RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from exchange.registry.reclassifying.commands import ReclassifyProduct
from tests.support.stage import START
from tests.unit.bonded.stage import INDONESIAN, OTHER, ZONE, a_link, a_lot, a_proposal
from tests.unit.bonded.stage import traits as bonded_traits
from tests.unit.market.quoting import wanted
from tests.unit.market.stage import traits
from tests.unit.policies.rooms import Rooms
from tests.unit.registry.stage import (
    ASSESSOR,
    COUNTER,
    OPERATOR,
    a_draft,
    a_listing,
    a_price,
    an_admission,
    an_opinion,
    licence,
)
from tests.unit.registry.test_registry_cases import SECOND, a_panel

F = TypeVar("F", bound=Fact)
SELLER, ASKER, BANK = "PR-CN-02", "BU-SG-01", "BK-HK-01"
SPEECH = traits(contains_pi=True, collected_in=("ID",), persons=400, sensitive_persons=0)
CODES = ("LOCAL_LAW_REVIEW",)
IN_ZONE = ("CN-LG", "CN-SH-FTZ", "CN-SH")


class Hall:
    """Indonesian speech, transcribed, on offer to a buyer with USD 30,000.00."""

    def __init__(self, **price: Any) -> None:
        self.rooms = Rooms()
        self.facts: dict[str, list[Fact]] = {}
        self._admitted()
        self.listing = self._listed(a_price(**({"currency": "USD", "unit": "minute"} | price)))
        deposit = ConfirmDeposit(
            participant_id=ASKER, currency="USD", amount_minor=3_000_000, reference="D-1"
        )
        self.rooms.ask("market", BANK, deposit)

    def _admitted(self) -> None:
        self.rooms.ask("registry", OPERATOR, an_admission(OPERATOR, Role.OPERATOR))
        for newcomer in (
            an_admission(COUNTER, Role.COUNTER, place="CN-LG"),
            an_admission(SELLER, Role.SELLER, Role.PROCESSOR, place="CN-LG", registered_zones=IN_ZONE),
            an_admission(ASSESSOR, Role.ASSESSOR),
            an_admission(BANK, Role.CUSTODIAN, place="HK"),
            an_admission(ASKER, Role.BUYER, place="SG"),
            an_admission(INDONESIAN, Role.SELLER, place="ID"),
        ):
            self.rooms.ask("registry", OPERATOR, newcomer)
        ruleset = newest(load_rulesets())
        activated = ActivateRuleset(
            ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=self.rooms.at
        )
        self.rooms.ask("registry", OPERATOR, activated)

    def _listed(self, price: PricePlan) -> ListingPublished:
        terms = licence(spatial=("SG",), purposes=("trade", "sale"))
        draft = a_draft(product_id="P-04", stored_in="SG", traits=SPEECH, licence=terms)
        self.rooms.ask("registry", SELLER, draft)
        opinions = (an_opinion(kind, product_id="P-04") for kind in ("compliance", "quality"))
        self.rooms.ask("registry", ASSESSOR, *opinions)
        self.rooms.ask("registry", OPERATOR, RegisterProduct(product_id="P-04", version="1"))
        (listed,) = self.rooms.ask("registry", SELLER, a_listing(price, product_id="P-04"))
        assert isinstance(listed, ListingPublished)
        return listed

    def order(self) -> PlaceOrder:
        use = Use(purpose="sale", place_of_use="SG", licence_digest=self.listing.licence_digest)
        return PlaceOrder(instrument_id=self.listing.listing_id, side=Side.BID, quantity=1, price=95, use=use)

    def sent(self, kind: type[Any]) -> list[Any]:
        return [command for _, _, command in self.rooms.sent if isinstance(command, kind)]

    def kept(self, context: str, kind: type[F]) -> list[F]:
        """Every fact of a kind that a context's journal holds."""
        return [each.fact for each in self.rooms.journals[context] if isinstance(each.fact, kind)]

    def cases(self) -> list[CaseOpened]:
        """Those about sales and consignments; one about the listing came first."""
        return [each for each in self.kept("registry", CaseOpened) if each.asked_in != "listing"]

    def case_id(self) -> str:
        return self.cases()[-1].case_id

    def rule(self, verdict: Any = "lifted", **changed: Any) -> tuple[Fact, ...]:
        values: dict[str, Any] = {"panel": a_panel(), "grounds": "The papers show consent."}
        if verdict == "lifted":
            values |= {"codes": CODES, "valid_until": self.rooms.at + 90 * DAY}
        command = RuleOnCase(case_id=self.case_id(), verdict=verdict, **(values | changed))
        facts = self.rooms.ask("registry", COUNTER, command)
        assert isinstance(facts[-1], CaseRuled), facts
        return facts

    def tick(self, context: str) -> None:
        self.rooms.ask(context, POLICY_ACTOR, Tick())


def test_sc_09_the_home_law_puts_the_quote_to_people_and_the_counter_decides_in_favour() -> None:
    hall = Hall(book="quotes", price_minor=100)
    (requested,) = hall.rooms.ask("market", ASKER, RequestQuotes(wanted=wanted(closes_at=START + 20 * DAY)))
    assert isinstance(requested, QuotesRequested)
    quote = Quote(
        request_id=requested.request_id,
        instrument_id=hall.listing.listing_id,
        price=95,
        quantity=18_000,
        valid_until=START + 19 * DAY,
    )
    decided, refusal = hall.rooms.ask("market", SELLER, quote)
    assert isinstance(decided, FenceDecided)
    assert isinstance(refusal, Refused)
    assert (decided.outcome, refusal.codes) == ("REVIEW", CODES)
    (opened,) = hall.cases()
    assert (opened.decision_id, opened.codes, opened.asked_by) == (decided.decision_id, CODES, SELLER)
    assert (opened.subject, opened.instrument_id) == ("P-04", hall.listing.listing_id)
    assert (opened.seller_id, opened.buyer_id) == (SELLER, ASKER)

    hall.rule(whole_product=True, reference="2026/9")
    (recorded,) = hall.kept("market", RulingRecorded)
    assert (recorded.product_id, recorded.instrument_id, recorded.buyer_id) == ("P-04", None, ASKER)
    assert (recorded.reference, recorded.by_id) == (opened.case_id, POLICY_ACTOR)
    assert recorded.panel == ("Member 1 (government)", "Member 2 (institution)", "Member 3 (industry)")
    facts = hall.rooms.ask("market", SELLER, quote)
    (given,) = (fact for fact in facts if isinstance(fact, QuoteGiven))
    assert given.amount_minor == 1_710_000
    assert len(hall.cases()) == 1


def bought(hall: Hall) -> TradeMatched:
    facts = hall.rooms.ask("market", ASKER, hall.order())
    (trade,) = (fact for fact in facts if isinstance(fact, TradeMatched))
    return trade


def refused(hall: Hall) -> None:
    assert isinstance(hall.rooms.ask("market", ASKER, hall.order())[-1], Refused)


@pytest.fixture
def hall() -> Hall:
    """The speech is sold by the minute at USD 0.95; the first order for it was put to people."""
    made = Hall(book="posted", price_minor=95)
    refused(made)
    return made


def test_the_same_question_is_one_case_and_the_same_order_trades_once_it_is_lifted(hall: Hall) -> None:
    refused(hall)
    assert len(hall.cases()) == 1
    hall.rule()
    trade = bought(hall)
    assert trade.decision is not None
    (recorded,) = hall.kept("market", RulingRecorded)
    assert recorded.instrument_id == hall.listing.listing_id
    assert trade.decision.ruling_ids == (recorded.ruling_id,)
    (granted,) = hall.kept("market", EntitlementGranted)
    lifted = hall.kept("market", FenceDecided)[-1]
    assert "counter_case" in lifted.obligations
    assert "counter_case" not in granted.obligations
    bought(hall)
    assert len(hall.cases()) == 1


def test_a_ruling_against_refuses_the_same_until_something_changes(hall: Hall) -> None:
    hall.rule("against")
    hall.rooms.partitions["market"].state.answers.clear()
    refused(hall)
    (ruled,) = hall.kept("registry", CaseNotOpened)
    assert (ruled.basis, ruled.case_id) == ("ruled", hall.case_id())
    other = Use(purpose="trade", place_of_use="SG", licence_digest=hall.listing.licence_digest)
    order = PlaceOrder(instrument_id=hall.listing.listing_id, side=Side.BID, quantity=1, price=95, use=other)
    assert isinstance(hall.rooms.ask("market", ASKER, order)[-1], Refused)
    assert len(hall.cases()) == 2


def test_what_a_second_panel_rules_against_ends_the_purchases_that_rest_on_it(hall: Hall) -> None:
    hall.rule()
    first, second = bought(hall), bought(hall)
    hall.rooms.ask("registry", SELLER, AppealCase(case_id=hall.case_id(), grounds="No consent at all."))
    hall.rule("against", panel=SECOND, grounds="There is no consent.")
    hall.tick("market")
    refunds = hall.kept("market", PurchaseRefunded)
    assert [each.trade_id for each in refunds] == [first.trade_id, second.trade_id]
    assert {(each.basis, each.grounds) for each in refunds} == {("counter", "There is no consent.")}
    assert [each.verdict for each in hall.sent(CloseEntitlement)] == ["refunded", "refunded"]
    assert len(hall.kept("market", RulingEnded)) == 1
    state = hall.rooms.partitions["market"].state
    assert (state.purchases, state.rulings.ending) == ({}, {})
    refused(hall)
    assert len(hall.cases()) == 1


def reclassified(hall: Hall, **changed: Any) -> None:
    word = ReclassifyProduct(
        product_id="P-04",
        version="1",
        traits=replace(SPEECH, **changed),
        grounds="It was looked at.",
        evidence_digest=bytes(32),
    )
    (fact,) = hall.rooms.ask("registry", COUNTER, word)
    assert not isinstance(fact, Refused), fact
    hall.tick("market")


def test_a_right_that_comes_to_rest_on_what_was_ruled_against_before_ends_at_once(hall: Hall) -> None:
    hall.rule("against", grounds="There is no consent.")
    nobody: dict[str, Any] = {
        "contains_pi": False,
        "collected_in": ("SG",),
        "persons": None,
        "sensitive_persons": None,
    }
    reclassified(hall, **nobody)
    trade = bought(hall)
    assert trade.decision is not None
    assert trade.decision.outcome == "ALLOW"
    # Its delivery asks for what has been done by then.
    hall.rooms.may_refuse("PURCHASE_FINAL")
    reclassified(hall)
    hall.tick("market")
    (revoked,) = hall.kept("market", DecisionRevoked)
    assert revoked.decision is not None
    *_, not_opened = hall.kept("registry", CaseNotOpened)
    assert (not_opened.decision_id, not_opened.basis) == (revoked.decision.decision_id, "ruled")
    (ended,) = hall.kept("market", EntitlementEnded)
    assert (ended.trade_id, ended.by, ended.grounds) == (trade.trade_id, "counter", "There is no consent.")
    assert len(hall.cases()) == 1


def test_a_right_that_rests_on_a_question_that_is_another_one_is_suspended_and_a_case(hall: Hall) -> None:
    hall.rule("against")
    reclassified(hall, contains_pi=False, collected_in=("SG",), persons=None, sensitive_persons=None)
    bought(hall)
    reclassified(hall, sector="speech")
    hall.tick("market")
    assert len(hall.kept("market", DecisionRevoked)) == 1
    assert hall.kept("market", EntitlementEnded) == []
    assert len(hall.cases()) == 2


def test_what_is_taken_back_lets_nothing_pass_and_what_was_bought_stays(hall: Hall) -> None:
    hall.rule()
    bought(hall)
    withdraw = WithdrawCaseRuling(case_id=hall.case_id(), grounds="A speaker took the consent back.")
    hall.rooms.ask("registry", COUNTER, withdraw)
    hall.tick("market")
    assert hall.kept("market", PurchaseRefunded) == []
    (ended,) = hall.kept("market", RulingEnded)
    assert (ended.basis, ended.grounds) == ("withdrawn", withdraw.grounds)
    refused(hall)
    assert len(hall.cases()) == 2


def test_on_appeal_another_ruling_takes_the_place_of_the_first(hall: Hall) -> None:
    hall.rule(any_buyer=True)
    bought(hall)
    hall.rooms.ask("registry", ASKER, AppealCase(case_id=hall.case_id(), grounds="For longer."))
    hall.rule(panel=SECOND, valid_until=hall.rooms.at + 200 * DAY)
    first, second = hall.kept("market", RulingRecorded)
    assert (first.buyer_id, second.buyer_id) == (None, ASKER)
    assert [each.ruling_id for each in hall.kept("market", RulingEnded)] == [first.ruling_id]
    assert list(hall.rooms.partitions["market"].state.rulings.held) == [second.ruling_id]
    hall.tick("market")
    assert hall.kept("market", DecisionRevoked) == [], "what both let pass is not suspended in between"
    bought(hall)


def test_policies_that_begin_anew_change_nothing(hall: Hall) -> None:
    hall.rule()
    bought(hall)
    in_force = list(hall.rooms.partitions["market"].state.rulings.held)
    assert hall.rooms.send_again() == []
    assert len(hall.cases()) == 1
    assert list(hall.rooms.partitions["market"].state.rulings.held) == in_force


def in_bond(hall: Hall) -> tuple[Fact, ...]:
    """A consignment of Indonesian speech is proposed."""
    zone = bonded.OpenBusinessZone(zone_id=ZONE, title="Zone 2", place="CN-LG", seats=100)
    hall.rooms.ask("bonded", OPERATOR, zone, a_link("LK-ID", "ID"))
    command: Command = a_proposal(
        "HB-ID",
        consignor_id=INDONESIAN,
        processor_id=OTHER,
        origin="ID",
        link_ids=("LK-ID",),
        return_list=("ID",),
        lots=(a_lot(10),),
        traits=bonded_traits(collected_in=("ID",)),
    )
    return hall.rooms.ask("bonded", INDONESIAN, command)


def test_a_consignment_that_waits_for_people_is_let_in_by_a_ruling_and_held_again_without_it(
    hall: Hall,
) -> None:
    assert isinstance(in_bond(hall)[-1], ConsignmentHeld)
    opened = hall.cases()[-1]
    assert (opened.asked_in, opened.seller_id, opened.buyer_id) == ("bonded", INDONESIAN, OTHER)
    assert [(each.zone_id, each.handbook_no) for each in opened.handbooks] == [(ZONE, "HB-ID")]
    hall.rule()
    hall.tick("bonded")
    assert len(hall.kept("bonded", ConsignmentAdmitted)) == 1
    (lift,) = hall.sent(bonded.LiftReview)
    assert (lift.reference, lift.codes) == (opened.case_id, CODES)
    hall.rooms.ask(
        "registry", COUNTER, WithdrawCaseRuling(case_id=opened.case_id, grounds="The papers were another's.")
    )
    (ended,) = hall.kept("bonded", LiftEnded)
    assert ended.ruling_ids == tuple(each.ruling_id for each in hall.kept("bonded", ReviewLifted))
    assert hall.rooms.partitions["bonded"].state.rulings == {f"{ZONE} HB-ID": []}


def test_on_appeal_a_consignment_that_both_panels_let_in_is_not_held_in_between(hall: Hall) -> None:
    in_bond(hall)
    hall.rule()
    hall.tick("bonded")
    held = len(hall.kept("bonded", ConsignmentHeld))
    case_id = hall.case_id()
    hall.rooms.ask("registry", INDONESIAN, AppealCase(case_id=case_id, grounds="For longer."))
    hall.rule(panel=SECOND, valid_until=hall.rooms.at + 200 * DAY)
    hall.tick("bonded")
    first, second = hall.kept("bonded", ReviewLifted)
    assert [each.ruling_ids for each in hall.kept("bonded", LiftEnded)] == [(first.ruling_id,)]
    (holds,) = hall.rooms.partitions["bonded"].state.rulings[f"{ZONE} HB-ID"]
    assert holds.ruling_id == second.ruling_id
    assert len(hall.kept("bonded", ConsignmentHeld)) == held


def test_a_consignment_ruled_against_stays_where_it_is(hall: Hall) -> None:
    in_bond(hall)
    hall.rule("against")
    hall.tick("bonded")
    assert hall.kept("bonded", ConsignmentAdmitted) == []
    (told,) = hall.kept("bonded", RuledAgainst)
    assert (told.handbook_no, told.codes, told.egresses) == ("HB-ID", CODES, 0)
    assert hall.rooms.partitions["bonded"].state.rulings == {}


def test_on_appeal_another_panel_takes_back_what_the_first_let_in(hall: Hall) -> None:
    in_bond(hall)
    hall.rule()
    hall.tick("bonded")
    hall.rooms.ask("registry", INDONESIAN, AppealCase(case_id=hall.case_id(), grounds="For longer."))
    hall.rule("against", panel=SECOND)
    hall.tick("bonded")
    (told,) = hall.kept("bonded", RuledAgainst)
    assert told.ruling_ids == tuple(each.ruling_id for each in hall.kept("bonded", ReviewLifted))
    assert hall.rooms.partitions["bonded"].state.rulings == {f"{ZONE} HB-ID": []}
