"""`decide` and `project` as processes: pipes, lines at fault, streams that are closed or full."""

import json
from pathlib import Path

import pytest

from exchange.kernel.bases import CommandMeta
from exchange.kernel.time import HOUR, SECOND, instant
from exchange.registry.commands import Role, SuspendParticipant
from streams.jsonpipe import write_command
from tests.support.command import exchange, shell
from tests.support.trade import BANK, OPERATOR, a_participant

AT = instant("2026-11-02T00:00:00Z")
FULL = "exchange: standard output cannot be written (no space left on device); free some space there, "
MISUSED = "exchange: decide: invalid value for "


@pytest.fixture
def commands() -> list[str]:
    asked = (
        a_participant(OPERATOR, "CN-LG", Role.OPERATOR),
        a_participant(BANK, "HK", Role.CUSTODIAN),
        SuspendParticipant(participant_id="NO-1", grounds="A test."),
    )
    lines = []
    for number, command in enumerate(asked):
        at = AT + number * SECOND
        meta = CommandMeta(id=f"c-{number}", actor=OPERATOR, valid_until=at + HOUR)
        lines.append(write_command(meta, command, at))
    return lines


def typed(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def test_commands_become_facts_and_facts_become_tables(commands: list[str], tmp_path: Path) -> None:
    decided = exchange("decide", "registry", directory=tmp_path, typed=typed(commands))
    assert (decided.code, decided.err) == (0, "")
    kinds = [json.loads(line)["type"] for line in decided.out.splitlines()]
    assert kinds == ["ParticipantAdmitted", "ParticipantAdmitted", "Refused"]
    for told in (
        "3 facts of 3 outcomes folded.\n",
        "0 facts of 0 outcomes folded; 3 the tables held already.\n",
    ):
        projected = exchange("project", "sqlite:///what if.sqlite", directory=tmp_path, typed=decided.out)
        assert (projected.code, projected.out, projected.err) == (0, "", told)


def test_deciding_goes_on_from_a_file_of_facts(commands: list[str], tmp_path: Path) -> None:
    whole = exchange("decide", "registry", directory=tmp_path, typed=typed(commands)).out
    first = exchange("decide", "registry", directory=tmp_path, typed=typed(commands[:2])).out
    (tmp_path / "facts.jsonl").write_text(first)
    more = exchange(
        "decide", "registry", "--facts", "facts.jsonl", directory=tmp_path, typed=typed(commands[2:])
    )
    assert first + more.out == whole


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "line 2 cannot be read: Input data was truncated; expected one JSON object a line"),
        (b"\xff\xfe", "line 2: not UTF-8 (byte 1 of the line)"),
        (b'{"type": "PlaceOrder", "meta": {}}', "line 2: type: 'PlaceOrder' is no command of registry"),
    ],
)
def test_a_line_at_fault_is_named_and_what_came_before_it_is_decided(
    commands: list[str], line: bytes, said: str, tmp_path: Path
) -> None:
    ended = exchange(
        "decide", "registry", directory=tmp_path, typed=commands[0].encode() + b"\n" + line + b"\n"
    )
    assert ended.code == 2
    assert ended.err.startswith(f"exchange: {said}")
    assert ended.err.count("\n") == 1
    assert [json.loads(each)["type"] for each in ended.out.splitlines()] == ["ParticipantAdmitted"]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("exchange decide registry < commands.jsonl | head -n 0", 0, ""),
        (
            "exchange decide registry < commands.jsonl > /dev/full",
            3,
            FULL,
        ),
        ("exchange decide registry < commands.jsonl >&-", 2, "exchange: standard output is closed; "),
        ("exchange decide registry <&-", 2, "exchange: standard input is closed; commands, one JSON a line,"),
        (
            "exchange decide registry --facts nowhere < commands.jsonl",
            2,
            f"{MISUSED}'--facts': File 'nowhere' does not exist; ",
        ),
        ("exchange decide casino < commands.jsonl", 2, MISUSED),
        ("exchange project mysql://x < commands.jsonl", 2, "exchange: a mysql database is not supported; "),
        (
            "exchange project sqlite:///no/such/x < commands.jsonl",
            2,
            "exchange: database sqlite:///no/such/x: ",
        ),
        ("exchange project sqlite:///x < commands.jsonl", 2, "exchange: line 1: AdmitParticipant"),
    ],
)
def test_streams_and_names_that_cannot_be_used_are_said_in_a_line(
    commands: list[str], line: str, code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "commands.jsonl").write_text(typed(commands * 200))
    ended = shell(line, tmp_path)
    assert "Traceback" not in ended.err
    assert (ended.code, ended.err[: len(said)]) == (code, said)
