"""How commands end: exit codes that scripts can tell apart, one line for people, one document for programs."""

import errno
import json
import re
from pathlib import Path

import click
import pytest

from exchange.cli.endings import BROKEN, DONE, INTERRUPTED, MISUSE, REFUSED, UNAVAILABLE, ended
from exchange.kernel.bases import FactMeta, Recorded
from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse, NodeDown, Unavailable, Unreadable
from exchange.kernel.protocol import Refused
from exchange.market.reasons import Reason
from streams.answers import Answer, AnswerPosition, Refusal


def a_refusal(context: str = "market", reason: str = "FUNDS_INSUFFICIENT") -> Refusal:
    fact = Refused(command="PlaceOrder", reason=reason, subject="BU-1", detail="it needs CNY 2.00", codes=())
    meta = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor="BU-1", at=0)
    place = AnswerPosition("market.journal", 0, 0, 0)
    outcome = (Recorded(meta, fact),)
    return Refusal(
        Answer(context=context, command_id="c", outcome=outcome, refused=fact, position=place), fact
    )


CASES = [
    (ExchangeError("no such ask"), REFUSED, "no such ask", "ExchangeError"),
    (Unreadable("bytes"), REFUSED, "bytes", "Unreadable"),
    (Misuse("name one"), MISUSE, "name one", "Misuse"),
    (Unavailable("Kafka is away"), UNAVAILABLE, f"Kafka is away. {Unavailable.remedy}", "Unavailable"),
    (Unavailable("it is late; ask again"), UNAVAILABLE, "it is late; ask again", "Unavailable"),
    (NodeDown("it is down"), UNAVAILABLE, "it is down", "NodeDown"),
    (
        InvariantBroken("a hole"),
        BROKEN,
        "a hole (a bug or a damaged journal; nothing further was done)",
        "InvariantBroken",
    ),
    (KeyboardInterrupt(), INTERRUPTED, "interrupted", "Interrupted"),
    (
        click.UsageError("Missing argument 'X'."),
        MISUSE,
        "missing argument 'X'; `exchange --help` shows how it is called",
        "Misuse",
    ),
    (
        OSError(errno.ENOSPC, "No space left on device", "/x"),
        UNAVAILABLE,
        "/x cannot be used (no space left on device); free some space there, or use another one",
        "DiskFull",
    ),
    (
        a_refusal(),
        REFUSED,
        f"PlaceOrder refused: FUNDS_INSUFFICIENT, BU-1: it needs CNY 2.00. {Reason.FUNDS_INSUFFICIENT.remedy}",
        "Refusal",
    ),
]


@pytest.mark.parametrize(("error", "code", "said", "kind"), CASES, ids=[case[3] for case in CASES])
def test_an_error_is_one_line_and_a_code(
    error: BaseException, code: int, said: str, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    assert ended(fail) == code
    assert capfd.readouterr() == ("", f"exchange: {said}\n")


@pytest.mark.parametrize(("error", "code", "said", "kind"), CASES, ids=[case[3] for case in CASES])
def test_an_error_is_one_document_where_json_was_asked_for(
    error: BaseException, code: int, said: str, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    assert ended(fail, as_json=True) == code
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    told = json.loads(err)["error"]
    assert (told["kind"], told["exit_code"]) == (kind, code)
    assert told["message"]
    assert told["remedy"]


def test_a_refusal_tells_programs_its_parts(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise a_refusal()

    ended(fail, as_json=True)
    told = json.loads(capfd.readouterr().err)["error"]
    assert {name: told[name] for name in ("command", "reason", "subject", "detail", "codes")} == {
        "command": "PlaceOrder", "reason": "FUNDS_INSUFFICIENT", "subject": "BU-1", "detail": "it needs CNY 2.00",
        "codes": [],
    }  # fmt: skip
    assert told["remedy"] == Reason.FUNDS_INSUFFICIENT.remedy


def test_a_reason_that_only_a_newer_version_knows_is_told_all_the_same() -> None:
    refusal = a_refusal(reason="NEWER_REASON")
    assert "NEWER_REASON" in str(refusal)
    assert refusal.remedy == Refusal.remedy


def test_a_command_may_say_its_own_code() -> None:
    assert ended(lambda: None) == DONE
    assert ended(lambda: UNAVAILABLE) == UNAVAILABLE


def fail_by_a_bug() -> None:
    raise ZeroDivisionError("integer division\nor modulo by zero")


def test_a_bug_is_one_line_and_its_trace_is_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("EXCHANGE_DEBUG", raising=False)
    assert ended(fail_by_a_bug) == BROKEN
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(
        "exchange: a bug ended this: ZeroDivisionError: integer division or modulo by zero; "
    )
    file = re.search(r"the full trace is in (\S+)\. ", said)
    assert file is not None
    written = Path(file[1]).read_text()
    assert Path(file[1]).is_relative_to(tmp_path)
    assert "Traceback (most recent call last)" in written
    assert "in fail_by_a_bug" in written


def test_a_bug_is_told_where_no_home_can_be_written(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    monkeypatch.delenv("EXCHANGE_DEBUG", raising=False)
    assert ended(fail_by_a_bug, as_json=True) == BROKEN
    told = json.loads(capfd.readouterr().err)["error"]
    assert told["kind"] == "Bug"
    assert "/proc" not in told["message"]


def test_a_bug_is_not_dressed_up_for_whoever_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHANGE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        ended(fail_by_a_bug)
