"""`exchange safeguard` and `exchange persons`, before a registry that decides and tables that follow it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import msgspec
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from exchange.cli import asking, looking
from exchange.cli.root import root
from exchange.cli.words import SAFEGUARD_KINDS
from exchange.kernel.bases import Command, FactMeta, Recorded
from exchange.kernel.protocol import Refused
from exchange.kernel.safeguard import SafeguardType
from exchange.registry.commands import Role
from exchange.registry.lists.commands import COMMANDS as LIST_COMMANDS
from exchange.registry.persons.commands import COMMANDS as PERSONS_COMMANDS
from exchange.registry.persons.commands import ConfirmSplitting, WithdrawSplitting
from exchange.registry.safeguards.commands import COMMANDS as SAFEGUARD_COMMANDS
from exchange.registry.state import Registry
from exchange.sdk import Refusal, Safeguards
from exchange.store import open_store
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.support.stage import Stage
from tests.support.tables import with_tables
from tests.support.traits import GENERAL
from tests.unit.registry.stage import (
    COUNTER,
    OPERATOR,
    OTHER_SELLER,
    SELLER,
    a_draft,
    a_registry,
    an_admission,
)
from tests.unit.registry.test_registry_lists import GENERAL as LISTED
from tests.unit.registry.test_registry_lists import REGISTERED
from tests.unit.views.story import Journal, play

GOVERNANCE = "MB-CN-01"


class Asking:
    """A client of an exchange that is one registry of a test."""

    def __init__(self, stage: Stage[Registry]) -> None:
        self.stage = stage
        self.asked: set[type[Command]] = set()

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()

    async def exchange_time(self, context: str, **_: Any) -> int:
        return self.stage.at

    async def ask(self, context: str, key: str | int, command: Command, *, actor: str, **_: Any) -> Answer:
        assert (context, key) == ("registry", "registry")
        self.asked.add(type(command))
        facts = self.stage.ask(actor, command)
        meta = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=0)
        return Answer(
            context=context,
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for fact in facts),
            refused=next((fact for fact in facts if isinstance(fact, Refused)), None),
            position=AnswerPosition("registry.journal", 0, 0, 0),
        )


class Desk:
    """Words said to a registry; files are in its directory."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage, self.directory = a_registry(), directory
        self.stage.given(OPERATOR, an_admission(GOVERNANCE, Role.GOVERNANCE))
        for version, persons in (("1", 4), ("2", 3)):
            told = {"contains_pi": True, "persons": persons, "sensitive_persons": 0}
            traits = msgspec.structs.replace(GENERAL, **told)
            self.stage.given(SELLER, a_draft(product_id="P-20", version=version, traits=traits))
        self.client = Asking(self.stage)
        monkeypatch.chdir(directory)
        monkeypatch.setattr(asking, "exchange_of", self._exchange)
        monkeypatch.setattr(looking, "opened", self._opened)
        monkeypatch.setattr(looking, "is_up", lambda path: False)
        (directory / "contract.pdf").write_bytes(b"%PDF")

    def __call__(self, *words: object, code: int = 0) -> str:
        ended = CliRunner().invoke(root, list(map(str, words)), prog_name="exchange")
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.output

    @asynccontextmanager
    async def _exchange(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=self.client)

    def _opened(self, data: Path) -> Any:
        path = self.directory / f"{len(self.stage.journal)}.sqlite"
        if not path.exists():
            journal = Journal("registry")
            for recorded in self.stage.journal:
                journal.add(recorded.fact)
            with closing(open_store(with_tables(path))) as store:
                play(store, journal)
        return SimpleNamespace(store_url=f"sqlite:///{path}")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def registering(safeguard_id: str, *more: object, kind: str = "CN-SCC") -> tuple[object, ...]:
    parties = ("--exporter", SELLER, "--recipient", OTHER_SELLER, "--to", "DE")
    days = ("--from", "2026-10-26", "--last", "2028-01-01", "--evidence", "contract.pdf")
    return ("safeguard", "register", safeguard_id, "--kind", kind, *parties, *days, *more, "--as", COUNTER)


def test_the_kinds_of_the_command_line_are_those_that_there_are() -> None:
    assert get_args(SafeguardType) == SAFEGUARD_KINDS


def test_a_contract_from_its_registration_to_its_end(desk: Desk) -> None:
    assert desk("safeguard", "list") == "None is registered.\n"
    told = desk(*registering("I-12"))
    assert told.splitlines()[0] == "Registered: I-12, a CN-SCC from 2026-10-26 on."
    assert "filed by 2026-11-09" in told
    assert "I-12" in desk("safeguard", "list", "--until", "2026-11-09", "--party", SELLER)
    assert desk("safeguard", "list", "--until", "2026-11-08") == "None ends by 2026-11-08.\n"
    filing = ("safeguard", "file", "I-12", "--on", "2026-11-02", "--reference", "SH-1", "--as", COUNTER)
    assert desk(*filing) == "Filed: I-12 on 2026-11-02, in time.\n"
    assert "SAFEGUARD_STATE" in desk(*filing, code=1)
    changing = ("safeguard", "change", "I-12", "--scope-changed", "yes", "--grounds", "x", "--as", COUNTER)
    assert desk(*changing).startswith("Changed: I-12.")
    assert desk("safeguard", "revoke", "I-12", "--grounds", "Over.", "--as", COUNTER).startswith(
        "Revoked: I-12"
    )
    shown = json.loads(desk("safeguard", "show", "I-12", "--json"))
    assert (shown["status"], shown["grounds"], shown["scope_changed"]) == ("revoked", "Over.", True)
    assert "SH-1" in desk("safeguard", "show", "I-12")
    assert len(json.loads(desk("safeguard", "list", "--party", OTHER_SELLER, "--json"))) == 1
    assert "the tables have no safeguard I-99" in desk("safeguard", "show", "I-99", code=2)


def test_an_assessment_is_extended(desk: Desk) -> None:
    days = ("--from", "2023-11-13", "--last", "2026-11-12")
    desk(*registering("I-05", *days, kind="CN-ASSESS"))
    extending = ("safeguard", "extend", "I-05", "--sought", "2026-11-01", "--last", "2029-11-12")
    told = desk(*extending, "--evidence", "contract.pdf", "--as", COUNTER)
    assert told == "Extended: I-05 from 2026-11-12 to 2029-11-12.\n"


def test_persons_are_hashed_united_and_declared(desk: Desk) -> None:
    for name, people in (("v1", "Ada\nBo\nCy\nDi\n"), ("v2", "Di\nEd\nFi\n")):
        (desk.directory / f"{name}.txt").write_text(people)
    salt = ("--salt", "salt.key")
    assert "--new-salt" in desk("persons", "hash", "v1.txt", *salt, "--into", "v1.persons", code=2)
    desk("persons", "hash", "v1.txt", *salt, "--new-salt", "--into", "v1.persons", "--dry-run")
    assert sorted(each.name for each in desk.directory.glob("*.p*")) == ["contract.pdf"]
    assert not (desk.directory / "salt.key").exists()
    told = desk("persons", "hash", "v1.txt", *salt, "--new-salt", "--into", "v1.persons")
    assert "\n4 distinct persons" in told
    desk("persons", "hash", "v2.txt", *salt, "--into", "v2.persons")
    united = json.loads(
        desk("persons", "union", "v1.persons", "v2.persons", "--into", "all.persons", "--json")
    )
    assert united["persons"] == 6
    assert desk("persons", "show") == "Nobody has declared anything.\n"
    declaring = ("persons", "declare", "P-20/1", "P-20/2", "--as", SELLER)
    both = desk(*declaring, "--persons-set", "all.persons", "--persons", 6, code=2)
    assert "not both" in both
    told = desk(*declaring, "--persons-set", "all.persons")
    assert "6 persons, 0 sensitive, 0 foreign, in 2026." in told
    (row,) = json.loads(desk("persons", "show", SELLER, "--year", 2026, "--json"))
    (shown,) = json.loads(row["sets"])
    assert (shown["digest"], shown["salt_id"]) == (united["digest"], united["salt_id"])
    assert "6" in desk("persons", "show", SELLER)
    exact = desk(*declaring, "--persons", 8, "--year", 2026, code=1)
    assert "PERSONS_IMPOSSIBLE" in exact
    assert "like P-20/1" in desk("persons", "declare", "P-20", "--persons", 1, "--as", SELLER, code=2)


def test_what_is_no_text_is_told_of(desk: Desk) -> None:
    (desk.directory / "v1.txt").write_bytes(b"\xff\xfe")
    hashing = ("persons", "hash", "v1.txt", "--salt", "salt.key", "--new-salt", "--into", "v1.persons")
    assert "is not UTF-8 text" in desk(*hashing, code=2)
    assert "cannot be read" in desk("persons", "hash", "no.txt", "--salt", "salt.key", "--into", "x", code=2)


def test_the_door_asks_every_command_of_safeguards_and_persons(desk: Desk) -> None:
    test_a_contract_from_its_registration_to_its_end(desk)
    test_an_assessment_is_extended(desk)
    client: Any = desk.client
    governance = Safeguards(client, GOVERNANCE)
    group = f"UBO-{SELLER}"
    finding = ConfirmSplitting(beneficial_owner=group, year=2026, grounds="x")
    asyncio.run(governance.confirm_splitting(finding))
    back = WithdrawSplitting(beneficial_owner=group, year=2026, grounds="x")
    asyncio.run(governance.withdraw_splitting(back))
    with pytest.raises(Refusal) as refused:
        asyncio.run(Safeguards(client, SELLER).revoke("I-05", "It is mine."))
    assert refused.value.reason == "ROLE_MISSING"
    desk("persons", "declare", "P-20/1", "--persons", 4, "--as", SELLER)
    counter = Safeguards(client, COUNTER)
    asyncio.run(counter.publish_list(LISTED))
    asyncio.run(counter.register_at_centre(replace(REGISTERED, product_id="P-20")))
    asyncio.run(counter.end_list(LISTED.list_id, "2026-04-23", "Over."))
    assert desk.client.asked == {*SAFEGUARD_COMMANDS, *PERSONS_COMMANDS, *LIST_COMMANDS}
