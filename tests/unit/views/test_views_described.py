"""Participants and product versions in the tables: as they are described now, and how it came to that."""

import json
from pathlib import Path
from typing import Any

import pytest

from exchange.store import open_store
from exchange.views.queries import run_query, run_sql
from tests.support.tables import with_tables
from tests.unit.views.described_story import FOUND, JOINED, MERGED, MOVED, described_anew
from tests.unit.views.story import at, play


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("tables")
    store = open_store(with_tables(path / "exchange.sqlite"))
    play(store, described_anew())

    def asked(name: str, **params: Any) -> Any:
        return run_query(store, name, params).as_dicts()

    asked.store = store  # type: ignore[attr-defined]
    yield asked
    store.close()


def test_a_participant_is_shown_as_it_is_described_now(ask: Any) -> None:
    (found,) = [each for each in ask("participants") if each["participant_id"] == MOVED]
    assert (found["place"], found["state"]) == ("HK", "active")
    assert json.loads(found["roles"]) == ["seller", "buyer"]


def test_every_word_about_a_participant_is_kept(ask: Any) -> None:
    first, second = ask("participant_updates", participant=MOVED)
    assert json.loads(first["changed"]) == ["place", "roles", "registered_zones"]
    assert json.loads(first["description"])["ciio"] is False
    assert (json.loads(second["changed"]), json.loads(second["description"])["ciio"]) == (["ciio"], True)
    assert (second["grounds"], second["by_id"], second["at"]) == ("A notice.", "OP-CN-01", at(5))
    assert ask("participant_updates", participant="BU-XX-01") == []
    assert len(ask("participant_updates")) == 2


def test_a_product_version_is_shown_as_what_it_is_known_to_be(ask: Any) -> None:
    rows = run_sql(ask.store, "SELECT product_id, traits FROM products ORDER BY product_id").as_dicts()
    personal = [(each["product_id"], json.loads(each["traits"])["contains_pi"]) for each in rows]
    assert personal == [(FOUND, True), (JOINED, False), (MERGED, False)]


def test_every_word_about_a_product_version_is_kept_and_what_inherits_it(ask: Any) -> None:
    (word,) = ask("product_reclassifications", product=FOUND)
    assert (json.loads(word["before"])["persons"], json.loads(word["traits"])["persons"]) == (0, 8_500)
    assert (bool(word["as_seller"]), word["grounds"], word["by_id"]) == (True, "Crew lists.", MOVED)
    inherits, looked = ask("product_reclassifications", product=JOINED)
    assert (inherits["traits"], json.loads(inherits["inherited"])) == (None, ["domestic", "personal"])
    assert (json.loads(looked["inherited"]), bool(looked["as_seller"])) == ([], False)
    (also,) = ask("product_reclassifications", product=MERGED)
    assert (also["seq"], also["line"]) == (inherits["seq"], inherits["line"] + 1)
