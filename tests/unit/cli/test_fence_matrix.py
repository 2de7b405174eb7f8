"""`fence matrix`: where a product could go, from the facts of a market that other pages tell of."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from exchange.cli.root import root
from exchange.fence import decide
from exchange.market.commands import Use
from exchange.market.corridors import terms_of_product
from exchange.market.crossing import crossing_of
from streams.filters import decide_lines, state_of_lines
from tests.unit.fence.cases import shipped

SHIPPED = files("exchange.fence") / "rulesets" / "2026-11-02.yaml"
STORIES = Path(__file__).parents[3] / "docs" / "examples"
LINES = {"market": 64, "quotes": 29, "book": 21}
"""How much of a story is played: others go on with it."""


def facts_of(directory: Path, story: str) -> Path:
    path = directory / f"{story}.facts.jsonl"
    told = (STORIES / f"{story}.jsonl").read_text("utf-8").splitlines()[: LINES[story]]
    path.write_text("".join(line + "\n" for line in decide_lines("market", told)), "utf-8")
    return path


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return facts_of(tmp_path_factory.mktemp("market"), "market")


@pytest.fixture(scope="module")
def quotes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return facts_of(tmp_path_factory.mktemp("quotes"), "quotes")


def called(*arguments: object) -> Result:
    return CliRunner().invoke(root, ["fence", "matrix", *map(str, arguments)])


def grid(*arguments: object) -> dict[tuple[str, str], dict[str, Any]]:
    ended = called(*arguments, "--json")
    assert ended.exit_code == 0, ended.output
    return {(each["origin"], each["destination"]): each for each in json.loads(ended.stdout)["corridors"]}


def test_a_grid_says_where_a_product_could_go_from_where_it_is_and_from_elsewhere(market: Path) -> None:
    ended = called("P-07", "--facts", market)
    assert ended.exit_code == 0
    lines = ended.stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert lines[0] == "P-07 1.0, stored in CN, for transport;"
    assert lines[3].split() == ["from", "↓", "CN", "CN-LG", "HK", "JP", "SG"]
    assert lines[4].split() == ["CN*", "LIC", "DENY", "LIC", "ALLOW", "ALLOW"]
    assert lines[5].split() == ["CN-LG", "DENY", "LIC", "DENY", "DENY", "DENY"]
    assert "  CN-LG: LICENCE, ZONE_NO_LINK" in lines
    assert "  JP: CN_ART3" in lines


def test_many_places_are_shown_in_blocks_that_fit(market: Path) -> None:
    places = "CN,SG,JP,DE,US,TH,HK,KR,AE,MO,FR,GB,ID"
    lines = called("P-07", "--facts", market, "--places", places).stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    heads = [line.split()[2:] for line in lines if line.startswith("from ↓")]
    assert [place for head in heads for place in head] == places.split(",")
    assert len(heads) == 2


def test_a_cell_is_what_the_market_would_decide(market: Path) -> None:
    state, at = state_of_lines("market", market.read_text("utf-8").splitlines())
    terms = terms_of_product(state, "P-07")
    cells = grid("P-07", "--facts", market, "--buyer", "BU-JP-01", "--purpose", "transport")
    for destination in ("JP", "SG", "CN-LG"):
        use = Use(purpose="transport", place_of_use=destination)
        seller, buyer = state.participants[terms.seller_id], state.participants["BU-JP-01"]
        crossing = crossing_of(terms, seller, buyer, use, at, state.exported.get(terms.seller_id))
        decision = decide(crossing, shipped())
        cell = cells["CN", destination]
        assert cell["outcome"] == decision.outcome.value
        assert set(cell["codes"]) == set(decision.reason_codes)
        assert cell["admitted"] == decision.admitted


def test_another_purpose_and_another_moment_are_other_grids(market: Path) -> None:
    assert grid("P-07", "--facts", market, "--purpose", "sale")["CN", "JP"]["by_licence"] is True
    early = grid("P-07", "--facts", market, "--as-of", "2024-03-21T00:00:00Z", "--ruleset", SHIPPED)
    assert early["CN", "JP"]["codes"] == ["RULESET_NOT_IN_FORCE"]


SHIPPED = (
    Path(str(__import__("exchange.fence", fromlist=["x"]).__file__)).parent / "rulesets" / "2026-11-02.yaml"
)


def test_a_ruling_of_the_counter_is_seen_until_it_is_withdrawn(quotes: Path, tmp_path: Path) -> None:
    told = quotes.read_text("utf-8").splitlines(keepends=True)
    assert "RulingEnded" in told[-1]
    before = tmp_path / "before.jsonl"
    before.write_text("".join(told[:-2]), "utf-8")
    asked = ("P-04", "--buyer", "BU-SG-01", "--places", "SG", "--facts")
    assert "SG*    RULED\n" in called(*asked, before).stdout
    assert "SG*    REVIEW\n" in called(*asked, quotes).stdout
    cells = [grid(*asked, each)["SG", "SG"] for each in (before, quotes)]
    assert [(each["outcome"], each["admitted"]) for each in cells] == [("REVIEW", True), ("REVIEW", False)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("P-99",), "no market knows product P-99"),
        (("P-07", "--buyer", "BU-XX-01"), "the market knows no participant BU-XX-01"),
        (("P-07", "--as-of", "2026-01-01T00:00:00Z"), "no ruleset is in force in this market"),
        (("P-07", "--as-of", "soon"), "soon is no time"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(market: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = called(*arguments, "--facts", market)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_product_that_moves_no_data_has_no_grid(tmp_path: Path) -> None:
    ended = called("H100-SXM", "--facts", facts_of(tmp_path, "book"))
    assert ended.exit_code == 2
    assert "H100-SXM moves no data: nothing crosses a border" in ended.stderr
