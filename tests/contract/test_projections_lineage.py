"""Questions about lineage have one answer, in SQL on either database and from the graph in memory."""

import json
from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import insert

from exchange.bonded.bought.commands import RecordProductRegistered
from exchange.kernel.errors import Misuse
from exchange.lineage import Bounds, Edge, moment_of
from exchange.lineage.kinds import DATA
from exchange.store import Store
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.kept_lineage import KeptLineage
from exchange.views.queries import Rows
from exchange.views.queries.lineage_asked import answer_lineage, ask_lineage
from tests.support.lineage_twin import run_of
from tests.unit.bonded.stage import EXCHANGE, PROCESSOR, a_zone
from tests.unit.bonded.tables import a_story_of_consignments, journal_of
from tests.unit.views.story import (
    BUYER,
    ENTITLEMENT,
    Journal,
    a_grant,
    a_range,
    a_receipt,
    a_story,
    an_opening,
    at,
    play,
)

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


FIELDS = ("berth", "imo", "ship", "issue")


def test_sql_and_graph_follow_the_same_fields(told: Store) -> None:
    kept = KeptLineage(told)
    for field, bounds, moment in (*product(FIELDS, BOUNDS[:2], MOMENTS[::3]), ("x", BOUNDS[3], {})):
        as_of = moment_of(**moment)
        for thing in (SOURCE, DELIVERY, "c") if field == "x" else (SOURCE, DELIVERY):
            name = f"{thing}#{field}"
            if thing == DELIVERY and field == "imo":
                continue  # what was delivered declares none of this name
            asked = {"name": name, **bounds._asdict(), **moment}
            assert ask_lineage(told, "ancestors", asked) == kept.ancestors(name, bounds, as_of)
            assert ask_lineage(told, "descendants", asked) == kept.descendants(name, bounds, as_of)
            assert ask_lineage(told, "impact", asked) == kept.impact(name, bounds, as_of)
            carried = kept.taint((name,), (), as_of)
            assert ask_lineage(told, "taint", {"sources": name, **moment}) == carried
    ends = (f"{DELIVERY}#ship", f"{SOURCE}#imo")
    way = ask_lineage(told, "path", {"downstream": ends[0], "upstream": ends[1]})
    assert way == kept.path(*ends, 50, moment_of())
    assert shown(way, "downstream", "kind") == [
        (f"{DELIVERY}#ship", "delivered"),
        ("hub://exchange/stream/P-07/0-99#ship", "published"),
        (f"{VERSION}#ship", "transformation"),
    ]


def test_a_recall_of_a_field_names_who_holds_something_of_it(told: Store) -> None:
    def holders(field: str) -> list[str]:
        return [
            each for (each,) in shown(ask_lineage(told, "impact", {"name": f"{SOURCE}#{field}"}), "holding")
        ]

    whole = [each for (each,) in shown(ask_lineage(told, "impact", {"name": SOURCE}), "holding")]
    assert holders("imo") == holders("berth") == whole
    assert holders("ship") == holders("issue") == []
    assert (
        ask_lineage(told, "path", {"downstream": f"{DELIVERY}#berth", "upstream": f"{SOURCE}#imo"}).rows == ()
    )


def test_documents_descend_from_data_and_carry_nothing(told: Store) -> None:
    papers = {"hub://exchange/listing/L-0.5.0", "hub://exchange/trade/T-0.20.0"}
    down = ask_lineage(told, "descendants", {"name": VERSION})
    assert papers < {name for (name,) in shown(down, "downstream")}
    assert any(name.startswith("hub://exchange/entry/market/0/") for (name,) in shown(down, "downstream"))
    receipt = f"hub://exchange/receipt/{ENTITLEMENT}/0-99"
    assert shown(ask_lineage(told, "path", {"downstream": receipt, "upstream": SOURCE}), "kind") == [
        ("receipted",),
        ("delivered",),
        ("published",),
        ("made",),
    ]
    carried = {name for (name,) in shown(ask_lineage(told, "taint", {"sources": VERSION}), "name")}
    assert DELIVERY in carried
    assert not [name for name in carried if name in papers or "/entry/" in name or "/receipt/" in name]


def test_a_recall_of_a_lot_names_who_it_left_to_with_receipts_and_amounts(told: Store) -> None:
    play(told, a_story_of_consignments())
    columns = ("holding", "kind", "holder_id", "seller_id", "evidence", "records")
    asked = {"name": "hub://CN-LG/consignment/C-0.15.0/L-1"}
    found = ask_lineage(told, "impact", asked)
    assert shown(found, *columns) == [
        ("hub://DE/return/X-0.23.0", "returned", "SE-DE-01", "PR-CN-01", "receipt", 310),
        ("hub://DE/delivery/X-0.20.0/O-0.19.0", "exported", "SE-DE-01", "PR-CN-01", "receipt", 9_640),
    ]
    assert KeptLineage(told).impact(asked["name"], BOUNDS[0], moment_of()) == found
    handed_on = ask_lineage(told, "impact", {"name": "hub://CN-LG/consignment/C-0.29.0/L-1"})
    moved = [row for row in shown(handed_on, "kind", "holder_id", "records") if row[0] == "transferred"]
    assert moved == [("transferred", "PR-CN-02", 200), ("transferred", "PR-CN-02", 50)]
    with pytest.raises(
        Misuse, match=r"stands for its books; ask about its lots: hub://CN-LG/consignment/C-0.15.0/L-1"
    ):
        ask_lineage(told, "impact", {"name": "hub://CN-LG/consignment/C-0.15.0"})
    deleted = {"downstream": "hub://exchange/certificate/DC-0.26.0", "upstream": asked["name"]}
    assert shown(ask_lineage(told, "path", deleted), "kind") == [("certified",), ("deleted",)]


def test_a_recall_of_raw_data_names_the_processor_in_whose_hands_it_came(told: Store) -> None:
    play(told, a_story_of_consignments())
    columns = ("holding", "kind", "holder_id", "seller_id", "terms", "evidence", "records")
    raw = "hub://DE/raw/HB-0002/L-1"
    found = ask_lineage(told, "impact", {"name": raw})
    lot = ("hub://CN-LG/consignment/C-0.29.0/L-1", "consigned", "PR-CN-01", "SE-DE-01", "HB-0002", "handbook")
    assert shown(found, *columns)[0] == (*lot, 140)
    assert KeptLineage(told).impact(raw, BOUNDS[0], moment_of()) == found
    for state in ("in_review", "written_off"):
        with told.begin() as connection:
            connection.exec_driver_sql(f"UPDATE consignments SET state = '{state}'")
        nobody = ask_lineage(told, "impact", {"name": raw})
        assert "consigned" not in [kind for (kind,) in shown(nobody, "kind")]
        assert KeptLineage(told).impact(raw, BOUNDS[0], moment_of()) == nobody


def test_a_recall_of_what_was_bought_names_the_source_that_is_of_it(told: Store) -> None:
    stage = a_zone()
    stage.given(EXCHANGE, RecordProductRegistered(product_id="P-07", version="1.0"))
    name = stage.source(made_from=VERSION)
    play(told, journal_of(stage.journal))
    found = ask_lineage(told, "impact", {"name": VERSION})
    (source,) = (each for each in found.as_dicts() if each["kind"] == "consigned")
    assert (source["holding"], source["holder_id"], source["evidence"]) == (
        f"hub://CN-LG/source/{name}",
        PROCESSOR,
        "registration",
    )
    assert len(source["digest"]) == 64
    assert KeptLineage(told).impact(VERSION, BOUNDS[0], moment_of()) == found


def test_a_recall_of_a_lot_names_who_bought_what_was_made_of_it_in_bond(told: Store) -> None:
    """Whether or not its seller says in its draft what it was made from: its zone knows."""
    play(told, a_story_of_consignments())
    made = {"product_id": "P-01", "version": "1.1", "stored_in": "CN-LG"}
    granted, sale = Journal("market", partition=2), Journal("delivery", partition=1)
    granted.add(replace(a_grant("E-1.0.0", "T-1.0.0"), product_id="P-01"))
    sale.add(replace(an_opening("E-1.0.0", "T-1.0.0"), product_id="P-01"))
    sale.add(replace(a_range(0, 99), **made))
    sale.add(replace(a_receipt(0, 99, "E-1.0.0"), product_id="P-01"))
    play(told, granted, sale)
    asked = {"name": "hub://CN-LG/consignment/C-0.29.0/L-1"}
    found = ask_lineage(told, "impact", asked)
    sold = [row for row in shown(found, "kind", "holder_id", "holding") if row[0] == "delivered"]
    delivery = "hub://exchange/delivery/E-1.0.0/0-99"
    assert sold == [("delivered", BUYER, delivery)]
    assert KeptLineage(told).impact(asked["name"], BOUNDS[0], moment_of()) == found
    way = ask_lineage(told, "path", {"downstream": delivery, "upstream": asked["name"]})
    assert "offer/PR-CN-01" in [job for (job,) in shown(way, "job")]


def test_questions_in_plain_values_have_plain_answers(told: Store) -> None:
    answer = answer_lineage(told, {"question": "descendants", "name": SOURCE, "depth": 1, "until_at": None})
    assert json.loads(json.dumps(answer)) == answer
    assert [row["kind"] for row in answer["rows"]] == ["made", "cut"]
    assert (answer["cut"], answer["more"]) == (4, False)
    assert answer_lineage(told, {"question": "impact", "name": SOURCE, "limit": 1})["more"]
    both = answer_lineage(told, {"question": "taint", "sources": [VERSION, SOURCE], "cleared": []})
    assert {row["source"] for row in both["rows"]} == {VERSION, SOURCE}
    for wrong in ({}, {"question": "impact"}, {"question": "impact", "name": SOURCE, "limit": "all"}):
        with pytest.raises(Misuse):
            answer_lineage(told, wrong)


def test_sql_and_graph_find_the_same_ways_and_taints(told: Store) -> None:
    kept = KeptLineage(told)
    ways = (*permutations("abcd", 2), (DELIVERY, SOURCE))
    for ends, moment in product(ways, MOMENTS):
        as_of = moment_of(**moment)
        asked = {"downstream": ends[0], "upstream": ends[1], "depth": 6, **moment}
        assert ask_lineage(told, "path", asked) == kept.path(*ends, 6, as_of)
    assert any(kept.path(*ends, 6, moment_of()).rows for ends in ways[:-1])
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
    kinds = [kind for (kind,) in shown(down, "kind") if kind in DATA]
    assert len(kinds) == 6  # the second range was ruled delivered, then confirmed
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
    ("taint", {"sources": f'["{SOURCE}", "{SOURCE}#imo"]'}, "names things, or fields, not both"),
    ("impact", {"name": f"{VERSION}#imo"}, "declares no field 'imo'; it declares berth, issue, ship"),
    ("descendants", {"name": "a", "depth": 0}, "depth of 0"),
    ("ancestors", {"name": "a", "position": "here"}, "'here' is no place of a fact"),
    ("cousins", {"name": "a"}, "it answers ancestors, descendants, impact, path, taint"),
]


def test_a_question_asked_wrongly_says_what_is_wrong(told: Store) -> None:
    for question, params, says in WRONG:
        with pytest.raises(Misuse, match=says):
            ask_lineage(told, question, params)
