"""A terminal at an exchange that is one context of a test, with tables that follow it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner

from exchange.cli import asking, looking
from exchange.cli.root import root
from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.store import open_store
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.support.stage import Stage
from tests.support.tables import without_rows
from tests.unit.views.story import Journal, play


class _Client:
    def __init__(self, stage: Stage[Any], context: str) -> None:
        self.stage, self.context = stage, context

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def ask(self, context: str, key: str, command: Command, *, actor: str, **_: Any) -> Answer:
        assert (context, key) == (self.context, self.context)
        before = len(self.stage.journal)
        self.stage.ask(actor, command)
        outcome = tuple(self.stage.journal[before:])
        refused = next((each.fact for each in outcome if isinstance(each.fact, Refused)), None)
        return Answer(
            context=context,
            command_id="c",
            outcome=outcome,
            refused=refused,
            position=AnswerPosition(f"{self.context}.journal", 0, 0, 0),
        )

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()


class StageDesk:
    """Words said to a context's stage."""

    context: ClassVar[str]

    def __init__(self, stage: Stage[Any], directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = stage
        self.directory = directory
        monkeypatch.setattr(asking, "exchange_of", self._exchange)
        monkeypatch.setattr(looking, "opened", self._opened)

    def __call__(self, *words: object, code: int = 0) -> str:
        ended = CliRunner().invoke(root, [*map(str, words)], prog_name="exchange")
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.output

    def wrong(self, *words: object, code: int = 2) -> str:
        """What is said of words that cannot be meant, in one line."""
        return " ".join(self(*words, code=code).split())

    @asynccontextmanager
    async def _exchange(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=_Client(self.stage, self.context))

    def _opened(self, data: Path) -> Any:
        """A node that is down, with tables made anew if anything has happened since."""
        file = self.directory / f"{len(self.stage.journal)}.sqlite"
        url = f"sqlite:///{file}"
        if not file.exists():
            file.write_bytes(without_rows())
            with closing(open_store(url)) as store:
                journal = Journal(self.context)
                journal.outcomes = [(each,) for each in self.stage.journal]
                play(store, journal)
        return SimpleNamespace(
            store_url=url, identity=SimpleNamespace(bootstrap_servers=None), holder=lambda: None
        )


class RegistryDesk(StageDesk):
    """Words said to a registry."""

    context = "registry"


class SettlementDesk(StageDesk):
    """Words said to a settlement."""

    context = "settlement"
