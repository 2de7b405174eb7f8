"""A product that was made in bond is sold on what its zone says is behind it, and no longer than it says so."""

from typing import Any

import pytest

from exchange.bonded import commands as bonded_asked
from exchange.bonded.facts import OutputOffered, ProvenancesRestated
from exchange.bonded.fenced.commands import ReportEnforcement
from exchange.fence import newest
from exchange.kernel.bases import Fact
from exchange.kernel.product import DataTraits
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.commands import AdoptRuleset, OpenInstrument, RecordParticipant
from exchange.market.facts import FenceDecided, OrderAccepted, TradeMatched
from exchange.market.provenance.commands import RecordProvenance
from exchange.market.provenance.facts import ProvenanceRecorded
from exchange.market.reclassified.commands import RecordTraits
from exchange.policies.bonded_market import BONDED_MARKET
from tests.unit.bonded.fenced_stage import a_staffed_zone, granted
from tests.unit.bonded.stage import (
    OPERATOR,
    PLATES,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_count,
    a_link,
    a_product,
    a_start,
    digest,
    items,
    traits,
)
from tests.unit.market.stage import (
    BANK,
    Stage,
    a_bid,
    a_standing,
    a_use,
    an_ask,
    decided_last,
    shipped,
    terms,
)

INSTRUMENT = "L-0.9.0"
FRAMES: dict[str, Any] = {
    "instrument_id": INSTRUMENT,
    "listing_id": INSTRUMENT,
    "product_id": "P-01",
    "version": "1.0",
    "title": "Labelled frames",
    "unit": "licence",
    "currency": "EUR",
    "seller_id": PROCESSOR,
    "posted_price": 4_800_000,
    "subscription": False,
    "stored_in": "CN-LG",
    "traits": traits(),
}


class Both:
    """A business zone and a market, with the policy between them, at one time."""

    def __init__(self, **changed: Any) -> None:
        self.zone: ZoneStage = a_staffed_zone()
        self.market = Stage(at=self.zone.at)
        self._told = 0
        ruleset = newest(shipped())
        adopted = AdoptRuleset(
            ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=self.zone.at - DAY
        )
        self.market.told(
            adopted,
            RecordParticipant(standing=a_standing(BANK, "HK", "custodian")),
            RecordParticipant(standing=a_standing(PROCESSOR, "CN-LG", "seller", "processor")),
            RecordParticipant(standing=a_standing(SELLER, "DE", "buyer")),
            RecordParticipant(standing=a_standing("BU-SG-01", "SG", "buyer")),
            OpenInstrument(terms=terms(**(FRAMES | changed))),
        )
        self.market.deposited(SELLER, 100_000_000, "EUR").deposited("BU-SG-01", 100_000_000, "EUR")

    def hear(self) -> list[RecordProvenance]:
        """The market is told what the zone has said since."""
        self.zone.settled()
        self.market.at = self.zone.at
        fresh, self._told = self.zone.journal[self._told :], len(self.zone.journal)
        asks = [ask.command for recorded in fresh for ask in BONDED_MARKET.react(recorded)]
        self.market.told(*asks)
        return [ask for ask in asks if isinstance(ask, RecordProvenance)]

    def bid(self, buyer: str = SELLER, place: str = "DE", **changed: Any) -> list[Fact]:
        """Somebody bids for the frames at their price."""
        use = a_use(purpose="sale", place_of_use=place, foreign_authority_request=False)
        return self.market.ask(buyer, a_bid(4_800_000, instrument_id=INSTRUMENT, use=use, **changed))

    def said(self, buyer: str = SELLER, place: str = "DE") -> tuple[str, tuple[str, ...]]:
        """What the market's fence says of a bid: outcome, and the codes that decide."""
        use = a_use(purpose="sale", place_of_use=place, foreign_authority_request=False)
        decided = decided_last(self.market, buyer, a_bid(4_800_000, instrument_id=INSTRUMENT, use=use))
        return decided.outcome, decided.deciding_codes


def offered(both: Both, *sources: str, separable: bool = False, **changed: Any) -> tuple[str, str, str]:
    """A consignment, the run on it, and its product, which is P-01 1.0."""
    name = both.zone.admitted(**changed)
    run = both.zone.started(a_start(items(name, 0, 99), source_ids=sources, keeps_separable=separable))
    done = bonded_asked.CompleteJobRun(job_run_id=run, made=(a_product(items(name, 0, 99)),))
    both.zone.given(PROCESSOR, done)
    output = both.zone.state.job_runs[run].made_ids[0]
    both.zone.given(PROCESSOR, bonded_asked.OfferOutput(output_id=output, product_id="P-01", version="1.0"))
    both.hear()
    return name, run, output


def test_an_offer_says_what_is_behind_it_and_the_policy_tells_every_market() -> None:
    both = Both()
    name, _, output = offered(both)
    (fact,) = [each.fact for each in both.zone.journal if isinstance(each.fact, OutputOffered)]
    said = fact.provenance
    assert (said.output_id, said.seller_id, said.origins, said.foreign_persons) == (
        output,
        PROCESSOR,
        ("DE",),
        800_000,
    )
    assert [(each.consignment_id, each.balance_state) for each in said.consignments] == [(name, "unbalanced")]
    assert [(each.place, each.link_ids) for each in said.routes] == [("DE", ("LK-DE",))]
    recorded = [fact for fact, _ in both.market.journal if isinstance(fact, ProvenanceRecorded)]
    assert [each.provenance for each in recorded] == [said]


@pytest.mark.parametrize(
    ("by_seller", "by_zone", "code"),
    [
        ("none", "report_passed", "CN_ART4_TRANSIT"),
        ("claimed", "report_passed", "CN_ANON_UNPROVEN"),
        ("report_passed", "none", "CN_ART4_TRANSIT"),
        ("report_passed", "report_passed", "CN_NO_TRIGGER"),
    ],
)
def test_how_far_persons_were_taken_out_is_the_graver_word_of_seller_and_zone(
    by_seller: str, by_zone: str, code: str
) -> None:
    both = Both(traits=traits(anonymisation=by_seller))
    name, _, _ = offered(both, traits=traits(anonymisation=by_zone))
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    assert both.said()[1] == (code,)


@pytest.mark.parametrize(("asked", "outcome"), [(True, "DENY"), (None, "REVIEW"), (False, "ALLOW_COND")])
def test_whether_an_authority_abroad_asks_for_it_is_its_buyer_s_word(
    asked: bool | None, outcome: str
) -> None:
    both = Both()
    name, _, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    use = a_use(purpose="sale", place_of_use="DE", foreign_authority_request=asked)
    order = a_bid(4_800_000, instrument_id=INSTRUMENT, use=use)
    assert decided_last(both.market, SELLER, order).outcome == outcome


def test_persons_behind_a_product_are_counted_whatever_its_seller_says_of_it() -> None:
    both = Both(traits=traits(contains_pi=False, persons=0))
    name, _, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    assert any(isinstance(each, TradeMatched) for each in both.bid())
    exported = both.market.market.persons.exported[PROCESSOR]
    assert [tuple(each.numbers) for each in exported.versions.values()] == [(0, 0, 800_000)]


def test_nothing_is_sold_of_which_no_zone_has_said_what_is_behind_it() -> None:
    both = Both()
    assert both.said()[0] in ("REVIEW", "DENY")


def test_the_sale_waits_for_the_balance_and_goes_on_by_itself_once_it_is_closed() -> None:
    both = Both(posted_price=None)
    name, _, _ = offered(both)
    assert both.said() == ("REVIEW", ("ZONE_BALANCE",))
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    assert any(isinstance(each, OrderAccepted) for each in both.bid())
    a_job_that_opens_the_balance(both, name, "")
    both.hear()
    asked = both.market.ask(PROCESSOR, an_ask(4_800_000, instrument_id=INSTRUMENT))
    assert not [each for each in asked if isinstance(each, TradeMatched)]
    both.zone.given(PROCESSOR, a_count(name, 9_800))
    both.hear()
    matched = [each for each in both.market.settle() if isinstance(each, TradeMatched)]
    assert [(each.seller_id, each.buyer_id) for each in matched] == [(PROCESSOR, SELLER)]


def test_t_02_labels_and_frames_go_back_to_germany_and_nowhere_else() -> None:
    both = Both()
    name, _, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    assert both.said("BU-SG-01", "SG") == ("DENY", ("EU_NO_TOOL", "ZONE_NO_LINK", "ZONE_RETURN_LIST"))
    facts = both.bid()
    decided = [each for each in facts if isinstance(each, FenceDecided)][-1]
    assert (decided.outcome, decided.reason_codes) == ("ALLOW_COND", ("CN_ART4_TRANSIT",))


def test_t_03_after_domestic_data_entered_an_order_is_put_to_people_wherever_the_report_came_late() -> None:
    both = Both()
    name, run, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    both.bid(expires_at=None)
    plates = both.zone.source()
    both.zone.incident(run, "undeclared_input", plates)
    (told,) = both.hear()
    assert (told.provenance.origins, told.provenance.domestic_pi) == (("CN", "DE"), True)
    facts = both.bid()
    (no,) = [each for each in facts if isinstance(each, Refused)]
    assert (no.reason, no.codes[0]) == ("FENCE_REFUSED", "CN_ART4_UNPROVEN")
    assert both.said()[0] == "REVIEW"


def test_a_re_classified_source_reaches_the_market_through_every_job_behind_the_product() -> None:
    both = Both()
    table = both.zone.source(traits=traits(contains_pi=False, collected_in=("DE",), persons=0))
    name = both.zone.admitted()
    (first,) = both.zone.made(
        a_start(items(name, 0, 99), source_ids=(table,)), a_product(kind="intermediate")
    )
    (second,) = both.zone.made(a_start(output_ids=(first,)), a_product())
    offer = bonded_asked.OfferOutput(output_id=second, product_id="P-01", version="1.0")
    both.zone.given(PROCESSOR, offer, a_count(name, 9_900))
    both.hear()
    assert both.said() == ("ALLOW_COND", ("CN_ART4_TRANSIT",))
    both.zone.given(
        OPERATOR,
        bonded_asked.ReclassifySource(
            source_id=table, traits=PLATES, grounds="Plates.", evidence_sha256=digest("evidence")
        ),
    )
    both.hear()
    assert both.said() == ("REVIEW", ("CN_ART4_UNPROVEN",))
    report = bonded_asked.ApproveAnonymisation(
        job_run_id=both.zone.state.outputs[first].job_run_id,
        clears=("domestic_pi",),
        report_sha256=digest("report"),
        statement="Nobody can be found in it.",
    )
    both.zone.given("AS-CN-01", report)
    both.hear()
    assert both.said() == ("ALLOW_COND", ("CN_ART4_TRANSIT",))


def a_line_that_is_down(both: Both, name: str, run: str) -> None:
    both.zone.given(OPERATOR, a_link(state="down"))


def a_file_outside_the_fence(both: Both, name: str, run: str) -> None:
    volume = granted(both.zone, name)
    both.zone.given(
        OPERATOR, ReportEnforcement(volume_id=volume, step="inspected", done=True, strays=("BZ-2/x.csv",))
    )


def a_job_that_opens_the_balance(both: Both, name: str, run: str) -> None:
    both.zone.made(a_start(items(name, 100, 199)), a_product(items(name, 100, 199)))


def a_consignment_that_goes_to_people(both: Both, name: str, run: str) -> None:
    command = bonded_asked.ReclassifySource(
        source_id=name,
        traits=traits(collected_in=("DE", "VN")),
        grounds="It is other data.",
        evidence_sha256=digest("evidence"),
    )
    both.zone.given(SELLER, command)


def important_data(both: Both, name: str, run: str) -> None:
    command = bonded_asked.ReclassifySource(
        source_id=name,
        traits=traits(category="important", importance_basis="notified"),
        grounds="It is other data.",
        evidence_sha256=digest("evidence"),
    )
    both.zone.given(SELLER, command)


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (a_line_that_is_down, "ZONE_NO_LINK"),
        (a_file_outside_the_fence, "ZONE_FENCE"),
        (a_job_that_opens_the_balance, "ZONE_BALANCE"),
        (a_consignment_that_goes_to_people, "FACTS_MISSING"),
        (important_data, "CN_IMPORTANT"),
    ],
)
def test_what_holds_an_egress_holds_a_sale(happens: Any, code: str) -> None:
    both = Both()
    name, run, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    both.bid()
    happens(both, name, run)
    both.hear()
    facts = both.bid()
    (no,) = [each for each in facts if isinstance(each, Refused)]
    assert code in no.codes, no


def test_the_last_day_holds_a_sale_without_anybody_saying_anything() -> None:
    both = Both()
    name, _, _ = offered(both, retention_until="2026-11-03")
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    both.bid()
    both.zone.later(3 * DAY)
    both.market.at = both.zone.at
    assert both.said()[1] == ("ZONE_RETENTION",)


def test_a_seller_speaks_of_its_own_product_only_and_nobody_but_the_exchange_brings_its_word() -> None:
    both = Both(seller_id="SE-CN-02", posted_price=None)
    both.market.told(RecordParticipant(standing=a_standing("SE-CN-02", "CN-LG", "seller")))
    name, _, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    (told,) = both.hear()
    assert both.said()[0] in ("REVIEW", "DENY")
    (no,) = both.market.ask(PROCESSOR, told)
    assert isinstance(no, Refused)
    assert no.reason == "NOT_PERMITTED"


def test_who_lists_it_as_harmless_is_not_believed() -> None:
    harmless: DataTraits = traits(contains_pi=False, persons=0, sensitive_persons=0)
    both = Both(traits=harmless)
    name, _, _ = offered(both, both.zone.source(), separable=True)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    decided = [each for each in both.bid() if isinstance(each, FenceDecided)][-1]
    assert decided.reason_codes == ("CN_ART4_SPLIT", "CN_ART5_LT100K")


@pytest.mark.parametrize(
    ("inherited", "code"),
    [("important", "CN_IMPORTANT"), ("personal", "CN_ART4_UNPROVEN"), ("domestic", "CN_ART4_UNPROVEN")],
)
def test_what_is_found_of_its_upstream_on_the_exchange_is_in_it_too(inherited: Any, code: str) -> None:
    both = Both()
    name, _, _ = offered(both)
    both.zone.given(PROCESSOR, a_count(name, 9_900))
    both.hear()
    found = RecordTraits(product_id="P-01", version="1.0", traits=None, inherited=(inherited,))
    both.market.told(found)
    assert code in both.said()[1]
    both.market.told(RecordTraits(product_id="P-01", version="1.0", traits=None, inherited=()))
    assert both.said() == ("ALLOW_COND", ("CN_ART4_TRANSIT",))


def test_what_did_not_change_is_not_said_again() -> None:
    both = Both()
    offered(both)
    both.zone.given(OPERATOR, a_link("LK-FR", "FR"))
    assert both.hear() == []
    restated = [each.fact for each in both.zone.journal if isinstance(each.fact, ProvenancesRestated)]
    assert (len(restated[-1].seen), restated[-1].changed) == (1, ())
    assert both.zone.replayed() == both.zone.partition.written_down()
