"""Questions about lineage have one answer, in SQL on either database and from the graph in memory."""

from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from exchange.kernel.errors import Misuse
from exchange.lineage import Bounds, Edge, moment_of
from exchange.store import Store
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.kept_lineage import KeptLineage
from exchange.views.queries import Rows
from exchange.views.queries.lineage_asked import ask_lineage
from tests.support.lineage_twin import run_of
from tests.unit.views.story import BUYER, ENTITLEMENT, a_story, at, play

VERSION, SOURCE = "hub://CN/product/P-07/1.0", "hub://external/port-office/berths/2026"
DELIVERY = f"hub://exchange/delivery/{ENTITLEMENT}/0-99"


@pytest.fixture
def told(store: Store) -> Store:
    """A database that holds the story, and beside it things made at random from one another."""
    play(store, *a_story())
    chance = Random(6)
    edges = [
        Edge("delivery", 0, 1_000 + n, 0, *chance.choices("abcdef", k=2), "made", f"job {n % 2}", "own", n)
        for n in range(14)
    ]
    with store.begin() as connection:
        rows = [{**each._asdict(), "run": run_of(each)} for each in edges]
        connection.execute(insert(LINEAGE_EDGES), rows)
    return store


MOMENTS: list[dict[str, Any]] = [{}, {"until_at": 8}, {"position": "delivery/0/1006"}, {"until_at": at(4)}]


BOUNDS = (Bounds(50, 1_000), Bounds(2, 1_000), Bounds(50, 1), Bounds(2, 2))


def test_sql_and_graph_take_the_same_steps(told: Store) -> None:
    kept = KeptLineage(told)
    asked_about = [*product(("c",), BOUNDS[1:], MOMENTS), *product((SOURCE,), BOUNDS[::3], MOMENTS[::3])]
    for name, bounds, moment in asked_about:
        as_of = moment_of(**moment)
        asked = {"name": name, **bounds._asdict(), **moment}
        assert ask_lineage(told, "ancestors", asked) == kept.ancestors(name, bounds, as_of)
        assert ask_lineage(told, "descendants", asked) == kept.descendants(name, bounds, as_of)
        assert ask_lineage(told, "impact", asked) == kept.impact(name, bounds, as_of)


def test_sql_and_graph_find_the_same_ways_and_taints(told: Store) -> None:
    kept = KeptLineage(told)
    ways = (*permutations("abcd", 2), ("e", "e"), (DELIVERY, SOURCE))
    for ends, moment in product(ways, MOMENTS):
        as_of = moment_of(**moment)
        asked = {"downstream": ends[0], "upstream": ends[1], "depth": 6, **moment}
        assert ask_lineage(told, "path", asked) == kept.path(*ends, 6, as_of)
    assert any(kept.path(*ends, 6, moment_of()).rows for ends in ways[:-2])
    for moment in MOMENTS:
        asked = {"sources": f'["a", "{SOURCE}"]', "cleared": "delivery/0/1003", **moment}
        found = kept.taint(("a", SOURCE), ("delivery/0/1003",), moment_of(**moment))
        assert ask_lineage(told, "taint", asked) == found


def shown(rows: Rows, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in columns) for each in rows.as_dicts()]


def test_a_delivery_leads_up_to_its_sources_and_they_lead_back(told: Store) -> None:
    up = ask_lineage(told, "ancestors", {"name": DELIVERY})
    published = "hub://exchange/stream/P-07/0-99"
    assert shown(up, "depth", "downstream", "upstream", "kind") == [
        (1, DELIVERY, published, "delivered"),
        (2, published, VERSION, "published"),
        (3, VERSION, SOURCE, "made"),
    ]
    down = ask_lineage(told, "descendants", {"name": SOURCE})
    assert len(down.rows) == 6  # the second range was ruled delivered, then confirmed
    way = ask_lineage(told, "path", {"downstream": DELIVERY, "upstream": SOURCE})
    assert way.rows == tuple(row[:-1] for row in up.rows)


def test_a_recall_names_each_holder_with_receipt_and_amount_once(told: Store) -> None:
    columns = ("holding", "holder_id", "evidence", "records", "trade_id", "amount_minor", "purchase")
    found = ask_lineage(told, "impact", {"name": SOURCE})
    paid = ("T-0.20.0", 1_200_000, "accepted")
    assert shown(found, *columns) == [
        (f"hub://exchange/delivery/{ENTITLEMENT}/{records}", BUYER, "receipt", count, *paid)
        for records, count in (("0-99", 100), ("100-149", 50))
    ]
    before_receipt = {"name": SOURCE, "position": f"delivery/0/{_seq_of_ruling(told)}"}
    assert "ruling" in [each for (each,) in shown(ask_lineage(told, "impact", before_receipt), "evidence")]


def _seq_of_ruling(store: Store) -> int:
    steps = ask_lineage(store, "descendants", {"name": SOURCE}).as_dicts()
    (run,) = (each["run"] for each in steps if each["job"] == "rule/exchange")
    return int(run.split("/")[-1])


def size(kept: KeptLineage) -> int:
    with kept.caught_up() as graph:
        return len(graph)


def test_the_graph_reads_on_what_was_added_since(told: Store) -> None:
    kept = KeptLineage(told)
    before = size(kept)
    later = Edge("market", 0, 5_000, 0, "z", "a", "made", "job", "own", 99)
    with told.begin() as connection:
        connection.execute(insert(LINEAGE_EDGES), [{**later._asdict(), "run": run_of(later)}])
    assert size(kept) == size(kept) == before + 1


def test_a_circle_ends(told: Store) -> None:
    with told.begin() as connection:
        connection.exec_driver_sql("UPDATE lineage_edges SET upstream = downstream")
    assert shown(ask_lineage(told, "ancestors", {"name": VERSION}), "depth") == [(1,)]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ancestors", {"name": "P-07"}, f"no lineage edge names 'P-07'; names that hold it: {VERSION}"),
    ("impact", {"name": "100%"}, "no lineage edge names '100%'; names are like hub://"),
    ("path", {"downstream": DELIVERY, "upstream": "nowhere"}, "no lineage edge names 'nowhere'"),
    ("taint", {"sources": '["nobody"]'}, "no lineage edge names 'nobody'"),
    ("taint", {"sources": "[1]"}, "a list of names holds 1 to 100"),
    ("taint", {"sources": "[a"}, "neither a name nor a JSON list"),
    ("descendants", {"name": "a", "depth": 0}, "depth of 0"),
    ("ancestors", {"name": "a", "position": "here"}, "'here' is no place of a fact"),
    ("cousins", {"name": "a"}, "it answers ancestors, descendants, impact, path, taint"),
]


def test_a_question_asked_wrongly_says_what_is_wrong(told: Store) -> None:
    for question, params, says in WRONG:
        with pytest.raises(Misuse, match=says):
            ask_lineage(told, question, params)
