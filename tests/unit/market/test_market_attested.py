"""A party's word with evidence at the fence of a market: each rule that it lifts or needs, with it and without."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import read_crossing
from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.time import instant
from exchange.market.attested.commands import BringAttestation
from exchange.market.commands import InstrumentTerms, OpenInstrument, RecordParticipant
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked
from exchange.market.facts import FenceDecided, TradeMatched
from tests.unit.market.people import a_purpose
from tests.unit.market.stage import (
    Stage,
    a_bid,
    a_market,
    a_standing,
    an_ask,
    decided_last,
    licence,
    names,
    refusal,
    terms,
    the,
    traits,
)

HOLDER, TAKER = "SE-XX-01", "BU-YY-01"
PURPOSES = ("sale", "contract", "hr", "emergency", "other")


def data_of(place: str, collected_in: str, taker: str, **changed: Any) -> Stage:
    """Data about persons at a place, on sale to somebody at another."""
    told: dict[str, Any] = {"persons": 500, "sensitive_persons": 20, "collected_in": (collected_in,)}
    described = traits(contains_pi=True, **(told | changed.pop("told", {})))
    values: dict[str, Any] = {
        "instrument_id": "L-1",
        "listing_id": "L-1",
        "product_id": "P-1",
        "seller_id": HOLDER,
        "posted_price": 10,
        "unit": "licence",
        "subscription": False,
        "source": True,
        "stored_in": place,
        "traits": described,
        "licence": licence(spatial=(place, collected_in, taker, "CN"), purposes=PURPOSES),
    }
    sold: InstrumentTerms = terms(**(values | changed))
    stage = a_market(cash_minor=0).told(
        RecordParticipant(standing=a_standing(HOLDER, place, "seller")),
        RecordParticipant(standing=a_standing(TAKER, taker, "buyer")),
        OpenInstrument(terms=sold),
    )
    return stage.deposited(TAKER, 10_000)


def a_word(kind: Any, *places: str, by_id: str = HOLDER, **changed: Any) -> AttestationTerms:
    values: dict[str, Any] = {
        "attestation_id": f"AT-{kind}",
        "kind": kind,
        "by_id": by_id,
        "about": "" if kind == "US_CONTROLS" else "P-1/1",
        "recipient_id": TAKER if by_id == TAKER else None,
        "places": places,
        "purpose": None,
        "issuer": "Harbour Clinic",
        "evidence_digest": bytes(range(32)),
        "valid_from": "2026-11-01",
        "valid_to": "2026-12-31",
        "tz": "Asia/Shanghai",
    }
    return AttestationTerms(**(values | changed))


def buy(stage: Stage, place: str, purpose: str = "sale", **use: Any) -> FenceDecided:
    bid = a_bid(10, instrument_id="L-1", use=a_purpose(place_of_use=place, purpose=purpose, **use))
    return decided_last(stage, TAKER, bid)


def with_word(stage: Stage, *words: AttestationTerms) -> Stage:
    return stage.told(*(BringAttestation(attestation=each) for each in words))


def test_only_the_exchange_itself_brings_a_word() -> None:
    stage = data_of("SG", "SG", "MY")
    said = BringAttestation(attestation=a_word("SG_S26_SUMMARY", "MY"))
    assert refusal(stage.ask(HOLDER, said)).reason == "NOT_PERMITTED"


CONSENTS = [
    ("SG", "CN", "SG_S26_SUMMARY", "SG_S26", "SG_CONSENT"),
    ("JP", "CN", "JP_ART28_INFORMED", "JP_ART28", "JP_CONSENT"),
    ("DE", "CN", "EU_ART49", "EU_NO_TOOL", "EU_ART49"),
    ("TH", "CN", "TH_S28", "LOCAL_LAW_REVIEW", "TH_PDPA"),
]


@pytest.mark.parametrize(("home", "to", "kind", "without", "code"), CONSENTS)
def test_a_consent_lifts_what_its_home_law_asks_for_and_no_consent_of_another_law_does(
    home: str, to: str, kind: str, without: str, code: str
) -> None:
    stage = data_of(home, home, to)
    decided = buy(stage, to)
    assert (decided.outcome in ("DENY", "REVIEW"), decided.deciding_codes, decided.attested) == (
        True,
        (without,),
        (),
    )
    other = next(each for each in CONSENTS if each[2] != kind)[2]
    with_word(stage, a_word(other, to))
    assert buy(stage, to).deciding_codes == (without,)
    with_word(stage, a_word(kind, to))
    decided = buy(stage, to)
    assert decided.outcome == "ALLOW_COND"
    assert code in decided.deciding_codes
    (word,) = [each for each in decided.attested if each.kind == kind]
    assert (word.attestation_id, word.by_id) == (f"AT-{kind}", HOLDER)
    assert (word.issuer, word.evidence_digest) == ("Harbour Clinic", bytes(range(32)))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "doubted"},
        {"status": "withdrawn"},
        {"places": ("MY",)},
        {"valid_to": "2026-11-01"},
        {"valid_from": "2026-11-03"},
        {"about": "P-1/2"},
        {"by_id": TAKER},
        {"recipient_id": "BU-ZZ-01"},
    ],
)
def test_a_word_counts_for_what_it_is_about_by_whose_it_is_where_and_while_it_holds(
    changed: dict[str, Any],
) -> None:
    stage = data_of("JP", "JP", "CN")
    with_word(stage, replace(a_word("JP_ART28_INFORMED", "CN"), **changed))
    decided = buy(stage, "CN")
    assert (decided.deciding_codes, decided.attested) == (("JP_ART28",), ())


def test_a_consent_names_every_place_from_which_the_data_can_be_seen() -> None:
    stage = with_word(data_of("JP", "JP", "CN"), a_word("JP_ART28_INFORMED", "CN"))
    assert buy(stage, "CN", remote_access_from=("SG",)).deciding_codes[0] != "JP_CONSENT"
    stage = with_word(data_of("JP", "JP", "SG"), a_word("JP_ART28_INFORMED", "SG", "CN"))
    assert "JP_ART28" not in buy(stage, "SG", remote_access_from=("CN",)).reason_codes


def test_a_derogation_is_for_no_subscription() -> None:
    stage = data_of("DE", "DE", "CN", subscription=True, unit="month")
    with_word(stage, a_word("EU_ART49", "CN"))
    decided = buy(stage, "CN")
    assert (decided.outcome, decided.deciding_codes) == ("DENY", ("EU_ART49",))


def test_what_only_passed_through_singapore_leaves_it_freely() -> None:
    stage = data_of("SG", "JP", "JP")
    assert buy(stage, "JP").deciding_codes == ("SG_S26",)
    with_word(stage, a_word("IN_TRANSIT", "MY"))
    assert buy(stage, "JP").deciding_codes == ("SG_S26",)
    with_word(stage, replace(a_word("IN_TRANSIT", "SG"), attestation_id="AT-2"))
    decided = buy(stage, "JP")
    assert "SG_TRANSIT" in decided.reason_codes
    assert "SG_S26" not in decided.reason_codes
    assert read_crossing(decided.crossing).hops[0].in_transit_at_origin


@pytest.mark.parametrize("by_id", [HOLDER, TAKER])
@pytest.mark.parametrize(
    ("purpose", "code"),
    [("contract", "CN_ART5_CONTRACT"), ("hr", "CN_ART5_HR"), ("emergency", "CN_ART5_EMERG")],
)
def test_a_documented_basis_lifts_the_routes_of_article_5_for_its_purpose(
    purpose: str, code: str, by_id: str
) -> None:
    stage = data_of("CN", "CN", "SG")
    assert buy(stage, "SG", purpose).deciding_codes == ("CN_ART8_FILE",)
    other = "hr" if purpose != "hr" else "contract"
    with_word(stage, a_word("ART5_BASIS", "SG", by_id=by_id, purpose=other))
    assert buy(stage, "SG", purpose).deciding_codes == ("CN_ART8_FILE",)
    basis = a_word("ART5_BASIS", "SG", by_id=by_id, purpose=purpose)
    with_word(stage, replace(basis, attestation_id="AT-2"))
    decided = buy(stage, "SG", purpose)
    assert (decided.outcome, decided.deciding_codes) == ("ALLOW_COND", (code,))
    assert [each.by_id for each in decided.attested] == [by_id]


def american(**changed: Any) -> Stage:
    """Bulk US health data without persons that anybody could name, from a vendor to China."""
    told: dict[str, Any] = {
        "us_class": "health",
        "us_persons_12m": 20_000,
        "contains_pi": False,
        "persons": 0,
        "sensitive_persons": 0,
    }
    described = traits(collected_in=("US",), **told)
    return data_of("US", "US", "CN", traits=described, transaction_type="vendor", **changed)


def test_controls_that_are_evidenced_open_a_restricted_deal_and_are_their_recipients_word() -> None:
    stage = american()
    decided = buy(stage, "CN")
    assert (decided.outcome, decided.deciding_codes) == ("REVIEW", ("US_DSP_RESTRICTED",))
    with_word(stage, a_word("US_CONTROLS", "CN", by_id=HOLDER, about=""))
    assert buy(stage, "CN").outcome == "REVIEW"
    with_word(stage, replace(a_word("US_CONTROLS", "CN", by_id=TAKER), attestation_id="AT-2"))
    decided = buy(stage, "CN")
    assert (decided.outcome, decided.deciding_codes) == ("ALLOW_COND", ("US_DSP_RESTRICTED",))
    assert [each.attestation_id for each in decided.attested] == ["AT-2"]


def test_controls_open_no_deal_that_is_barred() -> None:
    stage = with_word(
        data_of(
            "US",
            "US",
            "CN",
            transaction_type="brokerage-sale",
            traits=traits(collected_in=("US",), us_class="health", us_persons_12m=20_000),
        ),
        a_word("US_CONTROLS", "CN", by_id=TAKER),
    )
    assert buy(stage, "CN").deciding_codes == ("US_DSP_PROHIBITED",)


def test_a_right_is_suspended_once_the_word_is_doubted_and_runs_again_once_it_is_upheld() -> None:
    stage = with_word(data_of("JP", "JP", "CN", unit="year"), a_word("JP_ART28_INFORMED", "CN"))
    bid = a_bid(10, instrument_id="L-1", use=a_purpose(place_of_use="CN"))
    facts = stage.ask(TAKER, bid)
    assert the(TradeMatched, facts).decision is not None
    with_word(stage, a_word("JP_ART28_INFORMED", "CN", status="doubted"))
    (revoked,) = [fact for fact in stage.settle() if isinstance(fact, DecisionRevoked)]
    assert (revoked.basis, revoked.codes) == ("attestation", ("JP_ART28",))
    with_word(stage, a_word("JP_ART28_INFORMED", "CN"))
    assert [fact for fact in stage.settle() if isinstance(fact, DecisionRestored)]


def test_an_answer_holds_until_the_word_does_and_is_another_from_then_on() -> None:
    stage = with_word(data_of("JP", "JP", "CN"), a_word("JP_ART28_INFORMED", "CN"))
    assert buy(stage, "CN").holds_until == instant("2026-12-31T16:00:00Z")
    stage.at = instant("2026-12-31T16:00:00Z")
    assert buy(stage, "CN").deciding_codes == ("JP_ART28",)


def test_whoever_has_evidenced_its_controls_is_no_more_passed_over_with_those_who_have_not() -> None:
    stage = american(posted_price=None, seller_id=None)
    stage.told(RecordParticipant(standing=a_standing("BU-YY-02", "CN", "buyer"))).deposited(
        "BU-YY-02", 10_000
    )
    bid = a_bid(10, instrument_id="L-1", use=a_purpose(place_of_use="CN"))
    for buyer in ("BU-YY-02", TAKER):
        stage.ask(buyer, bid)
    assert len({order.standing for order in stage.market.orders.values()}) == 1
    assert "TradeMatched" not in names(stage.ask(HOLDER, an_ask(10, instrument_id="L-1")))
    with_word(stage, a_word("US_CONTROLS", "CN", by_id=TAKER))
    assert the(TradeMatched, stage.settle()).buyer_id == TAKER
