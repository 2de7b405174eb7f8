"""`fence matrix` of what was made in bond: what its zone's egress would say, beside the market or alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from exchange.bonded import commands as asked
from exchange.bonded.corridors import Asked, Exit, exits
from exchange.bonded.facts import CrossingDecided
from exchange.cli.root import root
from exchange.fence import newest
from exchange.fence.decision import codes_of
from streams.filters import decide_lines
from tests.unit.bonded.stage import (
    PROCESSOR,
    RULESETS,
    SELLER,
    ZONE,
    ZoneStage,
    a_count,
    a_link,
    a_product,
    a_start,
    a_zone,
    an_export,
    items,
    traits,
)

STORIES = Path(__file__).parents[3] / "docs" / "examples"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What a market and a zone say in the stories of a product that was made in bond."""
    made = []
    for story, context in (("made-in-bond", "market"), ("consignments", "bonded")):
        path = tmp_path_factory.mktemp(story) / "facts.jsonl"
        lines = (STORIES / f"{story}.jsonl").read_text("utf-8").splitlines()
        path.write_text("".join(line + "\n" for line in decide_lines(context, lines)), "utf-8")
        made.append(path)
    return made[0], made[1]


def called(*arguments: object) -> Result:
    return CliRunner().invoke(root, ["fence", "matrix", *map(str, arguments)])


def egress(*arguments: object) -> dict[str, Any]:
    ended = called(*arguments, "--json")
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)["egress"]
    return found


def ready() -> tuple[ZoneStage, str]:
    """A product whose balance is closed."""
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    return stage, output


def said(stage: ZoneStage, output: str, *places: str, recipient: str | None = None) -> list[Exit]:
    ruleset = newest(RULESETS)
    return list(exits(stage.state, Asked(output, places, ("sale",), recipient), ruleset, stage.at))


@pytest.mark.parametrize("place", ["DE", "SG"])
def test_it_says_what_a_request_is_told(place: str) -> None:
    stage, output = ready()
    before = stage.partition.written_down()
    (cell,) = said(stage, output, place, recipient=SELLER)
    assert stage.partition.written_down() == before
    command = an_export(output, destination=place, link_ids=(f"LK-{place}",))
    (decided,) = [each for each in stage.ask(PROCESSOR, command) if isinstance(each, CrossingDecided)]
    assert (cell.outcome.value, cell.codes) == (decided.outcome, codes_of(decided))
    assert (cell.admitted, cell.obligations, cell.missing) == (
        decided.admitted,
        decided.obligations,
        decided.missing,
    )


def test_a_line_that_is_down_a_balance_that_is_open_and_persons_let_out_count() -> None:
    stage, output = ready()
    assert [each.admitted for each in said(stage, output, "DE")] == [True]
    stage.given("OP-CN-01", a_link(state="down"))
    assert "ZONE_NO_LINK" in said(stage, output, "DE")[0].codes
    stage.given("OP-CN-01", a_link())
    name = stage.state.job_runs[stage.state.outputs[output].job_run_id].started.consignment_ids[0]
    stage.made(a_start(items(name, 200, 209)), a_product())
    assert said(stage, output, "DE")[0].codes[0] == "ZONE_BALANCE"


def test_of_several_purposes_the_best_counts() -> None:
    stage, output = ready()
    ruleset = newest(RULESETS)
    (cell,) = exits(stage.state, Asked(output, ("DE",), ("sale", "trade")), ruleset, stage.at)
    assert cell.admitted


def test_while_people_have_to_let_a_consignment_in_nothing_leaves() -> None:
    stage, output = ready()
    name = stage.state.job_runs[stage.state.outputs[output].job_run_id].started.consignment_ids[0]
    command = asked.ReclassifySource(
        source_id=name,
        traits=traits(collected_in=("DE", "VN")),
        grounds="It is other data.",
        evidence_sha256=bytes(32),
    )
    stage.given(SELLER, command)
    stage.settled()
    assert not said(stage, output, "DE")[0].admitted


def test_beside_the_market_the_zone_answers_for_the_same_places(told: tuple[Path, Path]) -> None:
    market, zone = told
    ended = called("P-01", "--facts", market, "--zone-facts", zone, "--places", "DE,SG")
    assert ended.exit_code == 0, ended.output
    lines = ended.stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    place = lines.index(f"Out of business zone {ZONE}, were an export of O-0.32.0 asked for:")
    assert lines[place + 1].split() == ["DE", "SG"]
    assert lines[place + 2].split() == ["bond", "COND", "DENY"]
    assert any(line.startswith("  DE: CN_ART4_TRANSIT; duties: ") for line in lines[place:])
    found = egress("P-01", "--facts", market, "--zone-facts", zone, "--places", "DE,SG")
    assert [(each["destination"], each["admitted"]) for each in found["exits"]] == [
        ("DE", True),
        ("SG", False),
    ]


def test_a_market_without_the_zones_facts_shows_its_own_grid_only(told: tuple[Path, Path]) -> None:
    market, _ = told
    assert "Out of business zone" not in called("P-01", "--facts", market, "--places", "DE").stdout


def test_an_output_that_no_market_sells_is_asked_about_alone(told: tuple[Path, Path]) -> None:
    _, zone = told
    found = egress("O-0.19.0", "--zone-facts", zone)
    assert (found["output_id"], found["zone_id"]) == ("O-0.19.0", ZONE)
    assert [each["destination"] for each in found["exits"]] == ["CN", "CN-LG", "DE", "ID"]
    assert called("P-01", "--zone-facts", zone, "--places", "DE").stdout.splitlines()[1:3] == [
        "       DE",
        "bond   COND",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("P-99",), "product P-99 was never listed"),
        (("P-01", "--buyer", "BU-XX-01"), "the zone knows no participant BU-XX-01"),
        (("P-01", "--as-of", "2020-01-01T00:00:00Z"), "no ruleset is in force in this zone"),
    ],
)
def test_what_cannot_be_asked_is_said_plainly(
    told: tuple[Path, Path], arguments: tuple[str, ...], words: str
) -> None:
    ended = called(*arguments, "--zone-facts", told[1])
    assert ended.exit_code != 0
    assert words in ended.output
