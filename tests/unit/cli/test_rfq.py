"""`exchange rfq`, before a market that decides and tables that follow it."""

from pathlib import Path

import pytest

from tests.unit.cli.desk import Desk
from tests.unit.market.quoting import ASKER, FIRST, MEASURE, SECOND, a_board
from tests.unit.sdk.test_quotes_doors import MARKET

OFFERED = ("--price", "0.955", "--quantity", "1", "--valid-until", "2026-11-16T00:00:00Z")
WANTED = ("--quantity", "1", "--unit", "minute", "--currency", "USD", "--closes", "2026-11-09T00:00:00Z")
DEADLINE, UNTIL = "2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk("rfq", a_board(), tmp_path, monkeypatch)


def ask(desk: Desk, *more: str) -> str:
    told = desk(
        *("request", "Speech", "--as", ASKER, "--market", MARKET, "--quantity", "18000", "--unit", "minute"),
        *("--currency", "USD", "--closes", DEADLINE, "--purpose", "sale", "--place", "SG", *more),
    )
    assert told.startswith("Requested: RQ-")
    return told.split()[1].rstrip(".")


def offer(desk: Desk, request: str, seller: str, price: str) -> str:
    told = desk(
        *("quote", request, f"L-{seller}", "--as", seller),
        *("--price", price, "--quantity", "18000", "--valid-until", UNTIL),
    )
    assert told.startswith("Quoted: QU-")
    return told.split()[1]


def test_sc_09_at_a_terminal(desk: Desk, tmp_path: Path) -> None:
    assert "No request is open." in desk("board")
    request = ask(desk, "--measure", MEASURE, "--threshold-bp", "9500", "--samples", "2", "--language", "id")
    assert "No quote was given" in desk("board", request)
    first, second = offer(desk, request, FIRST, "0.95"), offer(desk, request, SECOND, "1.10")
    assert request in desk("board")
    assert [line.split()[:6] for line in desk("board", request).splitlines()[1:]] == [
        [first, FIRST, f"L-{FIRST}", "0.95", "18000", "18000"],
        [second, SECOND, f"L-{SECOND}", "1.10", "18000", "18000"],
    ]
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
    quote = offer(desk, ask(desk), FIRST, "0.95")
    told = desk("award", quote, "--as", ASKER, "--quantity", "100")
    assert "for USD 95.00, held in escrow." in told
    assert "exchange subscribe E-" in told


def test_either_side_ends_an_award(desk: Desk) -> None:
    sampled = ("--measure", MEASURE, "--threshold-bp", "9500", "--samples", "1")
    quote = offer(desk, ask(desk, *sampled), FIRST, "0.95")
    award = desk("award", quote, "--as", ASKER, "--quantity", "100").split()[1]
    told = desk("end", award, "--as", FIRST, "--grounds", "busy")
    assert told == f"Ended: {award}; USD 95.00 went back to {ASKER}.\n"


def test_a_request_is_cancelled_and_one_market_needs_no_name(desk: Desk) -> None:
    request = desk("request", "Speech", "--as", ASKER, *WANTED).split()[1].rstrip(".")
    assert desk("cancel", request, "--as", ASKER) == f"Cancelled: request {request}.\n"
    assert "No request is open." in desk("board")
    assert "No quote was given on" in desk("board", request)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("board", "RQ-0.1.0"), "the tables have no request RQ-0.1.0; `exchange rfq board` shows"),
        (("quote", "RQ-0.1.0", "L-9", "--as", FIRST, *OFFERED), "no instrument L-9 is known"),
        (
            ("quote", "RQ-0.1.0", f"L-{FIRST}", "--as", FIRST, *OFFERED),
            "a price of 0.955 is off the tick: it moves in steps of 0.01; write 0.95 or 0.96",
        ),
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
