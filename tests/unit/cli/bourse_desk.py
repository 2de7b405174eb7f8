"""A terminal at an exchange of several contexts with the policies between them, and tables that follow it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from exchange.cli import asking, looking, settlement_importing
from exchange.cli.root import root
from exchange.kernel.bases import Command, Outcome, Recorded
from exchange.kernel.position import BEGINNING
from exchange.kernel.protocol import Refused
from exchange.store import open_store
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from streams.tail import Followed
from tests.unit.cli.desk import without_rows
from tests.unit.settlement.bourse import Bourse
from tests.unit.views.story import Journal, play

CONTEXTS = ("registry", "market", "settlement")


def outcomes_of(journal: list[Recorded]) -> list[Outcome]:
    """A journal by what led to it."""
    return [tuple(outcome) for _, outcome in groupby(journal, lambda each: each.meta.cause)]


def _answer(context: str, outcome: Outcome) -> Answer:
    return Answer(
        context=context,
        command_id="c",
        outcome=outcome,
        refused=next((each.fact for each in outcome if isinstance(each.fact, Refused)), None),
        position=AnswerPosition(f"{context}.journal", 0, outcome[0].meta.seq, 0),
    )


class _Client:
    def __init__(self, bourse: Bourse) -> None:
        self.rooms = bourse.rooms
        self._followed: tuple[Answer, ...] = ()

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def exchange_time(self, context: str, key: str) -> int:
        return self.rooms.at

    def partition(self, context: str, key: str) -> int:
        return 0

    async def ask(self, context: str, key: str, command: Command, *, actor: str, **_: Any) -> Answer:
        before = {name: len(journal) for name, journal in self.rooms.journals.items()}
        self.rooms.ask(context, actor, command)
        new = {name: outcomes_of(journal[before[name] :]) for name, journal in self.rooms.journals.items()}
        first = new[context].pop(0)
        self._followed = tuple(_answer(name, outcome) for name in new for outcome in new[name])
        return _answer(context, first)

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return self._followed

    async def history(self, context: str, partition: int) -> AsyncIterator[Followed]:
        for outcome in outcomes_of(self.rooms.journals[context]):
            yield Followed(outcome, BEGINNING)


class BourseDesk:
    """Words of one group of commands, said to registry, market and settlement together."""

    group = "settlement"

    def __init__(self, bourse: Bourse, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bourse = bourse
        self.directory = directory
        for module in (asking, settlement_importing):
            monkeypatch.setattr(module, "exchange_of", self._exchange)
        monkeypatch.setattr(looking, "opened", self._opened)

    def __call__(self, *words: object, code: int = 0) -> str:
        return self.said(self.group, *words, code=code)

    def said(self, *words: object, code: int = 0) -> str:
        """What is said of words of any group."""
        ended = CliRunner().invoke(root, [*map(str, words)], prog_name="exchange")
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.output

    def wrong(self, *words: object, code: int = 2) -> str:
        """What is said of words that cannot be meant, in one line."""
        return " ".join(self(*words, code=code).split())

    @asynccontextmanager
    async def _exchange(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=_Client(self.bourse))

    def _opened(self, data: Path) -> Any:
        """A node that is down, with tables made anew if anything has happened since."""
        journals = self.bourse.rooms.journals
        file = self.directory / f"{sum(map(len, journals.values()))}.sqlite"
        url = f"sqlite:///{file}"
        if not file.exists():
            file.write_bytes(without_rows())
            with closing(open_store(url)) as store:
                told = [
                    Journal(each, 0, outcomes_of(journals[each]), len(journals[each])) for each in CONTEXTS
                ]
                play(store, *told)
        return SimpleNamespace(
            store_url=url, identity=SimpleNamespace(bootstrap_servers=None), holder=lambda: None
        )
