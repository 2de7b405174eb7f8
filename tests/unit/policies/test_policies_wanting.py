"""A REVIEW that wants facts, or a filing beside: a case that nobody lifts, and that closes when these have come."""

from typing import Any

import msgspec

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR, Refused, Tick
from exchange.kernel.time import DAY
from exchange.market.commands import ConfirmDeposit, PlaceOrder, SetInstrumentState, Side, Use
from exchange.market.facts import EntitlementGranted, FenceDecided
from exchange.registry.cases.commands import RuleOnCase, SettleCase
from exchange.registry.cases.facts import CaseAnswered, CaseClosed, CaseJoined, CaseOpened, CaseRuled
from exchange.registry.commands import RegisterProduct, Role
from exchange.registry.facts import ListingPublished
from tests.support.traits import GENERAL
from tests.unit.policies.test_policies_safeguards import BANK, BUYER, EXPORTER, Trials, a_certificate
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
from tests.unit.registry.test_registry_cases import a_panel

COVERED = "BU-SG-02"
COUNTS = ("counts.pi_count_cum", "counts.sensitive_count_cum")


class Desk(Trials):
    """The same, with a hand on what is before the counter."""

    def kept(self, context: str, kind: type[Any]) -> list[Any]:
        return [each.fact for each in self.rooms.journals[context] if isinstance(each.fact, kind)]

    def about(self, listing: ListingPublished) -> list[FenceDecided]:
        decided: list[FenceDecided] = self.kept("market", FenceDecided)
        return [each for each in decided if each.instrument_id == listing.listing_id]

    def tick(self) -> None:
        self.rooms.ask("market", POLICY_ACTOR, Tick())

    def order(
        self, listing: ListingPublished, buyer: str, authority: bool | None = False
    ) -> tuple[Fact, ...]:
        use = Use(
            purpose="sale",
            place_of_use="SG",
            licence_digest=listing.licence_digest,
            foreign_authority_request=authority,
        )
        order = PlaceOrder(
            instrument_id=listing.listing_id, side=Side.BID, quantity=1, price=1_200_000, use=use
        )
        return self.rooms.ask("market", buyer, order)

    def ruling(self, case_id: str, *codes: str) -> tuple[Fact, ...]:
        command = RuleOnCase(
            case_id=case_id,
            verdict="lifted",
            panel=a_panel(),
            grounds="The papers show consent.",
            codes=codes,
            valid_until=self.rooms.at + 90 * DAY,
        )
        return self.rooms.ask("registry", COUNTER, command)


def sold(facts: tuple[Fact, ...]) -> bool:
    return any(isinstance(each, EntitlementGranted) for each in facts)


def test_missing_counts_are_a_case_that_closes_by_itself_once_they_are_declared() -> None:
    desk = Desk()
    desk.asked(COUNTER, a_certificate())
    assert sold(desk.order(desk.listings[0], BUYER))
    assert not sold(desk.order(desk.listings[1], BUYER))
    (opened,) = desk.kept("registry", CaseOpened)
    assert (opened.codes, opened.missing, opened.demanded) == (("COUNTS_MISSING",), COUNTS, ())
    (refusal,) = desk.ruling(opened.case_id, "COUNTS_MISSING")
    assert isinstance(refusal, Refused)
    assert (refusal.reason, refusal.subject) == ("CASE_WAITS_FOR_FACTS", opened.case_id)
    desk.declared("1", "2", persons=9_900)
    desk.tick()
    decided = desk.kept("market", FenceDecided)[-1]
    assert (decided.outcome, decided.settles) == ("ALLOW_COND", (opened.decision_id,))
    (answered,) = desk.kept("registry", CaseAnswered)
    assert (answered.case_id, answered.answered_by) == (opened.case_id, decided.decision_id)
    assert desk.kept("registry", CaseClosed) == [CaseClosed(case_id=opened.case_id, basis="answered")]
    assert desk.rooms.partitions["market"].state.entitlements.asked == {}
    assert sold(desk.order(desk.listings[1], BUYER))
    assert desk.rooms.send_again() == []


def test_what_a_buyer_had_not_said_is_answered_when_it_says_it() -> None:
    desk = Desk()
    desk.asked(COUNTER, a_certificate())
    assert not sold(desk.order(desk.listings[0], BUYER, authority=None))
    (opened,) = desk.kept("registry", CaseOpened)
    assert opened.missing == ("foreign_authority_request",)
    assert not sold(desk.order(desk.listings[0], BUYER, authority=None))
    assert sold(desk.order(desk.listings[0], BUYER))
    (settled,) = (each for _, _, each in desk.rooms.sent if isinstance(each, SettleCase))
    assert settled.decision_ids == (opened.decision_id,)
    assert desk.kept("registry", CaseClosed) == [CaseClosed(case_id=opened.case_id, basis="answered")]
    assert desk.kept("registry", CaseOpened) == [opened]


def unclassified(desk: Desk) -> ListingPublished:
    """Data of American and mainland persons, for a buyer whom the American rules cover."""
    desk.asked(OPERATOR, an_admission(COVERED, Role.BUYER, place="SG", us_covered_person=True))
    deposit = ConfirmDeposit(participant_id=COVERED, currency="CNY", amount_minor=10**8, reference="D-2")
    desk.rooms.ask("market", BANK, deposit)
    named: dict[str, Any] = {"product_id": "P-20", "version": "4"}
    traits = msgspec.structs.replace(
        GENERAL,
        contains_pi=True,
        persons=500,
        sensitive_persons=500,
        us_class="health",
        us_persons_12m=20_000,
    )
    draft = a_draft(
        **named,
        traits=traits,
        licence=licence(spatial=("SG",), purposes=("sale",)),
        upstream=(),
        product_type="dataset",
    )
    desk.asked(EXPORTER, draft)
    for kind in ("compliance", "quality"):
        desk.asked(ASSESSOR, an_opinion(kind, **named))
    desk.asked(OPERATOR, RegisterProduct(**named))
    price = a_price(model="one_off", unit="licence")
    (listed,) = desk.asked(EXPORTER, a_listing(price, transaction_type="none", **named))
    assert isinstance(listed, ListingPublished)
    return listed


def test_beside_a_filing_a_case_waits_for_it_and_is_for_people_then() -> None:
    desk = Desk()
    listing = unclassified(desk)
    assert not sold(desk.order(listing, COVERED))
    opened = desk.kept("registry", CaseOpened)[-1]
    assert (opened.codes, opened.missing, opened.demanded) == (
        ("US_DSP_UNCLASSIFIED",),
        (),
        ("CN_ART8_FILE",),
    )
    (refusal,) = desk.ruling(opened.case_id, *opened.codes)
    assert isinstance(refusal, Refused)
    assert "demanded beside: CN_ART8_FILE" in refusal.detail
    desk.asked(COUNTER, a_certificate())
    desk.tick()
    joined = desk.kept("registry", CaseJoined)[-1]
    assert (joined.case_id, joined.for_people, joined.demanded) == (opened.case_id, True, ())
    assert [each for each in desk.kept("registry", CaseClosed) if each.case_id == opened.case_id] == []
    assert isinstance(desk.ruling(opened.case_id, *opened.codes)[-1], CaseRuled)
    assert sold(desk.order(listing, COVERED))


def test_what_is_asked_again_and_answered_alike_is_not_recorded_again() -> None:
    desk = Desk()
    desk.asked(COUNTER, a_certificate())
    assert sold(desk.order(desk.listings[0], BUYER))
    desk.order(desk.listings[1], BUYER)
    (decided,) = desk.about(desk.listings[1])
    desk.declared("1", persons=8_500)
    desk.tick()
    assert desk.about(desk.listings[1]) == [decided]
    assert len(desk.kept("registry", CaseOpened)) == 1


def test_of_an_instrument_that_is_closed_nothing_is_asked_again() -> None:
    desk = Desk()
    desk.asked(COUNTER, a_certificate())
    assert sold(desk.order(desk.listings[0], BUYER))
    desk.order(desk.listings[1], BUYER)
    name = desk.listings[1].listing_id
    desk.rooms.ask("market", OPERATOR, SetInstrumentState(instrument_id=name, state="closed"))
    desk.declared("1", "2", persons=9_900)
    desk.tick()
    assert desk.kept("registry", CaseClosed) == []
    known = desk.rooms.partitions["market"].state.entitlements
    assert (known.asked, known.asked_by, known.asked_in_turn) == ({}, {}, [])
    assert all(pair.names for pair in known.pairs.values())
