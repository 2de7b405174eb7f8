"""Safeguards and persons in the tables: as they stand, what ends soon, what was declared."""

from pathlib import Path
from typing import Any

import pytest

from exchange.store import open_store
from exchange.views.queries import run_query
from tests.support.tables import with_tables
from tests.unit.views.safeguards_story import EXPORTER, RECIPIENT, safeguards_and_persons
from tests.unit.views.story import play


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("tables")
    store = open_store(with_tables(path / "exchange.sqlite"))
    play(store, safeguards_and_persons())
    yield lambda name, **params: run_query(store, name, params).as_dicts()
    store.close()


def test_a_safeguard_is_shown_as_it_stands(ask: Any) -> None:
    (contract,) = ask("safeguard", safeguard="I-12")
    assert (contract["status"], contract["grounds"], contract["by_id"]) == (
        "revoked",
        "It ended.",
        "MB-CN-01",
    )
    assert (contract["filed_on"], contract["filed_late"], contract["filing_reference"]) == (
        "2026-03-17",
        True,
        "SH-77",
    )
    assert (contract["scope_changed"], contract["tia_current"]) == (True, None)
    (assessment,) = ask("safeguard", safeguard="I-05")
    assert (assessment["valid_to"], assessment["evidence_digest"]) == ("2029-10-29", bytes(range(32)).hex())


def test_safeguards_are_found_by_their_parties(ask: Any) -> None:
    def found(**params: Any) -> list[str]:
        return [each["safeguard_id"] for each in ask("safeguards", **params)]

    assert found() == found(party=EXPORTER) == ["I-05", "I-12"]
    assert found(party=RECIPIENT) == ["I-12"]


def test_what_ends_soon_is_told_with_its_day(ask: Any) -> None:
    assert ask("safeguards_ending", until="2029-10-28") == []
    (ending,) = ask("safeguards_ending", until="2029-10-29")
    assert (ending["safeguard_id"], ending["what"], ending["on_day"]) == ("I-05", "ends", "2029-10-29")


def test_the_last_declaration_of_the_same_versions_stands(ask: Any) -> None:
    (declared,) = ask("persons_declared", exporter=EXPORTER, year=2026)
    assert (declared["declaration_id"], declared["persons"]) == ("PD-0.6.0", 9_800)
    assert declared["versions"] == '["P-20/1","P-20/2"]'
    assert ask("persons_declared", year=2025) == []


def test_findings_stand_until_they_are_taken_back(ask: Any) -> None:
    found = [(each["year"], each["state"], each["reference"]) for each in ask("splitting_findings")]
    assert found == [(2026, "withdrawn", ""), (2027, "confirmed", "CASE-4")]


def test_a_list_is_shown_with_its_last_day_and_who_is_registered_under_it(ask: Any) -> None:
    (published,) = ask("published_lists")
    assert (published["valid_to"], published["grounds"]) == ("2026-04-23", "A new one.")
    assert "crew.passport" in published["entries"]
    (registered,) = ask("centre_registrations")
    assert (registered["product_id"], registered["registered"]) == ("P-20", False)
