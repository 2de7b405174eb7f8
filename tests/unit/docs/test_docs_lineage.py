"""docs/lineage.md names every kind of edge, every facet and every option there is."""

import json
import re
from pathlib import Path

from click import Option

from exchange.cli.lineage_exporting import export
from exchange.lineage.kinds import DATA, PAPER
from exchange.provenance.facets import _FILES as FILES
from exchange.provenance.facets import _VERSIONS as STANDARD

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "lineage.md").read_text(encoding="utf-8")


def test_every_kind_of_edge_is_told() -> None:
    assert {*DATA, *PAPER} <= set(re.findall(r"\*\*(\w+)\*\*", PAGE))


def test_every_facet_is_told() -> None:
    said = set(re.findall(r"`(\w+)`", PAGE))
    files = [f"{FILES.get(each, each)}.json" for each in STANDARD]
    standard = [ROOT / "tests/standards/openlineage/facets" / each for each in files]
    own = list((ROOT / "exchange/provenance/schemas").glob("*.json"))
    keys = {key for path in (*standard, *own) for key in json.loads(path.read_text())["properties"]}
    assert len(own) == 4
    assert keys <= said


def test_every_option_of_an_export_is_shown() -> None:
    options = {each.opts[-1] for each in export.params if isinstance(each, Option)} - {
        "--data",
        "--json",
        "--help",
    }
    assert options <= set(re.findall(r"--[a-z-]+", PAGE))


def test_every_link_leads_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
