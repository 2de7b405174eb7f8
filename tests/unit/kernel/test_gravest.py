"""The description of data that may be any of several asks no less than that of each."""

from itertools import combinations

import pytest
from msgspec.structs import replace

from exchange.kernel.graver import OF_A_PART, gravest, milder
from exchange.kernel.product import DataTraits
from tests.support.traits import GENERAL

ONE = replace(GENERAL, contains_pi=True, persons=5, sensitive_persons=1, collected_in=("DE",))
SEVERAL = (
    ONE,
    replace(GENERAL, category="important", importance_basis="notified", collected_in=("CN",)),
    replace(ONE, anonymisation="report_passed", collected_in=("JP",), field_ids=("a",), scenario_ids=("s",)),
    replace(ONE, eu_special_category=True, eu_art9_condition=True, publicly_available_in=("SG",)),
    replace(GENERAL, us_class="health", us_persons_12m=7, us_government_related=True, sector="health"),
)


@pytest.mark.parametrize(("one", "other"), list(combinations(SEVERAL, 2)))
def test_it_is_milder_than_none_of_them_and_says_the_same_in_any_order(
    one: DataTraits, other: DataTraits
) -> None:
    mixed = gravest([one, other])
    for part in (one, other):
        less = set(milder(part, mixed)) - OF_A_PART
        # A condition for special data stands where all special data has it.
        assert less <= ({"eu_art9_condition"} if not part.eu_special_category else set())
    assert gravest([mixed, mixed]).category == mixed.category
    assert replace(gravest([other, one]), sector="") == replace(mixed, sector="")


def test_whom_several_share_nobody_says_and_who_is_in_one_alone_is_counted() -> None:
    assert gravest([ONE, GENERAL]).persons == 5
    assert gravest([ONE, ONE]).persons is None
    assert gravest([GENERAL, GENERAL]).persons == GENERAL.persons


def test_a_condition_for_special_data_has_to_be_there_for_all_of_it() -> None:
    special = replace(ONE, eu_special_category=True)
    with_it = replace(special, eu_art9_condition=True)
    assert gravest([ONE, with_it]).eu_art9_condition
    assert not gravest([special, with_it]).eu_art9_condition


def test_persons_of_two_classes_of_us_data_are_not_known() -> None:
    health = replace(GENERAL, us_class="health", us_persons_12m=7)
    assert gravest([health, GENERAL]).us_persons_12m == 7
    mixed = gravest([health, replace(GENERAL, us_class="omic", us_persons_12m=0)])
    assert (mixed.us_class, mixed.us_persons_12m) == ("health", None)


def test_what_is_public_is_public_as_a_whole_and_fields_and_scenarios_are_those_of_all() -> None:
    public = replace(ONE, publicly_available_in=("SG", "JP"), field_ids=("b",), scenario_ids=("s",))
    mixed = gravest([public, replace(ONE, publicly_available_in=("JP",), field_ids=("a",))])
    assert (mixed.publicly_available_in, mixed.field_ids, mixed.scenario_ids) == (("JP",), ("a", "b"), ("s",))
