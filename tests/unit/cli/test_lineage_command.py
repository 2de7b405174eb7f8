"""`exchange lineage`, over the tables of the story."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange import lineage
from exchange.cli import lineage as command
from exchange.cli.root import root
from exchange.store import open_store
from exchange.views.queries.lineage_asked import QUESTIONS, ask_lineage
from streams.node.directory import DataDirectory
from tests.contract.test_projections_lineage_invoices import a_purchase, project
from tests.support.tables import without_rows
from tests.unit.views.story import BUYER, ENTITLEMENT, a_story, play

DELIVERY = f"hub://exchange/delivery/{ENTITLEMENT}/0-99"
VERSION, SOURCE = "hub://CN/product/P-07/1.0", "hub://external/port-office/berths/2026"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose tables hold the story."""
    made = DataDirectory.create(tmp_path_factory.mktemp("lineage") / "node", created_at=0)
    (made.path / "exchange.sqlite").write_bytes(without_rows())
    with closing(open_store(made.store_url)) as store:
        play(store, *a_story())
    return made.path


def said(node: Path, *words: object, code: int = 0) -> str:
    ended = CliRunner().invoke(root, ["lineage", *map(str, words), "--data", str(node)], prog_name="exchange")
    assert ended.exit_code == code, (ended.output, ended.exception)
    return ended.output


def test_ancestors_stand_under_what_was_made_from_them(node: Path) -> None:
    lines = said(node, "ancestors", DELIVERY).splitlines()
    published = "hub://exchange/stream/P-07/0-99"
    assert [line for line in lines if not line.startswith("    ")] == [
        DELIVERY,
        f"  delivered from {published}",
        published,
        f"  published from {VERSION}",
        VERSION,
        f"  made from {SOURCE}",
    ]
    assert f"    by receive/{BUYER} under {ENTITLEMENT}" in lines
    assert max(map(len, lines)) <= 80


def test_a_cut_is_marked_where_it_was_made(node: Path) -> None:
    lines = said(node, "descendants", SOURCE, "--depth", 1).splitlines()
    assert lines[0] == SOURCE
    assert f"  made into {VERSION}" in lines
    assert "  … 4 more left out here; raise --depth or --breadth" in lines
    cut = said(node, "descendants", VERSION, "--breadth", 1).splitlines()
    assert cut[:2] == [VERSION, "  listed into hub://exchange/listing/L-0.5.0"]
    assert cut[4] == "  … 3 more left out here; raise --depth or --breadth"
    assert said(node, "impact", SOURCE, "--depth", 1).splitlines()[-1].startswith("In all at least 0 holders")


def test_a_recall_says_who_holds_what_and_what_it_cost(node: Path) -> None:
    lines = said(node, "impact", SOURCE).splitlines()
    assert lines[0] == f"{BUYER} from SE-CN-02, T-0.20.0: CNY 12,000.00, accepted"
    assert lines[1] == f"  {DELIVERY}"
    assert lines[3].startswith("    delivered, 100 records, digest 0001")
    assert lines[-1] == "In all 1 holder, 2 holdings, 150 records."
    assert max(map(len, lines)) <= 80


def test_a_recall_says_as_what_a_purchase_was_invoiced(tmp_path: Path) -> None:
    made = DataDirectory.create(tmp_path / "node", created_at=0)
    (made.path / "exchange.sqlite").write_bytes(without_rows())
    with closing(open_store(made.store_url)) as store:
        project(store, a_purchase())
    lines = said(made.path, "impact", "hub://CN/product/P-07/1").splitlines()
    assert lines[:2] == [
        "BU-JP-01 from SE-CN-02, T-0.13.0: CNY 12,000.00, CNY 4,000.00 back, accepted",
        "  invoiced as 2026-SE-CN-02-000001, CNY 4,000.00 credited",
    ]


def test_a_way_is_found_whichever_end_is_named_first(node: Path) -> None:
    found = said(node, "path", SOURCE, DELIVERY)
    assert found == said(node, "path", DELIVERY, SOURCE)
    assert f"  made from {SOURCE}" in found
    assert said(node, "path", SOURCE, DELIVERY, "--depth", 2).startswith("Neither is made from the other")


def test_a_taint_names_what_carries_it_and_ends_where_it_was_cleared(node: Path) -> None:
    assert f"  carried by {DELIVERY}" in said(node, "taint", SOURCE).splitlines()
    rows = json.loads(said(node, "ancestors", DELIVERY, "--json"))
    cleared = [word for row in rows if row["upstream"] == VERSION for word in ("--cleared", row["run"])]
    assert DELIVERY not in said(node, "taint", SOURCE, *cleared)


def test_json_is_what_the_tables_answer_as_of_then(node: Path) -> None:
    with closing(open_store(f"sqlite:///{node}/exchange.sqlite")) as store:
        expected = ask_lineage(store, "impact", {"name": SOURCE}).as_dicts()
    assert json.loads(said(node, "impact", SOURCE, "--json")) == expected
    assert json.loads(said(node, "impact", SOURCE, "--json", "--until", "2026-11-01T00:00:00Z")) == []
    assert json.loads(said(node, "impact", SOURCE, "--json", "--position", "delivery/0/0")) == []
    assert said(node, "impact", SOURCE, "--until", "2026-11-01T00:00:00Z").startswith("Nobody holds")


def test_a_field_is_asked_about_by_its_mark(node: Path) -> None:
    lines = said(node, "path", f"{SOURCE}#imo", f"{DELIVERY}#ship").splitlines()
    assert f"  transformation from {SOURCE}#imo" in lines
    assert "    by its declaration, masked" in lines
    assert said(node, "impact", f"{SOURCE}#imo") == said(node, "impact", f"{SOURCE}")
    assert f"Nobody holds anything made from {SOURCE}#issue" in said(node, "impact", f"{SOURCE}#issue")
    assert "declares no field 'imo'; it declares berth" in said(node, "impact", f"{VERSION}#imo", code=2)


def test_what_cannot_be_answered_is_said_in_one_line(node: Path) -> None:
    assert f"no lineage edge names 'P-07'; names that hold it: {VERSION}" in said(
        node, "impact", "P-07", code=2
    )
    assert "is no place of a fact" in said(node, "ancestors", VERSION, "--position", "x", code=2)
    assert "2026 is no time" in said(node, "ancestors", VERSION, "--until", "2026", code=2)
    assert "breadth of 0" in said(node, "ancestors", VERSION, "--breadth", 0, code=2)
    assert f"{VERSION}# names no field after #" in said(node, "impact", f"{VERSION}#", code=2)
    assert "name is one name, not a list" in said(node, "impact", f'["{VERSION}"]', code=2)
    assert "'oracle/0/3' is of no journal; there are those of registry, market" in said(
        node, "ancestors", VERSION, "--position", "oracle/0/3", code=2
    )
    assert f"and both are {VERSION}; name two" in said(node, "path", VERSION, VERSION, code=2)


def test_a_taint_of_what_is_not_there_is_refused_even_beside_what_is(node: Path) -> None:
    assert "no lineage edge names 'nowhere'" in said(node, "taint", SOURCE, "nowhere", code=2)
    assert "nothing was made by a run registry/0/0" in said(
        node, "taint", SOURCE, "--cleared", "registry/0/0", code=2
    )


def test_every_question_is_a_command_with_the_usual_bounds() -> None:
    assert set(command.lineage.commands) == {*QUESTIONS, "export"}
    for name in ("ancestors", "descendants", "impact"):
        defaults = {each.name: each.default for each in command.lineage.commands[name].params}
        assert (defaults["depth"], defaults["breadth"]) == lineage.USUAL
