"""`exchange consignment session`, `volume`, `offer` and `fence`, before a zone that decides and a disk."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.cli import consignment_fencing
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import open_store
from streams.tail import Followed
from tests.support.tables import without_rows
from tests.unit.bonded.fenced_stage import a_staffed_zone, granted, running
from tests.unit.bonded.stage import OPERATOR, PROCESSOR, ZoneStage, a_count, a_product, items
from tests.unit.bonded.tables import journal_of
from tests.unit.cli.test_consignment_command import ZoneDesk, word
from tests.unit.sdk.test_bonded_doors import Asking
from tests.unit.views.story import play

UNTIL = ("--until", "2026-11-02T08:00:00Z")
BY_PROCESSOR = ("--as", PROCESSOR)


class Following(Asking):
    """A client that also reads the journal."""

    def __init__(self, stage: ZoneStage) -> None:
        super().__init__(stage)
        self.partitions = {"bonded": 1}

    async def history(
        self, context: str, partition: int, start: JournalPosition = BEGINNING
    ) -> AsyncIterator[Followed]:
        assert (context, partition) == ("bonded", 0)
        for recorded in self.stage.journal[start.offset :]:
            offset = self.stage.journal.index(recorded) + 1
            yield Followed((recorded,), start._replace(offset=offset))


class FenceDesk(ZoneDesk):
    """Words said to a zone with workers in it."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(directory, monkeypatch)
        self.stage = a_staffed_zone()
        monkeypatch.setattr(consignment_fencing, "exchange_of", self._following)
        self.root = directory / "volumes"
        self.root.mkdir()

    @asynccontextmanager
    async def _following(self, data: Path) -> AsyncIterator[Any]:
        yield SimpleNamespace(client=Following(self.stage))

    def _opened(self, data: Path) -> Any:
        """A node that is down, with tables made anew if anything has happened since."""
        file = self.directory / f"{len(self.stage.journal)}.sqlite"
        url = f"sqlite:///{file}"
        if not file.exists():
            file.write_bytes(without_rows())
            with closing(open_store(url)) as store:
                play(store, journal_of(self.stage.journal))
        return SimpleNamespace(store_url=url)

    def fence(self, *words: object, code: int = 0) -> str:
        return self("fence", "--root", self.root, "--once", "--as", OPERATOR, *words, code=code)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FenceDesk]:
    made = FenceDesk(tmp_path, monkeypatch)
    yield made
    for path, _, _ in os.walk(made.root):
        os.chmod(path, 0o700)


def opening(*words: object) -> tuple[object, ...]:
    return ("session", "open", "W-001", "--pool", "POOL-1", "--at", "ST-001", *UNTIL, *BY_PROCESSOR, *words)


def test_a_worker_sits_down_and_gets_up_at_a_terminal(desk: FenceDesk) -> None:
    _, run = running(desk.stage)
    assert desk("session", "list") == "Nobody has seen anything.\n"
    told = desk(*opening("--run", run))
    assert "may view and annotate, and nothing else" in told
    name = word(told, "SN")
    assert name in desk("session", "list", "--state", "open")
    assert desk("session", "end", name, "The shift is over.", *BY_PROCESSOR) == f"Ended: {name}.\n"
    (row,) = json.loads(desk("session", "list", "--json"))
    assert (row["state"], row["basis"], row["grounds"]) == ("ended", "asked", "The shift is over.")


def test_a_breach_opens_a_case_at_a_terminal(desk: FenceDesk) -> None:
    name = desk.stage.admitted()
    session = word(desk(*opening("--items", f"{name}/L-1:0-9")), "SN")
    told = desk("session", "breach", session, "print", "A page.", "--as", OPERATOR)
    assert "A panel decides GC-" in told


def test_pools_and_stations_are_said_at_a_terminal(desk: FenceDesk) -> None:
    assert desk("session", "staff", "BZ-2", "POOL-2", "W-1", "W-2", *BY_PROCESSOR) == "2 are in POOL-2.\n"
    told = desk("session", "station", "BZ-2", "ST-9", "--as", OPERATOR)
    assert told == "ST-9 is in service; it lets view, annotate.\n"
    told = desk("session", "station", "BZ-2", "ST-9", "--lets", "print", "--down", "--as", OPERATOR)
    assert told == "ST-9 is down; it lets print.\n"


def test_a_session_sees_one_thing(desk: FenceDesk) -> None:
    assert "say what is to be seen" in desk(*opening(), code=2)


def test_volumes_are_granted_and_closed_at_a_terminal_and_guarded_on_a_disk(desk: FenceDesk) -> None:
    name, run = running(desk.stage)
    assert desk("volume", "list") == "No volume was granted.\n"
    raw = word(desk("volume", "grant", name, "--pool", "POOL-1", *UNTIL, *BY_PROCESSOR), "V")
    work = word(desk("volume", "grant", run, "--write", "--pool", "POOL-1", *UNTIL, *BY_PROCESSOR), "V")
    told = desk.fence("--group", f"POOL-1={os.getegid()}")
    assert "It cannot enforce all of it:" in told
    assert f"{raw} granted\n{work} granted\n" in told
    assert (desk.root / "BZ-2" / run).stat().st_mode & 0o770 == 0o770
    desk("volume", "revoke", raw, "Done.", *BY_PROCESSOR)
    assert f"{raw} revoked\n" in desk.fence("--group", f"POOL-1={os.getegid()}")
    listed = json.loads(desk("volume", "list", "--json"))
    assert [(each["volume_id"], each["state"], each["enforced"], each["done"]) for each in listed] == [
        (raw, "revoked", "revoked", True),
        (work, "granted", "granted", True),
    ]
    desk.stage.given(PROCESSOR, asked.FailJobRun(job_run_id=run, grounds="It stopped."))
    desk.stage.settled()
    desk("volume", "destroy", work, "It is empty.", *BY_PROCESSOR)
    desk.fence()
    assert not (desk.root / "BZ-2" / run).exists()


def test_what_is_found_outside_and_what_cannot_be_done_is_told(desk: FenceDesk) -> None:
    volume = granted(desk.stage, desk.stage.admitted())
    (desk.root / "raw.csv").touch()
    lines = [json.loads(line) for line in desk.fence("--json").splitlines()]
    assert [(each["volume"], each["step"], each["done"], each["strays"]) for each in lines] == [
        (volume, "granted", False, []),
        (volume, "inspected", True, ["raw.csv"]),
    ]
    desk.stage.settled()
    assert '"step":"revoked"' in desk.fence("--json")
    assert desk.fence("--json") == ""


def test_a_report_that_the_exchange_does_not_take_is_told_and_nothing_stops(desk: FenceDesk) -> None:
    granted(desk.stage, desk.stage.admitted())
    told = desk("fence", "--root", desk.root, "--once", "--as", "SE-DE-01")
    assert "the exchange did not take it" in told


def test_a_rehearsal_says_what_would_be_done_and_does_nothing(desk: FenceDesk) -> None:
    name = desk.stage.admitted()
    volume = granted(desk.stage, name)
    assert f"would be granted: {volume} at BZ-2/{name}" in desk.fence("--dry-run")
    assert list(desk.root.iterdir()) == []


def test_a_root_that_is_none_is_refused(desk: FenceDesk) -> None:
    told = desk("fence", "--root", desk.root / "nowhere", "--once", "--as", OPERATOR, code=2)
    assert "make the directory first" in told


def test_who_watches_looks_again_and_waits_for_what_is_out_of_reach(
    desk: FenceDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []

    async def sleep(seconds: int) -> None:
        waits.append(seconds)
        desk.root.rename(desk.root.with_name("elsewhere")) if len(waits) == 1 else None
        if len(waits) == 2:
            raise KeyboardInterrupt

    granted(desk.stage, desk.stage.admitted())
    monkeypatch.setattr("exchange.cli.consignment_fencing.asyncio.sleep", sleep)
    told = desk("fence", "--root", desk.root, "--watch", "--every", 7, "--as", OPERATOR, code=130)
    desk.root.with_name("elsewhere").rename(desk.root)
    assert waits == [7, 7]
    assert "waiting: " in told
    assert "cannot be looked at" in told


def test_an_output_is_offered_at_a_terminal(desk: FenceDesk) -> None:
    name, run = running(desk.stage)
    done = asked.CompleteJobRun(job_run_id=run, made=(a_product(items(name, 0, 99)),))
    desk.stage.given(PROCESSOR, done, a_count(name, 9_900))
    output = desk.stage.state.job_runs[run].made_ids[0]
    told = desk("offer", output, "P-01", "1.0", *BY_PROCESSOR)
    assert told == f"Offered: {output} is P-01 1.0; behind it\n  {name}: balanced\n"
