"""What the market tells the fence of a trade."""

from datetime import date
from typing import Any

import pytest

from exchange.fence import Crossing, Hop
from exchange.kernel.persons import UnitedPersons, VersionName
from exchange.kernel.product import DataTraits
from exchange.kernel.time import instant
from exchange.market.commands import InstrumentTerms, RecordParticipant
from exchange.market.crossing import NOTHING_TOLD, Told, crossing_of
from exchange.market.persons.commands import BringPersons
from exchange.market.persons.counting import numbers_of
from tests.unit.market.plan_stage import (
    CALLS,
    MONTHS,
    a_plan,
    a_purchase,
    a_subscription,
    an_instrument,
    asked,
)
from tests.unit.market.stage import (
    BUYER,
    NOON,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    licence,
    names,
    refusal,
    sold_abroad,
    terms,
    traits,
)


def a_hop(
    of: InstrumentTerms | None = None, told: Told = NOTHING_TOLD, seated: str = "JP", **use: Any
) -> Hop:
    seller, buyer = a_standing(SELLER, "CN-LG", "seller"), a_standing(BUYER, seated, "buyer")
    built = crossing_of(of or terms(), seller, buyer, a_use(**use), NOON, told)
    assert isinstance(built, Crossing)
    (hop,) = built.hops
    return hop


def test_data_goes_from_where_it_is_stored_to_where_it_is_used() -> None:
    hop = a_hop(place_of_use="SG", remote_access_from=("MY",))
    assert (hop.origin, hop.destination, hop.remote_access_from) == ("CN", "SG", ("MY", "JP"))
    assert (hop.exporter.place, hop.recipient.place) == ("CN-LG", "JP")
    assert hop.as_of == NOON


def test_a_buyer_can_look_from_where_it_is_registered_whatever_it_says() -> None:
    assert a_hop(place_of_use="CN").remote_access_from == ("JP",)
    assert a_hop(place_of_use="CN", remote_access_from=("SG", "JP")).remote_access_from == ("SG", "JP")
    assert a_hop(place_of_use="JP").remote_access_from == ()
    assert a_hop(seated="CN", place_of_use="CN").remote_access_from == ()


def test_what_the_buyer_does_not_say_is_unknown() -> None:
    hop = a_hop(purpose=None, place_of_use=None, scenario_id=None)
    assert (hop.purpose, hop.destination, hop.data.scenario_id) == (None, None, None)


def test_data_without_persons_counts_nobody_and_has_nothing_to_trace() -> None:
    hop = a_hop(terms(traits=traits(persons=None, sensitive_persons=None)))
    assert (hop.counts.pi_count_cum, hop.counts.sensitive_count_cum, hop.counts.foreign_count_cum) == (
        0,
        0,
        0,
    )
    assert hop.lineage.complete is True


@pytest.mark.parametrize(
    ("collected_in", "counted"),
    [
        (("CN",), (500, 20, 0)),
        (("CN-LG",), (500, 20, 0)),
        (("US",), (0, 0, 500)),
        (("CN", "US"), (500, 20, 500)),
        ((), (500, 20, 500)),
    ],
)
def test_persons_count_where_they_were_collected(
    collected_in: tuple[str, ...], counted: tuple[int, ...]
) -> None:
    people = traits(contains_pi=True, persons=500, sensitive_persons=20, collected_in=collected_in)
    assert numbers_of(terms(traits=people)) == counted


def test_persons_that_nobody_has_counted_are_unknown() -> None:
    people = traits(contains_pi=True, persons=None, sensitive_persons=None)
    assert numbers_of(terms(traits=people)) == (None, None, 0)
    counts = a_hop(terms(traits=people)).counts
    assert (counts.year, counts.pi_count_cum, counts.sensitive_count_cum) == (2026, None, None)


PEOPLE = traits(contains_pi=True, persons=5, sensitive_persons=0)


@pytest.mark.parametrize(("source", "known"), [(True, (True, True, False)), (False, (None, True, None))])
def test_what_was_made_from_nothing_is_what_it_was_described_as(
    source: bool, known: tuple[bool | None, ...]
) -> None:
    lineage = a_hop(terms(traits=PEOPLE, source=source)).lineage
    assert (lineage.complete, lineage.domestic_pi_introduced, lineage.important_introduced) == known
    assert lineage.separable is None


def test_a_source_of_which_nobody_says_where_it_was_collected_is_not_traced() -> None:
    nowhere = traits(contains_pi=True, persons=5, sensitive_persons=0, collected_in=())
    assert a_hop(terms(traits=nowhere, source=True)).lineage.complete is None


@pytest.mark.parametrize(("basis", "introduced"), [("notified", True), ("self_assessed", False)])
def test_a_source_introduces_what_was_notified_as_important(basis: Any, introduced: bool) -> None:
    important = traits(category="important", importance_basis=basis)
    assert a_hop(terms(traits=important, source=True)).lineage.important_introduced is introduced


def test_the_licence_runs_from_today_for_its_term_in_the_places_and_for_the_purposes_on_offer() -> None:
    yearly = terms(unit="licence", licence=licence(term_days=365, seats=3))
    granted = a_hop(yearly).licence
    assert granted is not None
    assert (granted.valid_from, granted.valid_to) == (date(2026, 11, 2), date(2027, 11, 2))
    assert (granted.spatial, granted.purposes) == (yearly.licence.spatial, yearly.licence.purposes)
    assert (granted.status, granted.seats, granted.seats_used) == ("active", 3, 0)


def test_what_the_zone_has_not_been_told_of_is_unknown() -> None:
    hop = a_hop(terms(stored_in="CN-LG"))
    assert (hop.storage.zone, hop.storage.wrote_outside_fence) == ("bonded", None)
    assert (hop.zone.commitment_state, hop.zone.balance_state) == ("active", None)
    assert (hop.link.kind, hop.link.link_ids) == ("none", ())


def test_outside_the_zone_its_controls_do_not_apply() -> None:
    hop = a_hop()
    assert (hop.storage.zone, hop.storage.wrote_outside_fence) == ("ordinary", False)
    assert (hop.zone.commitment_state, hop.zone.balance_state) == ("not_applicable", "not_applicable")


@pytest.mark.parametrize(("subscription", "shape"), [(True, "subscription"), (False, "single")])
def test_a_subscription_is_told_from_a_single_delivery(subscription: bool, shape: str) -> None:
    assert a_hop(terms(subscription=subscription)).delivery_shape == shape


SENSITIVE = [
    traits(contains_pi=True, persons=2_000_000, sensitive_persons=0),
    traits(category="important", importance_basis="notified"),
]
"""Two million persons of the mainland; and important data."""


@pytest.mark.parametrize("told", SENSITIVE)
def test_what_nobody_has_said_of_sensitive_data_is_unknown(told: DataTraits) -> None:
    hop = a_hop(terms(traits=told, licence=licence(seats=3)))
    assert (hop.group_splitting, hop.foreign_authority_request) == (None, None)
    assert a_hop(terms(traits=told), foreign_authority_request=True).foreign_authority_request is True
    assert (hop.lineage.important_introduced, hop.storage.wrote_outside_fence) == (None, None)
    assert hop.licence is not None
    assert hop.licence.seats_used is None


def test_of_general_data_without_persons_nothing_more_has_to_be_said() -> None:
    hop = a_hop()
    assert (hop.group_splitting, hop.foreign_authority_request) == ("none", False)
    assert hop.lineage.important_introduced is False


@pytest.mark.parametrize(("told", "code"), [(SENSITIVE[0], "CN_ART7_VOLUME"), (SENSITIVE[1], "CN_IMPORTANT")])
def test_a_buyer_seated_abroad_that_says_it_stays_in_the_mainland_is_not_believed(
    told: DataTraits, code: str
) -> None:
    stage = a_market(terms(traits=told, licence=licence(spatial=("CN", "US"))), cash_minor=0)
    stage.told(RecordParticipant(standing=a_standing("BU-US-01", "US", "buyer")))
    for buyer in ("BU-US-01", "BU-CN-01"):
        stage.deposited(buyer, 1_200_000)
    bid = a_bid(use=a_use(place_of_use="CN"))
    said = refusal(stage.ask("BU-US-01", bid))
    assert said.reason == "FENCE_REFUSED"
    assert {code, "FACTS_MISSING"} <= set(said.codes)
    assert names(stage.ask("BU-CN-01", bid))[-1] == "EntitlementGranted"


@pytest.mark.parametrize("told", SENSITIVE)
def test_data_of_the_mainland_that_lies_abroad_already_is_not_sold_on_unseen(told: DataTraits) -> None:
    stage = a_market(terms(traits=told, stored_in="JP"))
    said = refusal(stage.ask(BUYER, a_bid()))
    assert "FACTS_MISSING" in said.codes
    assert "data.anonymisation" in said.detail


def test_general_data_of_the_mainland_may_lie_anywhere() -> None:
    assert names(a_market(terms(stored_in="JP")).ask(BUYER, a_bid()))[-1] == "EntitlementGranted"


def a_market_of_people() -> Stage:
    """Three products of one seller, each about 40,000 persons of the mainland."""
    people = traits(contains_pi=True, persons=40_000, sensitive_persons=0, collected_in=("CN",))
    products = [
        terms(
            instrument_id=f"L-{number}", product_id=f"P-{number}", posted_price=10, traits=people, source=True
        )
        for number in range(3)
    ]
    return a_market(*products).deposited("BU-CN-01", 1_000)


SAID = a_use(foreign_authority_request=False)


def a_union(*products: str, persons: int) -> BringPersons:
    versions = tuple(VersionName(product_id=each, version="1") for each in products)
    return BringPersons(
        united=UnitedPersons(
            declaration_id=f"PD-0.{len(products)}.0",
            exporter_id=SELLER,
            year=2026,
            versions=versions,
            persons=persons,
            sensitive_persons=0,
            foreign_persons=0,
        )
    )


def test_an_exporter_does_not_pass_a_threshold_by_cutting_its_product_up() -> None:
    stage = a_market_of_people()
    assert names(stage.ask(BUYER, a_bid(10, instrument_id="L-0", use=SAID)))[-1] == "EntitlementGranted"
    said = refusal(stage.ask(BUYER, a_bid(10, instrument_id="L-1", use=SAID)))
    assert said.codes[:1] == ("COUNTS_MISSING",)
    stage.told(a_union("P-0", "P-1", persons=80_000), a_union("P-0", "P-1", "P-2", persons=100_000))
    assert names(stage.ask(BUYER, a_bid(10, instrument_id="L-1", use=SAID)))[-1] == "EntitlementGranted"
    said = refusal(stage.ask(BUYER, a_bid(10, instrument_id="L-2", use=SAID)))
    assert (said.reason, said.codes[:1]) == ("FENCE_REFUSED", ("CN_ART8_FILE",))
    assert names(stage.ask(BUYER, a_bid(10, instrument_id="L-0", use=SAID)))[-1] == "EntitlementGranted"
    stage.at = instant("2026-12-31T16:00:00Z")
    assert names(stage.ask(BUYER, a_bid(10, instrument_id="L-2", use=SAID)))[-1] == "EntitlementGranted"


def test_what_stays_in_the_mainland_is_not_counted_as_exported() -> None:
    stage = a_market_of_people()
    at_home = a_use(place_of_use="CN", foreign_authority_request=False)
    bid = a_bid(10, instrument_id="L-0", use=at_home)
    assert names(stage.ask("BU-CN-01", bid))[-1] == "EntitlementGranted"
    assert not sold_abroad(stage, SELLER)
    assert names(stage.ask(BUYER, bid))[-1] == "EntitlementGranted"
    assert sold_abroad(stage, SELLER) == {"P-0/1": (40_000, 0, 0)}


def test_what_plans_sell_abroad_is_counted_too() -> None:
    people = traits(contains_pi=True, persons=40_000, sensitive_persons=0, collected_in=("CN",))
    stage = a_market(
        an_instrument(CALLS, traits=people, source=True), an_instrument(MONTHS, traits=people, source=True)
    )
    stage.told(a_union("P-07", "P-08", persons=50_000))
    for name in (CALLS, MONTHS):
        asked(stage, SELLER, a_plan(name))
    for buyer_id, place in (("BU-CN-01", "CN"), (BUYER, "JP")):
        stage.deposited(buyer_id, 10_000_000)
        use = a_use(place_of_use=place, foreign_authority_request=False)
        asked(stage, buyer_id, a_purchase(CALLS, 100, use=use))
        assert bool(sold_abroad(stage, SELLER)) is (place == "JP")
    asked(stage, BUYER, a_subscription(use=SAID))
    assert sold_abroad(stage, SELLER) == {"P-08/1": (40_000, 0, 0), "P-07/1": (40_000, 0, 0)}
