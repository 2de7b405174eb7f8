"""`fence explain` and `fence replay` over the tables of a node that is down: stories told before, played into them."""

import json
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text as sql

from exchange.cli.root import root
from exchange.store import open_store
from exchange.views.queries import run_query
from streams.filters import decide_lines, project_lines
from streams.node.directory import DataDirectory

STORIES = Path(__file__).parents[3] / "docs" / "examples"
LINES = {"registry": 24, "market": 64, "quotes": 29, "book": 21}
"""How much of a story is played: others go on with it, and the figures here are of what it began with."""
SHIPPED = files("exchange.fence") / "rulesets" / "2026-11-29.yaml"
REFUSED, TRADED, RULED = "D-0.16.1", "D-0.14.0", "D-0.13.1"


def made(path: Path, *stories: str) -> Path:
    """A node's directory with the tables that these stories leave."""
    node = DataDirectory.create(path, created_at=0).path
    for story in stories:
        told = (STORIES / f"{story}.jsonl").read_text("utf-8").splitlines()[: LINES[story]]
        context = "registry" if story == "registry" else "market"
        project_lines(f"sqlite:///{node}/exchange.sqlite", decide_lines(context, told))
    return node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("market") / "node", "registry", "market")


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node at which the counter has let a REVIEW pass."""
    return made(tmp_path_factory.mktemp("counter") / "node", "quotes")


def called(node: Path, *arguments: str) -> Result:
    return CliRunner().invoke(root, ["fence", *arguments, "--data", str(node)])


def said(node: Path, *arguments: str) -> str:
    ended = called(node, *arguments)
    assert ended.exit_code == 0, ended.output
    assert [line for line in ended.stdout.splitlines() if len(line) > 80] == []
    return " ".join(ended.stdout.split())


def document(node: Path, *arguments: str) -> dict[str, Any]:
    ended = called(node, *arguments, "--json")
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


@pytest.fixture
def candidate(tmp_path: Path) -> Callable[..., str]:
    """The shipped ruleset with other words in it, as a file."""

    def written(*changes: tuple[str, str]) -> str:
        text = SHIPPED.read_text("utf-8").replace('"2026.11.1"', '"2026.12.0"')
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "candidate.yaml").write_text(text, "utf-8")
        return str(tmp_path / "candidate.yaml")

    return written


NO_ART3 = ("value: [trade, transport, academic, manufacturing, marketing]", "value: [trade]")
NO_TRIGGER = ("outcome: ALLOW\n  on_match: stop\n  obligations: []\n  reason_code: CN_NO_TRIGGER",
              "outcome: REVIEW\n  on_match: stop\n  obligations: []\n  reason_code: CN_NO_TRIGGER")  # fmt: skip


def test_a_refusal_is_told_with_rule_facts_source_grade_and_version(node: Path) -> None:
    story = said(node, "explain", REFUSED)
    for part in (
        f"Decision {REFUSED} of 2026-11-02T02:04:00Z: DENY The data may not move.",
        "SE-CN-02 (Seller CN-02) would hand P-07 (Port-call and berth stream) to BU-JP-01 (Buyer JP-01).",
        "Export from CN to DE, seen also from JP, collected in CN, general data without persons, for the purpose",
        "DENY by rule LIC-01 of LIC: LICENCE The licence covers the places, the purpose, the moment and the seats, and",
        "is active: no (derived.lic.ok). Source: ODRL agreement on the product; a default of the exchange, with no",
        "Note by rule CN-21 of CN: CN_REMOTE_ACCESS",
        "ALLOW by rule CN-07 of CN: CN_ART3",
        "purpose: transport. Source: CAC Order 16 Art 3; verified in the primary text or on an official page.",
        "may be another one from 2026-12-02T16:00:00Z on.",
        "Decided again by ruleset 2026.11.0",
        "the answer is the same, to the letter.",
    ):
        assert part in story
    assert story.index("DENY by rule") < story.index("ALLOW by rule") < story.index("Note by rule")


def test_an_admission_is_told_with_the_trades_that_rest_on_it(node: Path) -> None:
    story = said(node, "explain", TRADED)
    assert "ALLOW The data may move." in story
    assert "Trade T-0.17.0 rests on it: CNY 12,000.00, accepted." in story
    found = document(node, "explain", TRADED)
    assert found["decided_again"] is True
    assert [each["trade_id"] for each in found["trades"]] == ["T-0.17.0", "T-0.20.3"]
    (contribution,) = [each for each in found["contributions"] if each["rule_id"] == "CN-07"]
    assert {"fact": "purpose", "value": "transport", "known": True} in contribution["facts"]


def test_a_ruling_is_told_with_its_panel_and_what_it_lifts(counter: Path) -> None:
    story = said(counter, "explain", RULED)
    assert "The counter has ruled, and so the data may move" in story
    assert "REVIEW by rule SEA-02 of SEA: LOCAL_LAW_REVIEW" in story
    assert "no verified rule set for ID, VN, MY; unverified." in story
    assert "Ruling RU-0.11.0" in story
    assert "lifts LOCAL_LAW_REVIEW until" in story
    (ruling,) = document(counter, "explain", RULED)["rulings"]
    assert ruling["codes"] == ["LOCAL_LAW_REVIEW"]
    assert all(name in story for name in ruling["panel"])


def test_a_decision_that_nobody_took_is_said_to_be_unknown(node: Path) -> None:
    ended = called(node, "explain", "D-9.9.9")
    assert ended.exit_code == 2
    assert "no decision or listing D-9.9.9 is known to the tables; `exchange query decisions`" in ended.stderr


def test_the_file_of_another_ruleset_does_not_explain_it(node: Path, candidate: Callable[..., str]) -> None:
    ended = called(node, "explain", REFUSED, "--ruleset", candidate(NO_ART3))
    assert ended.exit_code == 2
    assert "is not the ruleset that decided; its digest has to be " in ended.stderr


def altered(node: Path, tmp_path: Path, statement: str) -> Path:
    """A copy of the node, its tables tampered with."""
    node = Path(copytree(node, tmp_path / "node"))
    store = open_store(f"sqlite:///{node}/exchange.sqlite")
    with store.engine.begin() as connection:
        connection.execute(sql(statement))
    store.close()
    return node


def test_a_crossing_that_is_not_the_recorded_one_is_found_out(node: Path, tmp_path: Path) -> None:
    tampered = altered(
        node, tmp_path, "update fence_decisions set crossing = replace(crossing, '\"JP\"', '\"SG\"')"
    )
    for arguments in (("explain", REFUSED), ("replay", "--ruleset", str(SHIPPED))):
        ended = called(tampered, *arguments)
        assert ended.exit_code == 4
        assert "the recorded crossing is not the one of its digest" in ended.stderr


def test_an_answer_that_its_ruleset_does_not_give_is_found_out(node: Path, tmp_path: Path) -> None:
    tampered = altered(
        node, tmp_path, "update fence_decisions set decision = replace(decision, 'CN_ART3', 'CN_ART9')"
    )
    ended = called(tampered, "explain", TRADED)
    assert ended.exit_code == 4
    assert "THE ANSWER IS ANOTHER ONE" in ended.stdout


def test_without_its_ruleset_a_decision_is_still_told(node: Path, tmp_path: Path) -> None:
    tampered = altered(node, tmp_path, "update fence_decisions set ruleset_digest = 'ab'")
    story = said(tampered, "explain", REFUSED)
    assert "not known without its ruleset (derived.lic.ok)" in story
    assert "purpose: transport." in story
    assert "name its file with --ruleset" in story
    assert document(tampered, "explain", REFUSED)["decided_again"] is None


def test_the_same_ruleset_changes_nothing(node: Path) -> None:
    found = document(node, "replay", "--ruleset", str(SHIPPED))
    assert (found["decisions"], found["changed"], found["changes"]) == (5, 0, [])
    assert found["by_change"]["none"]["amounts_minor"] == {"CNY": 9_700_000}
    assert "would be refused" in said(node, "replay", "--ruleset", str(SHIPPED))


def test_a_candidate_is_tried_on_the_whole_history_and_trade_value_is_told(
    node: Path, candidate: Callable[..., str]
) -> None:
    before = (node / "exchange.sqlite").read_bytes()
    found = document(node, "replay", "--ruleset", candidate(NO_ART3, NO_TRIGGER))
    refused = found["by_change"]["refused"]
    assert (refused["decisions"], refused["buyers"], refused["trades"]) == (4, 2, 6)
    # The busted trade is none.
    assert refused["amounts_minor"] == {"CNY": 9_700_000}
    assert [(each["was"], each["would_be"], each["decisions"]) for each in found["by_answer"]] == [
        ("ALLOW", "REVIEW", 4),
        ("DENY", "DENY", 1),
    ]
    assert [(each["buyer_id"], each["amounts_minor"]) for each in found["by_buyer"]] == [
        ("BU-JP-01", {"CNY": 7_300_000}),
        ("BU-SG-01", {"CNY": 2_400_000}),
    ]
    assert (found["rules_new"], found["rules_gone"], found["rules_other"]) == (
        {"CN-08": 3},
        {"CN-07": 3},
        {"CN-08": 2},
    )
    assert [each["change"] for each in found["changes"]] == ["refused"] * 4 + ["grounds"]
    assert (node / "exchange.sqlite").read_bytes() == before


def test_the_report_for_people_fits_a_terminal(node: Path, candidate: Callable[..., str]) -> None:
    text = said(node, "replay", "--ruleset", candidate(NO_ART3, NO_TRIGGER), "--changes", "1")
    assert "Nothing was touched." in text
    assert "1 of 5 changed: D-0.14.0: P-07 to BU-JP-01, ALLOW → REVIEW, CNY 24,000.00 traded on it" in text
    assert "CN-08 new; CN-07 gone" in text


def test_what_was_refused_may_be_admitted(node: Path, candidate: Callable[..., str]) -> None:
    weaker = ("outcome: DENY\n  on_match: stop\n  obligations: []\n  reason_code: LICENCE",
              "outcome: ALLOW_COND\n  on_match: stop\n  obligations: []\n  reason_code: LICENCE")  # fmt: skip
    found = document(node, "replay", "--ruleset", candidate(weaker))
    assert [each["decision_id"] for each in found["changes"]] == [REFUSED]
    assert found["by_change"]["admitted"]["decisions"] == 1


def test_a_ruling_lifts_the_same_review_under_the_candidate_and_no_other(
    counter: Path, candidate: Callable[..., str]
) -> None:
    same = document(counter, "replay", "--ruleset", str(SHIPPED))
    assert (same["decisions"], same["changed"]) == (3, 0)
    other = (
        "reason_code: LOCAL_LAW_REVIEW\n  citation: no verified",
        "reason_code: OTHER_LAW\n  citation: no verified",
    )
    found = document(counter, "replay", "--ruleset", candidate(other))
    assert found["by_change"]["refused"]["decisions"] == 2
    assert found["by_change"]["grounds"]["decisions"] == 1


def test_the_history_can_be_asked_as_if_it_were_later(node: Path, candidate: Callable[..., str]) -> None:
    later = ("reason_code: CN_ART3\n  citation: CAC Order 16 Art 3\n  evidence: verified\n  valid_from: 2024-03-22\n"
             "  valid_to: null", "reason_code: CN_ART3\n  citation: CAC Order 16 Art 3\n  evidence: verified\n"
             "  valid_from: 2024-03-22\n  valid_to: 2026-11-30")  # fmt: skip
    path = candidate(later)
    assert document(node, "replay", "--ruleset", path)["rules_new"] == {}
    then = document(node, "replay", "--ruleset", path, "--as-of", "2026-12-01T00:00:00+08:00")
    assert then["rules_gone"] == {"CN-07": 3}


def test_a_node_at_which_nothing_was_decided_says_so(tmp_path: Path) -> None:
    node = made(tmp_path / "node", "book")
    assert said(node, "replay", "--ruleset", str(SHIPPED)) == "Nothing has been decided at the fence yet."
    assert document(node, "replay", "--ruleset", str(SHIPPED))["decisions"] == 0


def test_a_listing_is_explained_as_well(node: Path, counter: Path) -> None:
    (row,) = listings(node, "P-07")
    told = said(node, "explain", row["listing_id"])
    assert told.startswith(f"Listing {row['listing_id']} in M-SH: open P-07")
    assert "somebody who is there can buy it as things stand." in told
    found = document(node, "explain", row["listing_id"])
    assert (found["verdict"], found["case"]) == ("open", None)
    assert [rule["reason_code"] for rule in found["rules"]] == found["codes"]


def test_of_a_listing_that_waits_for_people_its_rules_and_sources_are_told(counter: Path) -> None:
    row = listings(counter, "P-04")[0]
    assert (row["verdict"], row["outcome"]) == ("wanting", "REVIEW")
    told = said(counter, "explain", row["listing_id"])
    assert "it is on sale, and nobody can buy it yet." in told
    assert "SEA-02 of SEA: LOCAL_LAW_REVIEW Source: no verified rule set for ID, VN, MY; unverified." in told
    assert "Duties: counter case." in told


def test_an_id_that_is_neither_is_told_so(node: Path) -> None:
    ended = called(node, "explain", "L-9.9.9")
    assert ended.exit_code == 2
    assert "no decision or listing L-9.9.9" in ended.stderr


def listings(node: Path, product: str) -> list[dict[str, Any]]:
    with closing(open_store(f"sqlite:///{node}/exchange.sqlite")) as store:
        return list(run_query(store, "destinations", {"product": product}).as_dicts())
