"""Attestations as tables: how each stands, and which decisions were made with it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from exchange.cli.fence_explaining import _explained
from exchange.cli.fence_story import document, lines
from exchange.store import Store, open_store
from exchange.views.queries import run_query
from exchange.views.queries.fence import story_of
from tests.support.tables import with_tables
from tests.unit.views.attested_story import (
    ASSESSOR,
    DECISION,
    PARTY,
    WORD,
    a_decision_on_a_word,
    words_given,
)
from tests.unit.views.story import play


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = with_tables(tmp_path_factory.mktemp("attested") / "exchange.sqlite")
    with closing(open_store(url)) as store:
        play(store, words_given(), a_decision_on_a_word())
        yield store


def test_an_attestation_stands_as_it_was_judged_last(store: Store) -> None:
    (row,) = run_query(store, "attestation", {"attestation": WORD.attestation_id}).as_dicts()
    assert (row["status"], row["grounds"], row["judged_by_id"]) == ("doubted", "Of others.", ASSESSOR)
    assert (row["kind"], row["about"], row["issuer"]) == ("JP_ART28_INFORMED", "P-1/1", "Harbour Clinic")
    assert row["evidence_digest"] == bytes(range(32)).hex()


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, ["AT-JP_ART28_INFORMED", "AT-US_CONTROLS"]),
        ({"party": PARTY}, ["AT-JP_ART28_INFORMED"]),
        ({"party": "BU-YY-01"}, ["AT-US_CONTROLS"]),
        ({"about": "P-1/1"}, ["AT-JP_ART28_INFORMED"]),
        ({"about": "P-9/1"}, []),
    ],
)
def test_they_are_found_by_party_and_by_what_they_are_about(
    store: Store, params: dict[str, str], found: list[str]
) -> None:
    rows = run_query(store, "attestations", params).as_dicts()
    assert [row["attestation_id"] for row in rows] == found


def test_a_decision_names_those_that_it_was_made_with(store: Store) -> None:
    rows = run_query(store, "decisions_attested", {"attestation": WORD.attestation_id}).as_dicts()
    assert [row["decision_id"] for row in rows] == [DECISION]


def test_its_story_tells_whose_word_and_whose_evidence_it_rests_on_and_that_it_is_doubted_since(
    store: Store,
) -> None:
    story = story_of(store, DECISION)
    assert story is not None
    explained = _explained(story, None)
    told = " ".join(" ".join(lines(explained)).split())
    assert f"{PARTY} gave its word of JP_ART28_INFORMED (attestation AT-JP_ART28_INFORMED)" in told
    assert "evidence by Harbour Clinic (digest 000102030405…)" in told
    assert "It is doubted since." in told
    (attested,) = document(explained)["attested"]
    assert (attested["by_id"], attested["status"]) == (PARTY, "doubted")
