"""`exchange auction` without a node: what the tables know of auctions, and what is refused before asking."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from exchange.cli.root import root
from exchange.sdk import SealedBid, sealed_bid
from streams.filters import decide_lines, project_lines
from streams.node.directory import DataDirectory
from tests.unit.cli.desk import Desk
from tests.unit.market.auctioning import ONE, a_sealed_auction

STORIES = Path(__file__).parents[3] / "docs" / "examples"
BY_ID = {
    json.loads(line)["meta"]["id"]: number
    for number, line in enumerate((STORIES / "market.jsonl").read_text().splitlines())
}
SEALED, DUTCH = f"A-0.{BY_ID['auction-2']}.0", f"A-0.{BY_ID['dutch-1']}.0"


LISTING = "L-0.23.0"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a node that is down, whose tables know the auctions of the market's story."""
    path = tmp_path_factory.mktemp("home")
    node = DataDirectory.create(path / ".exchange", created_at=0)
    project_lines(node.store_url, decide_lines("market", (STORIES / "market.jsonl").read_text().splitlines()))
    return path


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    monkeypatch.delenv("EXCHANGE_DATA", raising=False)


def auction(*words: str) -> Result:
    return CliRunner().invoke(root, ["auction", *words], prog_name="exchange")


def test_an_auction_is_shown_with_its_bids_and_amounts_as_people_read_them() -> None:
    shown = auction("show", SEALED)
    assert shown.exit_code == 0, shown.output
    head, _, bids = shown.output.partition("\n\n")
    assert head.splitlines()[0].split() == ["auction", SEALED]
    for word in ("second_price", "sold", "2,400.00", "BU-JP-01", "2026-11-10T05:00:00Z", "25,000.00"):
        assert word in head
    assert [line.split()[2:5] for line in bids.splitlines()[1:]] == [
        ["BU-JP-01", "won", "27,000.00"],
        ["BU-SG-01", "released", "25,000.00"],
    ]


def test_an_auction_is_shown_as_one_document() -> None:
    told = json.loads(auction("show", DUTCH, "--json").output)
    assert (told["auction"]["kind"], told["auction"]["price"], told["bids"]) == ("dutch", 2_100_000, [])


COMMIT = ("commit", "A-9", "--as", "BU-JP-01", "--price", "5", "--keep", "bid.json")


@pytest.mark.parametrize(
    "words",
    [
        ("show", "A-9"),
        COMMIT,
        ("take", "A-9", "--as", "BU-JP-01"),
        ("cancel", "A-9", "--as", "SE-CN-03"),
    ],
    ids=lambda words: words[0],
)
def test_an_auction_that_the_tables_do_not_know_is_named(words: tuple[str, ...], home: Path) -> None:
    ended = auction(*words)
    assert ended.exit_code == 2
    assert "the tables have no auction A-9; `exchange query auctions` lists" in ended.output
    assert not (home / "bid.json").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--until": "tomorrow"}, "tomorrow is no time"),
        ({"--start": "much"}, "'much' is no price; write it in the instrument's currency"),
        ({"--step": "0.001"}, "a price of 0.001 is off the tick: it moves in steps of 0.01; write 0.01"),
    ],
)
def test_a_time_or_a_price_that_is_none_is_refused(changed: dict[str, str], said: str) -> None:
    given = {
        "--start": "9",
        "--floor": "3",
        "--step": "1",
        "--every": "60",
        "--until": "2026-11-12T07:00:00Z",
    }
    ended = auction(
        "open-dutch", LISTING, "--as", "SE-1", *(word for pair in (given | changed).items() for word in pair)
    )
    assert (ended.exit_code, said in ended.output) == (2, True), ended.output


def test_a_deposit_that_is_none_is_refused() -> None:
    times = ("--commit-until", "2026-11-10T05:00:00Z", "--reveal-until", "2026-11-11T05:00:00Z")
    ended = auction("open", LISTING, "--as", "SE-1", "--reserve", "9", "--deposit", "0.005", *times)
    assert (ended.exit_code, "an amount of 0.005 is smaller than a minor unit" in ended.output) == (
        2,
        True,
    ), ended.output


def test_while_the_node_is_down_no_bid_is_kept_or_sent(home: Path) -> None:
    words = ["commit", SEALED, "--as", "BU-JP-01", "--price", "5", "--keep", "bid.json"]
    assert auction(*words).exit_code == 3
    assert not (home / "bid.json").exists()


def test_what_was_kept_names_who_reveals_it(tmp_path: Path) -> None:
    bid = sealed_bid(auction_id=SEALED, market_id="M-SH", participant_id="BU-JP-01", price=5)
    bid.write(tmp_path / "bid.json")
    assert auction("reveal", str(tmp_path / "bid.json")).exit_code == 3
    missing = auction("reveal", str(tmp_path / "other.json"))
    assert (missing.exit_code, "no bid can be read" in missing.output) == (2, True)


def test_auctions_that_the_tables_know_are_offered() -> None:
    offered: list[Any] = ShellComplete(root, {}, "exchange", "").get_completions(["auction", "show"], "A-")
    assert {SEALED, DUTCH} <= {each.value for each in offered}


def test_a_bid_that_was_refused_is_not_kept_and_one_that_stands_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = a_sealed_auction()
    desk = Desk("auction", sealed.stage, tmp_path, monkeypatch)
    kept = tmp_path / "bid.json"
    commit = ("commit", sealed.auction_id, "--as", ONE, "--price", "2,700,000", "--keep", kept)
    assert "FENCE_REFUSED" in desk(*commit, code=1)
    assert not kept.exists()
    assert desk(*commit, "--purpose", "sale", "--place", "JP").startswith("Committed: bid B-")
    assert SealedBid.read(kept).price == 2_700_000
