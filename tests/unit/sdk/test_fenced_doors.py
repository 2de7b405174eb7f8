"""The door to sessions, volumes and what is offered, before a partition that decides; and the guard of volumes."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from exchange.bonded.commands import OfferOutput
from exchange.bonded.fenced import commands as fenced
from exchange.kernel.errors import Misuse, Unavailable
from exchange.sdk import Bonded, Refusal
from exchange.sdk.guard import Guard
from streams.volumes.directories import Directories
from tests.unit.bonded.fenced_stage import a_grant, a_pool, a_report, a_session, a_station, granted, running
from tests.unit.bonded.stage import OPERATOR, PROCESSOR, a_product, a_start, a_zone, items
from tests.unit.cli.test_consignment_fencing import Following
from tests.unit.sdk.test_bonded_doors import Asking


async def test_every_command_goes_through_the_door() -> None:
    client: Any = Asking(a_zone())
    processor, operator = Bonded(client, PROCESSOR), Bonded(client, OPERATOR)
    await processor.declare_pool(a_pool())
    await operator.record_station(a_station())
    stage = client.stage
    name = stage.admitted()
    run = stage.started(a_start(items(name, 0, 9)))
    first = await processor.open_session(a_session(job_run_id=run))
    assert (await processor.end_session(first.session_id, "Done.")).basis == "asked"
    second = await processor.open_session(a_session(items=items(name, 10, 19)))
    assert (await operator.report_breach(second.session_id, "print", "A page.")).kind == "session_breach"
    volume = (await processor.grant_volume(a_grant(run, "write"))).volume_id
    assert (await operator.report_enforcement(a_report(volume, "granted"))).done
    assert (await processor.revoke_volume(volume, "Done.")).volume_id == volume
    (made,) = (await processor.complete(run, [a_product(items(name, 0, 9))])).made
    assert (await processor.destroy_volume(volume, "Done.")).basis == "asked"
    offered = await processor.offer_output(made.output_id, "P-01", "1.0")
    assert offered.provenance.consignments[0].consignment_id == name
    assert {*fenced.COMMANDS, OfferOutput} <= client.asked


async def test_a_session_on_nothing_names_no_zone() -> None:
    client: Any = Asking(a_zone())
    with pytest.raises(Misuse):
        await Bonded(client, PROCESSOR).open_session(a_session())
    with pytest.raises(Refusal, match="SESSION_UNKNOWN"):
        await Bonded(client, PROCESSOR).end_session("SN-0.1.0", "Done.")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for path, _, _ in os.walk(tmp_path):
        os.chmod(path, 0o700)


async def test_a_guard_goes_on_where_it_was_and_another_begins_anew(root: Path) -> None:
    stage = a_zone()
    stage.given(PROCESSOR, a_pool())
    client: Any = Following(stage)
    port = Directories(root, {"POOL-1": os.getegid()})
    guard = Guard(client, OPERATOR, port)
    assert await guard.look() == []
    name, run = running(stage)
    volume = granted(stage, name)
    (told,) = await guard.look()
    assert (told.report.command.volume_id, told.report.command.done, told.refused) == (volume, True, "")
    assert await guard.look() == []
    assert await Guard(client, OPERATOR, port).look() == []
    granted(stage, run, "write")
    assert [each.report.command.step for each in await guard.look()] == ["granted"]


async def test_a_journal_that_does_not_come_is_said_to_be_out_of_reach(root: Path) -> None:
    class Standing(Following):
        async def history(self, *_: Any) -> AsyncIterator[Any]:
            await asyncio.Event().wait()
            yield

    client: Any = Standing(a_zone())
    with pytest.raises(Unavailable, match="was not read within"):
        await Guard(client, OPERATOR, Directories(root, {})).look(0.05)
