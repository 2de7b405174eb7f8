"""Persons: what can be the union of an exporter's product versions, and who is found to split them up."""

from typing import Any

import msgspec
import pytest

from exchange.kernel.persons import PersonSet, VersionName
from exchange.kernel.time import instant
from exchange.registry.commands import Role
from exchange.registry.persons.commands import ConfirmSplitting, DeclarePersons, WithdrawSplitting
from exchange.registry.persons.decider import DECLARED_MAX
from exchange.registry.persons.facts import PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal
from tests.support.traits import GENERAL
from tests.unit.registry.stage import (
    ASSESSOR,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_draft,
    a_listing,
    a_registration,
    a_registry,
    an_admission,
    an_opinion,
)

GOVERNANCE = "MB-CN-01"
GROUP = f"UBO-{SELLER}"


def of_people(version: str, persons: int | None, **changed: Any) -> Any:
    told = {"contains_pi": True, "persons": persons, "sensitive_persons": persons} | changed
    return a_draft(product_id="P-20", version=version, traits=msgspec.structs.replace(GENERAL, **told))


def with_people() -> Stage[Registry]:
    """P-20 in three versions of 8,500, 1,900 and 100 persons, and one that nobody counted."""
    stage = a_registry()
    stage.given(OPERATOR, an_admission(GOVERNANCE, Role.GOVERNANCE))
    stage.given(SELLER, *(of_people(*each) for each in (("1", 8_500), ("2", 1_900), ("3", 100), ("4", None))))
    return stage


def a_declaration(*versions: str, persons: int, **changed: Any) -> DeclarePersons:
    values: dict[str, Any] = {
        "year": 2026,
        "versions": tuple(VersionName(product_id="P-20", version=each) for each in versions),
        "persons": persons,
        "sensitive_persons": persons,
        "foreign_persons": 0,
    }
    return DeclarePersons(**(values | changed))


def a_set(of: Any, count: int, salt_id: str = "2026") -> PersonSet:
    return PersonSet(of=of, digest=bytes([count % 256] * 32), salt_id=salt_id, count=count)


def test_an_exporter_declares_how_many_persons_its_versions_hold_together() -> None:
    stage = with_people()
    sets = (a_set("persons", 9_900), a_set("sensitive", 9_900))
    (fact,) = stage.ask(SELLER, a_declaration("2", "1", "2", persons=9_900, sets=sets))
    assert isinstance(fact, PersonsDeclared)
    united = fact.united
    assert (united.exporter_id, united.declaration_id) == (SELLER, f"PD-0.{stage.offset}.0")
    assert [str(each) for each in united.versions] == ["P-20/1", "P-20/2"]
    assert united.sets == sets


def test_a_later_declaration_of_the_same_versions_corrects_the_earlier() -> None:
    stage = with_people()
    stage.given(SELLER, a_declaration("1", "2", persons=9_900), a_declaration("2", "1", persons=9_800))
    (united,) = stage.state.persons.declared[SELLER]
    assert united.persons == 9_800
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize(
    ("versions", "changed", "why"),
    [
        (("1", "2"), {"persons": 8_499}, "fewer than the 8500 of one version"),
        (("1", "2"), {"persons": 10_401}, "more than the 10400 of all"),
        (("1",), {"persons": 8_499}, "fewer"),
        (("1", "2"), {"persons": 9_900, "sensitive_persons": 9_901}, "9901 of 9900"),
        (("1", "2"), {"persons": 9_900, "sensitive_persons": 8_499}, "sensitive persons are fewer"),
        (("1", "2"), {"persons": 9_900, "foreign_persons": 1}, "foreign persons are more"),
        (("1", "2"), {"persons": 9_900, "sets": (a_set("persons", 9_899),)}, "9900 are declared"),
        (("1", "2"), {"persons": 9_900, "sets": (a_set("persons", 9_900),)}, "named for sensitive"),
        (
            ("1", "2"),
            {"persons": 9_900, "sets": (a_set("persons", 9_900), a_set("sensitive", 9_900, "other"))},
            "salted differently",
        ),
        (
            ("1", "2"),
            {"persons": 9_900, "sets": (a_set("persons", 9_900), a_set("persons", 9_900))},
            "two sets",
        ),
    ],
)
def test_what_cannot_be_a_union_is_refused(
    versions: tuple[str, ...], changed: dict[str, Any], why: str
) -> None:
    (fact,) = with_people().ask(SELLER, a_declaration(*versions, **changed))
    assert (fact.reason, fact.subject) == ("PERSONS_IMPOSSIBLE", SELLER)  # type: ignore[attr-defined]
    assert why in fact.detail  # type: ignore[attr-defined]


def test_a_union_of_more_is_never_smaller_than_that_of_fewer() -> None:
    stage = with_people()
    stage.given(SELLER, a_declaration("1", "2", persons=9_900))
    fewer = a_declaration("1", "2", "3", persons=9_899)
    assert refusal(stage.ask(SELLER, fewer)) == ("PERSONS_IMPOSSIBLE", SELLER)
    stage.given(SELLER, a_declaration("1", "2", "3", persons=9_950))
    more = a_declaration("1", "3", persons=8_600)
    stage.given(SELLER, more)
    raised = a_declaration("1", "2", persons=9_951)
    assert refusal(stage.ask(SELLER, raised)) == ("PERSONS_IMPOSSIBLE", SELLER)


def test_of_a_version_that_nobody_counted_any_number_can_be_declared() -> None:
    stage = with_people()
    stage.given(SELLER, a_declaration("4", persons=70), a_declaration("4", "1", persons=50_000))


def test_persons_of_two_places_are_told_apart_by_the_declaration_alone() -> None:
    stage = with_people()
    stage.given(SELLER, of_people("5", 1_000, collected_in=("CN", "SG")))
    stage.given(SELLER, a_declaration("1", "5", persons=8_600, foreign_persons=900))
    missing = a_declaration("1", "5", persons=8_600, foreign_persons=1_001)
    assert refusal(stage.ask(SELLER, missing)) == ("PERSONS_IMPOSSIBLE", SELLER)


@pytest.mark.parametrize("year", [2025, 2028])
def test_persons_are_counted_this_year_and_ahead_in_the_next(year: int) -> None:
    stage = with_people()
    declaration = a_declaration("1", "2", persons=9_900, year=year)
    assert refusal(stage.ask(SELLER, declaration)) == ("PERSONS_YEAR", str(year))
    stage.at = instant("2026-12-31T16:00:00Z")
    stage.given(SELLER, a_declaration("1", "2", persons=9_900, year=2027))


def test_each_exporter_counts_the_persons_of_its_own_products() -> None:
    stage = with_people()
    declaration = a_declaration("1", persons=8_500)
    assert refusal(stage.ask(OTHER_SELLER, declaration)) == ("PRODUCT_NOT_OWN", "P-20")
    assert refusal(stage.ask(ASSESSOR, declaration)) == ("ROLE_MISSING", ASSESSOR)
    for name in (("P-20", "9"), ("P-99", "1")):
        unknown = a_declaration(persons=1, versions=(VersionName(product_id=name[0], version=name[1]),))
        assert refusal(stage.ask(SELLER, unknown)) == ("PRODUCT_UNKNOWN", name[0])


def test_what_was_drafted_as_without_persons_holds_none() -> None:
    stage = with_people()
    stage.given(SELLER, a_draft())
    none = a_declaration(persons=1, versions=(VersionName(product_id="P-07", version="1"),))
    assert refusal(stage.ask(SELLER, none)) == ("PERSONS_NONE", "P-07")


def test_so_many_declarations_count_at_a_time() -> None:
    stage = with_people()
    stage.given(SELLER, a_declaration("1", persons=8_500))
    (united,) = stage.state.persons.declared[SELLER]
    others = [
        msgspec.structs.replace(united, versions=(VersionName(product_id=f"P-{number}", version="1"),))
        for number in range(DECLARED_MAX)
    ]
    stage.state.persons.declared[SELLER] = others
    declaration = a_declaration("1", "2", persons=9_900)
    assert refusal(stage.ask(SELLER, declaration)) == ("PERSONS_TOO_MANY", SELLER)


def test_all_personal_information_of_a_seller_is_in_one_market() -> None:
    stage = with_people()
    for version in ("1", "2"):
        named = {"product_id": "P-20", "version": version}
        stage.given(ASSESSOR, an_opinion("compliance", **named), an_opinion("quality", **named))
        stage.given(OPERATOR, msgspec.structs.replace(a_registration(version), product_id="P-20"))
    stage.given(SELLER, a_listing(product_id="P-20", version="1"))
    elsewhere = a_listing(product_id="P-20", version="2", market_id="M-OTHER")
    assert refusal(stage.ask(SELLER, elsewhere)) == ("PERSONS_ELSEWHERE", "P-20")
    stage.given(SELLER, a_listing(product_id="P-20", version="2"))


# Splitting.


def test_the_governance_finds_that_a_group_splits_and_takes_it_back() -> None:
    stage = with_people()
    finding = ConfirmSplitting(beneficial_owner=GROUP, year=2026, grounds="Three daughters, one table.")
    (found,) = stage.ask(GOVERNANCE, finding)
    assert isinstance(found, SplittingConfirmed)
    assert (found.beneficial_owner, found.year, found.by_id) == (GROUP, 2026, GOVERNANCE)
    assert refusal(stage.ask(GOVERNANCE, finding)) == ("SPLITTING_STATE", GROUP)
    back = WithdrawSplitting(beneficial_owner=GROUP, year=2026, grounds="They were other persons.")
    (withdrawn,) = stage.ask(GOVERNANCE, back)
    assert isinstance(withdrawn, SplittingWithdrawn)
    assert refusal(stage.ask(GOVERNANCE, back)) == ("SPLITTING_STATE", GROUP)
    assert stage.state.persons.splitting == []


def test_nobody_else_finds_it_and_only_of_a_group_that_there_is() -> None:
    stage = with_people()
    finding = ConfirmSplitting(beneficial_owner=GROUP, year=2026, grounds="x")
    assert refusal(stage.ask(OPERATOR, finding)) == ("ROLE_MISSING", OPERATOR)
    back = WithdrawSplitting(beneficial_owner=GROUP, year=2026, grounds="x")
    assert refusal(stage.ask(SELLER, back)) == ("ROLE_MISSING", SELLER)
    nobody = ConfirmSplitting(beneficial_owner="UBO-99", year=2026, grounds="x")
    assert refusal(stage.ask(GOVERNANCE, nobody)) == ("GROUP_UNKNOWN", "UBO-99")
