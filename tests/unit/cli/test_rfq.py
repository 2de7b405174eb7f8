"""`exchange rfq`, before a market that decides and tables that follow it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from exchange.cli import asking, rfq, rfq_tables
from exchange.cli.root import root
from exchange.store import migrate, open_store
from tests.contract.test_projections_quotes import journal_of
from tests.unit.market.quoting import ASKER, FIRST, MEASURE, SECOND, a_board
from tests.unit.sdk.test_quotes_doors import MARKET, Asking
from tests.unit.views.story import play

DEADLINE, UNTIL = "2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"


class Desk:
    """A terminal at an exchange that is one market of a test."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = a_board()
        self.directory = directory
        self.tables = 0
        monkeypatch.setattr(asking, "exchange_of", self._exchange)
        for module in (rfq, rfq_tables):
            monkeypatch.setattr(module, "opened", self._opened)

    def __call__(self, *words: str, code: int = 0) -> str:
        ended = CliRunner().invoke(root, ["rfq", *words], prog_name="exchange")
        assert ended.exit_code == code, ended.output
        return ended.output

    @asynccontextmanager
    async def _exchange(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=Asking(self.stage))

    def _opened(self, data: Path) -> Any:
        """Tables made anew from all that has happened by now."""
        self.tables += 1
        url = f"sqlite:///{self.directory / f'{self.tables}.sqlite'}"
        store = open_store(url)
        migrate(store)
        play(store, journal_of(self.stage))
        store.close()
        return SimpleNamespace(store_url=url)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def ask(desk: Desk, *more: str) -> str:
    told = desk(
        *("request", "Speech", "--as", ASKER, "--market", MARKET, "--quantity", "18000", "--unit", "minute"),
        *("--currency", "USD", "--closes", DEADLINE, "--purpose", "sale", "--place", "SG", *more),
    )
    assert told.startswith("Requested: RQ-")
    return told.split()[1].rstrip(".")


def offer(desk: Desk, request: str, seller: str, price: str) -> str:
    told = desk(
        *("quote", request, f"L-{seller}", "--as", seller, "--market", MARKET),
        *("--price", price, "--quantity", "18000", "--valid-until", UNTIL),
    )
    assert told.startswith("Quoted: QU-")
    return told.split()[1]


def test_sc_09_at_a_terminal(desk: Desk, tmp_path: Path) -> None:
    assert "No request is open." in desk("board")
    request = ask(desk, "--measure", MEASURE, "--threshold-bp", "9500", "--samples", "2", "--language", "id")
    assert "No quote was given" in desk("board", request)
    first, second = offer(desk, request, FIRST, "95"), offer(desk, request, SECOND, "110")
    assert request in desk("board")
    assert first in desk("board", request)
    assert f'"request_id":"{request}"' in desk("board", "--json")
    assert second in desk("withdraw", second, "--as", SECOND)
    told = desk("award", first, "--as", ASKER, "--quantity", "18000")
    assert "for USD 17,100.00; a sample comes first" in told
    award = told.split()[1]
    sample = tmp_path / "sample.jsonl"
    sample.write_text("apa kabar")
    submit = ("sample", award, str(sample), "--as", FIRST)
    assert "sample 1 of" in desk(*submit, "--measured", f"{MEASURE}=9300")
    told = desk("reject", award, "--as", ASKER, "--grounds", "0.93", "--value-bp", "9300")
    assert told == f"Rejected: sample 1 of {award}; the seller may rework it.\n"
    desk(*submit, "--measured", f"{MEASURE}=9600", "--measured", "speed=12")
    told = desk("accept", award, "--as", ASKER)
    assert told.startswith("Accepted: trade T-")
    assert "exchange subscribe E-" in told
    assert desk.stage.purse(ASKER, "USD").cash == 3_000_000 - 1_710_000


def test_an_award_without_a_sample_trades_at_once(desk: Desk) -> None:
    quote = offer(desk, ask(desk), FIRST, "95")
    told = desk("award", quote, "--as", ASKER, "--quantity", "100")
    assert "for USD 95.00, held in escrow." in told
    assert "exchange subscribe E-" in told


def test_either_side_ends_an_award(desk: Desk) -> None:
    sampled = ("--measure", MEASURE, "--threshold-bp", "9500", "--samples", "1")
    quote = offer(desk, ask(desk, *sampled), FIRST, "95")
    award = desk("award", quote, "--as", ASKER, "--quantity", "100").split()[1]
    told = desk("end", award, "--as", FIRST, "--grounds", "busy")
    assert told == f"Ended: {award}; USD 95.00 went back to {ASKER}.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("award", "QU-0.1.0", "--as", ASKER, "--quantity", "1"), "the tables have no quote QU-0.1.0"),
        (("accept", "AW-0.1.0", "--as", ASKER), "the tables have no award AW-0.1.0"),
        (
            ("sample", "AW-0.1.0", "missing.jsonl", "--as", FIRST, "--measured", "a=1"),
            "missing.jsonl cannot be read",
        ),
        (
            ("sample", "AW-0.1.0", "missing.jsonl", "--as", FIRST, "--measured", "much"),
            "'much' is no measured value",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    assert said in " ".join(desk(*words, code=2).split())


def test_a_measure_has_a_threshold_and_a_deadline_is_a_time(desk: Desk) -> None:
    given = ("request", "Speech", "--as", ASKER, "--market", MARKET, "--quantity", "1", "--unit", "minute")
    told = desk(*given, "--currency", "USD", "--closes", DEADLINE, "--measure", "m", code=2)
    assert "name --measure and --threshold-bp, or neither" in " ".join(told.split())
    told = desk(*given, "--currency", "USD", "--closes", "soon", code=2)
    assert "soon is no time" in " ".join(told.split())
