"""The crossing of what was made in bond: its zone's word in place of its seller's, who can make it graver only."""

from datetime import date
from typing import Any

import pytest

from exchange.fence.crossing import Counts, Hop
from exchange.market.commands import InstrumentTerms
from exchange.market.crossing import Told, crossing_of
from exchange.market.persons.state import Numbers
from exchange.market.provenance.made_in_bond import guarded_in_bond, holds_persons, persons_in
from tests.unit.market.in_bond import HARMLESS, a_provenance, behind, frames
from tests.unit.market.stage import NOON, SELLER, a_standing, a_use, licence, traits

NOBODY = {"contains_pi": False, "foreign_persons": 0}
COUNTS = Counts(year=2026, pi_count_cum=0, sensitive_count_cum=0, foreign_count_cum=1_000)


def hops(
    terms: InstrumentTerms | None = None,
    place: str = "JP",
    told: dict[str, Any] | None = None,
    **changed: Any,
) -> tuple[Hop, ...]:
    """What the fence is asked about for a buyer in Japan."""
    use = a_use(purpose="sale", place_of_use=place)
    values: dict[str, Any] = {"counts": COUNTS, "group_splitting": "none", "said": a_provenance(**changed)}
    seller, buyer = a_standing(SELLER, "CN-LG", "seller"), a_standing("BU-JP-01", "JP", "buyer")
    return crossing_of(terms or frames(), seller, buyer, use, NOON, Told(**(values | (told or {})))).hops


def hop(terms: InstrumentTerms | None = None, **changed: Any) -> Hop:
    """The one hop of it."""
    (found,) = hops(terms, **changed)
    return found


def described(**changed: Any) -> InstrumentTerms:
    """The frames as a seller may describe them."""
    return frames(traits=traits(**changed))


def test_taint_origins_and_what_it_was_received_under_are_the_zones() -> None:
    found = hop(origins=("CN", "SG"), domestic_pi=True, separable=False, received_under=("EU-SCC",))
    assert (found.collected_in, found.received_under) == (("CN", "SG"), ("EU-SCC",))
    assert (found.lineage.domestic_pi_introduced, found.lineage.separable) == (True, False)
    assert found.processing_mode == "bonded"


def test_mainland_places_beside_foreign_ones_come_from_data_without_persons() -> None:
    assert hop(origins=("CN", "SG")).collected_in == ("SG",)


@pytest.mark.parametrize(
    ("told", "said", "found"),
    [
        (("general", "none"), ("important", "notified"), ("important", "notified")),
        (("important", "notified"), ("general", "none"), ("important", "notified")),
        (("core", "published"), ("important", "notified"), ("core", "published")),
        (("core", "published"), (None, None), (None, None)),
        (("general", "none"), ("general", "none"), ("general", "none")),
    ],
)
def test_of_two_categories_the_graver_counts_and_unknown_stays_unknown(
    told: Any, said: Any, found: Any
) -> None:
    terms = described(category=told[0], importance_basis=told[1])
    data = hop(terms, category=said[0], importance_basis=said[1]).data
    assert (data.category, data.importance_basis) == found


@pytest.mark.parametrize(
    ("told", "said", "found"),
    [
        (("none", 0), ("health", 12_000), ("health", 12_000)),
        (("health", 12_000), ("none", 0), ("health", 12_000)),
        (("health", 9_000), ("health", 12_000), ("health", 12_000)),
        (("health", 12_000), ("health", 9_000), ("health", 12_000)),
        (("health", None), ("health", 9_000), ("health", 9_000)),
        (("health", 12_000), ("health", None), ("health", None)),
        (("genomic", 200), ("health", 9_000), (None, 9_000)),
        (("none", 0), (None, 9_000), (None, 9_000)),
    ],
)
def test_of_american_persons_the_class_of_the_zone_counts_and_two_at_once_are_none_that_is_known(
    told: Any, said: Any, found: Any
) -> None:
    terms = described(us_class=told[0], us_persons_12m=told[1])
    data = hop(terms, us_class=said[0], us_persons_12m=said[1]).data
    assert (data.us_class, data.us_persons_12m) == found


@pytest.mark.parametrize(
    ("told", "said", "found"),
    [(("SG",), (), ()), ((), ("SG",), ()), (("JP", "SG"), ("SG", "US"), ("SG",))],
)
def test_it_is_published_where_both_its_seller_and_its_zone_say_so(told: Any, said: Any, found: Any) -> None:
    data = hop(described(publicly_available_in=told), publicly_available_in=said).data
    assert data.publicly_available_in == found


@pytest.mark.parametrize(
    ("told", "said", "found"), [(True, False, True), (False, True, True), (False, None, None)]
)
def test_there_are_persons_in_it_if_either_says_so(told: bool, said: bool | None, found: bool | None) -> None:
    assert hop(described(contains_pi=told), contains_pi=said).data.contains_pi is found


def test_what_was_anonymised_its_zone_says_where_it_holds_persons() -> None:
    assert hop(described(anonymisation="report_passed")).data.anonymisation == "none"
    assert hop(described(anonymisation="claimed"), **NOBODY).data.anonymisation == "claimed"


def test_special_categories_and_governments_count_if_either_says_so() -> None:
    data = hop(eu_special_category=True, eu_art9_condition=False, us_government_related=True).data
    assert (data.eu_special_category, data.eu_art9_condition, data.us_government_related) == (
        True,
        False,
        True,
    )
    data = hop(described(eu_special_category=True, eu_art9_condition=True, us_government_related=True)).data
    assert (data.eu_special_category, data.eu_art9_condition, data.us_government_related) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("by_market", "by_zone", "found"),
    [
        ("none", "none", "none"),
        ("none", "suspected", "suspected"),
        ("confirmed", "suspected", "confirmed"),
        (None, "none", None),
        (None, "suspected", "suspected"),
    ],
)
def test_splitting_that_the_market_or_the_zone_knows_of_counts_for_what_is_called_harmless_too(
    by_market: Any, by_zone: str, found: str | None
) -> None:
    assert hop(told={"group_splitting": by_market}, group_splitting=by_zone).group_splitting == found


def test_an_authority_abroad_is_unknown_until_the_buyer_speaks_and_the_sellers_yes_counts() -> None:
    assert hop().foreign_authority_request is None
    assert hop(foreign_authority_request=True).foreign_authority_request is True
    assert hop(**NOBODY).foreign_authority_request is False


def test_each_consignment_behind_it_is_a_hop_with_its_own_terms() -> None:
    first, second = hops(
        consignments=(behind(), behind("C-2", return_list=("SG",), balance_state=None, fence_broken=True))
    )
    assert [(each.hop_no, each.zone.consignment_id) for each in (first, second)] == [(1, "C-1"), (2, "C-2")]
    assert (first.zone.return_list, first.zone.retention_until) == (("JP", "SG"), date(2027, 1, 31))
    assert (first.zone.balance_state, second.zone.balance_state) == ("balanced", None)
    assert (first.storage.wrote_outside_fence, second.storage.wrote_outside_fence) == (False, True)


def test_what_no_consignment_is_behind_is_one_hop_that_wrote_nothing_outside() -> None:
    assert hop(consignments=()).storage.wrote_outside_fence is False


def test_it_goes_over_the_line_of_the_zone_where_there_is_one() -> None:
    assert hop().link.link_ids == ("LK-JP",)
    terms = frames(licence=licence(spatial=("DE",)))
    assert hop(terms, place="DE").link.link_ids == ()


def test_in_the_mainland_it_lies_in_the_zone_whatever_its_seller_says() -> None:
    found = hop(frames(stored_in="CN"))
    assert (found.origin, found.storage.zone, found.zone.consignment_id) == ("CN-LG", "bonded", "C-1")


@pytest.mark.parametrize(
    ("said", "anonymisation"),
    [({}, "none"), ({"domestic_pi": True, "origins": ("CN",)}, None), ({"important": True}, None)],
)
def test_abroad_it_is_in_no_zone_and_nobody_knows_how_data_of_the_mainland_came_there(
    said: dict[str, Any], anonymisation: str | None
) -> None:
    found = hop(frames(stored_in="JP"), place="SG", **said)
    assert (found.origin, found.zone.consignment_id, found.storage.zone) == ("JP", None, "ordinary")
    assert found.data.anonymisation == anonymisation
    assert found.data.contains_pi is True


@pytest.mark.parametrize(
    ("changed", "guarded"),
    [
        ({}, True),
        (NOBODY, False),
        (NOBODY | {"contains_pi": None}, True),
        (NOBODY | {"category": "important"}, True),
        (NOBODY | {"category": None}, True),
        (NOBODY | {"domestic_pi": True}, True),
        (NOBODY | {"important": True}, True),
    ],
)
def test_more_has_to_be_known_unless_it_is_general_and_about_nobody(
    changed: dict[str, Any], guarded: bool
) -> None:
    assert guarded_in_bond(a_provenance(**changed)) is guarded


def test_its_persons_are_those_that_the_zone_says() -> None:
    many = described(contains_pi=True, persons=5, sensitive_persons=2)
    said = a_provenance(domestic_persons=7, sensitive_persons=None, foreign_persons=9)
    assert persons_in(many, said) == Numbers(7, None, 9)
    assert persons_in(many, None) == Numbers(5, 2, 0)


def test_it_may_hold_persons_if_its_seller_its_zone_or_nobody_says_that_it_holds_none() -> None:
    empty, unknown = a_provenance(**NOBODY), a_provenance(contains_pi=None)
    harmless = frames(traits=HARMLESS)
    assert [holds_persons(harmless, each) for each in (None, empty, unknown)] == [False, False, True]
    assert holds_persons(described(contains_pi=True), empty)
