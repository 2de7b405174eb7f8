"""A listing comes on sale: whether there is any place to which it could be sold, and what is wanting."""

from typing import Any

import pytest

from exchange.fence import decide, inputs_digest, newest
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import InstrumentTerms, OpenInstrument, Use
from exchange.market.crossing import crossing_of
from exchange.market.destinations import deciding
from exchange.market.destinations.facts import NoDestinationFound
from exchange.market.destinations.supposing import somebody
from exchange.market.destinations.values import Destinations
from exchange.market.facts import InstrumentOpened
from exchange.market.told import told_of
from tests.unit.market.quoting import a_ruling
from tests.unit.market.stage import (
    Stage,
    a_market,
    everyone,
    licence,
    names,
    refusal,
    shipped,
    terms,
    the,
    traits,
)

PERSONS: dict[str, Any] = {"contains_pi": True, "persons": 400, "sensitive_persons": 0}


def asked(stage: Stage, **changed: Any) -> list[Any]:
    """What comes of another listing."""
    return stage.ask(POLICY_ACTOR, OpenInstrument(terms=listed(**changed)))


def listed(**changed: Any) -> InstrumentTerms:
    return terms(**({"instrument_id": "L-9", "listing_id": "L-9", "product_id": "P-09"} | changed))


def found(**changed: Any) -> Destinations:
    said = the(InstrumentOpened, asked(a_market(cash_minor=0), **changed)).destinations
    assert said is not None
    return said


def test_what_somebody_could_buy_now_is_open_in_the_first_such_place() -> None:
    said = found(licence=licence(spatial=("JP", "SG"), purposes=("transport",)))
    assert (said.verdict, said.destination, said.purpose, said.outcome) == (
        "open",
        "JP",
        "transport",
        "ALLOW",
    )
    assert (said.missing, said.safeguards) == ((), ())
    assert said.codes == ("CN_ART3",)


def test_it_says_the_ruleset_and_what_it_was_asked() -> None:
    stage = a_market(cash_minor=0)
    said = the(InstrumentOpened, asked(stage)).destinations
    assert said is not None
    ruleset = newest(shipped())
    use = Use(purpose="transport", place_of_use="CN", foreign_authority_request=False)
    seller, buyer = stage.market.participants["SE-CN-02"], somebody("CN")
    told = told_of(stage.market, listed(), ruleset, seller, buyer, use, stage.at)
    crossing = crossing_of(listed(), seller, buyer, use, stage.at, told)
    assert (said.ruleset_version, said.ruleset_digest) == (ruleset.version, ruleset.digest)
    assert said.inputs_digest == decide(crossing, ruleset).inputs_digest == inputs_digest(crossing)


def test_core_data_that_may_only_go_abroad_is_refused_with_the_codes() -> None:
    barred = traits(category="core", importance_basis="notified")
    facts = asked(a_market(cash_minor=0), traits=barred, licence=licence(spatial=("JP", "DE")))
    assert names(facts) == ["NoDestinationFound", "Refused"]
    said = refusal(facts)
    assert (said.command, said.reason, said.subject) == ("OpenInstrument", "NO_DESTINATION", "L-9")
    assert said.codes == ("CN_CORE_BARRED",)
    assert "JP, DE" in said.detail
    noted = the(NoDestinationFound, facts)
    assert (noted.listing_id, noted.product_id, noted.market_id) == ("L-9", "P-09", "M-DATA")
    assert (noted.seller_id, noted.destinations.verdict) == ("SE-CN-02", "nowhere")


def test_the_same_data_at_home_is_open() -> None:
    barred = traits(category="core", importance_basis="notified")
    assert found(traits=barred, licence=licence(spatial=("JP", "CN"))).destination == "CN"


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"licence": licence(purposes=())}, ("LICENCE",)),
        ({"licence": licence(spatial=())}, ("LICENCE",)),
        ({"stored_in": "JP", "licence": licence(spatial=("CN-LG",))}, ("LICENCE", "ZONE_NO_LINK")),
        (
            {
                "stored_in": "US",
                "seller_id": "SE-US-01",
                "traits": traits(us_class="health", us_persons_12m=10_001, collected_in=("US",)),
                "transaction_type": "brokerage-sale",
                "licence": licence(spatial=("HK", "CN")),
            },
            ("US_DSP_PROHIBITED",),
        ),
    ],
)
def test_what_no_buyer_and_no_safeguard_could_mend_is_refused(changed: Any, codes: tuple[str, ...]) -> None:
    assert refusal(asked(a_market(cash_minor=0), **changed)).codes == codes


def test_nobody_has_a_seat_yet_of_what_comes_on_sale() -> None:
    seats: dict[str, Any] = {"unit": "seat", "posted_price": 9_500, "subscription": False}
    assert found(**seats, licence=licence(seats=3)).verdict == "open"


def test_what_was_refused_is_not_there_and_may_be_listed_otherwise() -> None:
    stage = a_market(cash_minor=0)
    asked(stage, licence=licence(spatial=()))
    assert "L-9" not in stage.market.instruments
    assert names(asked(stage)) == ["InstrumentOpened"]


@pytest.mark.parametrize(
    ("stored_in", "collected_in", "spatial", "outcome", "code", "safeguard"),
    [
        ("DE", "DE", ("SG",), "DENY", "EU_NO_TOOL", "EU-SCC"),
        ("DE", "DE", ("US",), "DENY", "EU_NO_TOOL", "EU-DPF"),
        ("SG", "SG", ("DE",), "DENY", "SG_S26", "SG-CONTRACT"),
        ("JP", "JP", ("SG",), "DENY", "JP_ART28", "JP-EQUIV"),
        ("TH", "TH", ("SG",), "REVIEW", "LOCAL_LAW_REVIEW", "TH-CONTRACT"),
    ],
)
def test_what_a_safeguard_would_mend_is_on_sale_and_says_which(
    stored_in: str, collected_in: str, spatial: Any, outcome: str, code: str, safeguard: str
) -> None:
    said = found(
        stored_in=stored_in,
        seller_id=None,
        posted_price=None,
        traits=traits(**PERSONS, collected_in=(collected_in,)),
        licence=licence(spatial=spatial),
        source=True,
    )
    assert (said.verdict, said.outcome) == ("wanting", outcome)
    assert code in said.codes
    assert safeguard in said.safeguards


def test_important_data_is_on_sale_and_says_that_it_has_to_be_assessed() -> None:
    important = traits(category="important", importance_basis="notified")
    said = found(traits=important, licence=licence(spatial=("DE",)), source=True)
    assert (said.verdict, said.outcome) == ("wanting", "ASSESS")
    assert (said.codes, said.safeguards) == (("CN_IMPORTANT",), ("CN-ASSESS",))
    assert said.obligations == ("security_assessment",)


def test_persons_whom_nobody_has_counted_are_missing() -> None:
    uncounted = traits(contains_pi=True, persons=None, sensitive_persons=None)
    said = found(traits=uncounted, licence=licence(spatial=("DE",)), source=True)
    assert (said.verdict, said.outcome) == ("wanting", "REVIEW")
    assert "COUNTS_MISSING" in said.codes
    assert "counts.pi_count_cum" in said.missing


def test_what_waits_for_people_is_wanting_and_open_once_a_ruling_for_anybody_lets_it_pass() -> None:
    stage = a_market(cash_minor=0)
    home = {
        "stored_in": "SG",
        "traits": traits(**PERSONS, collected_in=("ID",)),
        "licence": licence(spatial=("SG",)),
    }
    before = the(InstrumentOpened, asked(stage, **home)).destinations
    stage.ask(POLICY_ACTOR, a_ruling(product_id="P-09"))
    after = the(InstrumentOpened, asked(stage, **home, instrument_id="L-10", listing_id="L-10")).destinations
    assert before is not None
    assert after is not None
    assert (before.verdict, before.codes[0], before.missing) == ("wanting", "LOCAL_LAW_REVIEW", ())
    assert (after.verdict, after.outcome) == ("open", "REVIEW")
    assert "counter_case" in before.obligations
    assert "counter_case" not in after.obligations


def test_what_lies_in_bond_is_not_barred_before_its_zone_has_said_what_is_behind_it() -> None:
    said = found(stored_in="CN-LG", licence=licence(spatial=("JP",)))
    assert (said.verdict, said.outcome) == ("wanting", "DENY")
    assert "ZONE_NO_LINK" in said.codes


def test_a_licence_of_more_places_and_purposes_than_are_asked_about_bars_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    barred = {
        "traits": traits(category="core", importance_basis="notified"),
        "licence": licence(spatial=("JP", "DE", "SG"), purposes=("trade",)),
    }
    assert names(asked(a_market(cash_minor=0), **barred))[-1] == "Refused"
    monkeypatch.setattr(deciding, "TRIED_MAX", 2)
    assert found(**barred).verdict == "wanting"


def test_where_no_data_moves_or_no_ruleset_is_in_force_nothing_is_asked() -> None:
    assert the(InstrumentOpened, asked(a_market(cash_minor=0), moves_data=False)).destinations is None
    stage = Stage().told(*everyone())
    assert the(InstrumentOpened, asked(stage, licence=licence(spatial=()))).destinations is None
