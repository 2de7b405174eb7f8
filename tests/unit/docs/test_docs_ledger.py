"""docs/ledger.md: what the page shows is what its commands print of SC-02, and every account and check is named."""

import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from exchange.cli.root import root
from exchange.store import open_store
from exchange.views.accounts import CHART
from streams.node.directory import DataDirectory
from tests.unit.cli.desk import without_rows
from tests.unit.docs.page import ROOT, parts
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BANK, BUYER, a_conversion, a_quote
from tests.unit.settlement.test_settlement_scenarios import paid_out
from tests.unit.views.story import Journal, play

PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
JOURNALS = ("close", "verify", "dump --anew")
"""What needs Kafka: shown as it was printed by a node."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose tables hold one month of P-07, from yen to the seller's bank."""
    bourse = Bourse()
    bourse.deposited(BUYER, 250_000, "JPY")
    (quote,) = bourse.ask(BANK, a_quote(expires_at=bourse.rooms.at + 3_600_000_000))
    bourse.ask(BUYER, a_conversion(quote.quote_id))  # type: ignore[attr-defined]
    bourse.sold()
    paid_out(bourse)
    made = DataDirectory.create(tmp_path_factory.mktemp("ledger") / "node", created_at=0)
    (made.path / "exchange.sqlite").write_bytes(without_rows())
    with closing(open_store(made.store_url)) as store:
        for context, journal in bourse.rooms.journals.items():
            outcomes = [tuple(outcome) for _, outcome in groupby(journal, lambda each: each.meta.cause)]
            if outcomes:
                play(store, Journal(context, 0, outcomes, len(journal)))
    return made.path


def shown() -> Iterator[tuple[str, str]]:
    """Each command line of the page with what it is said to print."""
    for block in re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, printed = part.partition("\n")
            yield line, printed


LINES = [
    each for each in shown() if not each[0].startswith(tuple(f"exchange ledger {name}" for name in JOURNALS))
]


@pytest.mark.parametrize(("line", "printed"), LINES, ids=[line for line, _ in LINES])
def test_what_the_page_shows_is_what_is_printed(
    line: str, printed: str, node: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCHANGE_DATA", str(node))
    _, *words = shlex.split(line)
    ended = CliRunner().invoke(root, words, prog_name="exchange")
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines() == printed.rstrip("\n").splitlines()


def test_the_chart_on_the_page_is_the_chart() -> None:
    rows = [line.strip("| ").split(" | ") for line in parts("##", PAGE)["What there is"].splitlines()]
    told = {int(row[0]): (row[1], row[3]) for row in rows if row[0].isdecimal()}
    assert told == dict(CHART)


def test_every_question_and_every_proof_is_shown() -> None:
    shown_of = set(re.findall(r"^(?:\$ )?exchange ledger ([a-z-]+)", PAGE, re.MULTILINE))
    ledger = root.get_command(click.Context(root), "ledger")
    assert isinstance(ledger, click.Group)
    assert shown_of == set(ledger.list_commands(click.Context(ledger)))


def test_the_contents_lead_to_the_sections() -> None:
    links = re.findall(r"\[([^]]+)\]\(#([a-z-]+)\)", PAGE)
    assert [name for name, _ in links] == list(parts("##", PAGE))
    assert [anchor for _, anchor in links] == [name.lower().replace(" ", "-") for name in parts("##", PAGE)]
