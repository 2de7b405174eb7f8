"""A terminal at an exchange that is one market of a test, with tables that follow it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from exchange.cli import asking, looking
from exchange.cli.root import root
from exchange.store import open_store
from tests.contract.test_projections_quotes import journal_of
from tests.support.tables import without_rows
from tests.unit.market.stage import Stage
from tests.unit.sdk.test_quotes_doors import Asking
from tests.unit.views.story import play


class _Client(Asking):
    async def exchange_time(self, context: str, key: str) -> int:
        return self.stage.at


class Desk:
    """Words of one group of commands, said to a stage."""

    def __init__(self, group: str, stage: Stage, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.group = group
        self.stage = stage
        self.directory = directory
        monkeypatch.setattr(asking, "exchange_of", self._exchange)
        monkeypatch.setattr(looking, "opened", self._opened)

    def __call__(self, *words: object, code: int = 0) -> str:
        ended = CliRunner().invoke(root, [self.group, *map(str, words)], prog_name="exchange")
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.output

    def wrong(self, *words: object) -> str:
        """What is said of words that cannot be meant, in one line."""
        return " ".join(self(*words, code=2).split())

    @asynccontextmanager
    async def _exchange(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=_Client(self.stage))

    def _opened(self, data: Path) -> Any:
        """A node that is down, with tables made anew if anything has happened since."""
        file = self.directory / f"{len(self.stage.journal)}.sqlite"
        url = f"sqlite:///{file}"
        if not file.exists():
            file.write_bytes(without_rows())
            with closing(open_store(url)) as store:
                play(store, journal_of(self.stage))
        return SimpleNamespace(
            store_url=url, identity=SimpleNamespace(bootstrap_servers=None), holder=lambda: None
        )
