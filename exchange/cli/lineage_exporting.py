"""`lineage export`: what the journals tell of runs, sent to lineage systems elsewhere or written as provenance."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.options import as_json, data, dry_run, example, opened, print_json
from exchange.cli.plan import Plan, show_plan
from exchange.kernel.errors import InvariantBroken, Misuse, NotWritable

if TYPE_CHECKING:
    from exchange.cli.steps import Steps
    from exchange.sdk import Exchange
    from streams.node.directory import DataDirectory

_FAULTS_SHOWN = 5


@click.command(
    epilog=example(
        "exchange lineage export --openlineage events.jsonl",
        "exchange lineage export --openlineage http://127.0.0.1:5000/api/v1/lineage \\",
        "  --state sent.txt --follow",
        "exchange lineage export --openlineage kafka:///openlineage.events",
        "exchange lineage export --prov provenance.ttl",
    )
)
@click.option(
    "--openlineage",
    "target",
    metavar="TARGET",
    help="A file, http://…, https://…, or kafka://[HOST:PORT]/TOPIC; without a host the node's own Kafka.",
)
@click.option(
    "--prov",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="PROV-O: Turtle where FILE ends with .ttl, JSON-LD where it ends with .jsonld.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Go on after what FILE says was sent, and write there what is sent now.",
)
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Send the token in FILE as a bearer.",
)
@data
@dry_run
@as_json
def export(
    target: str | None,
    prov: Path | None,
    state: Path | None,
    follow: bool,
    token_file: Path | None,
    data: Path,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Tell lineage systems elsewhere what was made from what: OpenLineage events, or PROV-O.

    It reads the journals, and starts the node's Kafka for the occasion where the node is down. Every event arrives at
    least once; a run has the same id however often it is told. PROV-O is checked as it is written: nothing comes from
    itself, nothing is used before it is there, or after it is gone; where that is not so it ends with 4.
    """
    from exchange.cli.steps import Steps

    _refuse_unclear(target, prov, state, follow)
    directory = opened(data)
    if dry_run:
        show_plan(_plan(directory, target, prov, state), as_json)
        return
    with Steps(quiet=as_json) as steps:
        if prov is not None:
            told = asyncio.run(_as_provenance(directory, prov, steps))
        else:
            told = asyncio.run(_as_events(directory, str(target), state, follow, token_file, steps))
    if as_json:
        print_json(told)
    else:
        click.echo(_line(told))
    if told.get("faults"):
        _refuse_faults(told["file"], told["faults"])


def _refuse_unclear(target: str | None, prov: Path | None, state: Path | None, follow: bool) -> None:
    if (target is None) == (prov is None):
        raise Misuse("export to one place at a time; name --openlineage TARGET or --prov FILE")
    if prov is not None and (state is not None or follow):
        raise Misuse("--prov writes all provenance anew; --state and --follow go with --openlineage")
    if prov is not None and prov.suffix not in (".ttl", ".jsonld"):
        raise Misuse(f"{prov} ends with neither .ttl nor .jsonld; say which of them it is to be")


def _plan(directory: "DataDirectory", target: str | None, prov: Path | None, state: Path | None) -> Plan:
    from exchange.sdk.provenance import position_of, reached_of
    from streams.lineage_targets import target_of

    after = reached_of(_read(state))
    would = ["read the journals" + (f" after {position_of(after)}" if after else "")]
    if directory.identity.bootstrap_servers is None and directory.holder() is None:
        would.insert(0, "start Kafka for the occasion, and stop it again")
    if prov is not None:
        would.append(f"write all provenance to {prov}")
        parent = prov.absolute().parent
        if not os.access(parent, os.W_OK):
            raise NotWritable(
                f"{parent} cannot be written; give this user the right to, or name another place"
            )
        return Plan(would, [f"{parent} can be written"], ["what the journals tell"])
    target_of(str(target), "127.0.0.1:9092", append=bool(after))
    would.append(f"send what they tell of runs to {target}")
    if state is not None:
        would.append(f"write to {state} how far that came")
    return Plan(would, [f"{target} is a target"], [f"whether {target} takes events"])


async def _as_events(
    directory: "DataDirectory",
    target: str,
    state: Path | None,
    follow: bool,
    token_file: Path | None,
    steps: "Steps",
) -> dict[str, Any]:
    from exchange.sdk.provenance import LOOK_AGAIN_S, Telling, position_of, reached_of, send
    from exchange.web.guard import read_token
    from streams.lineage_targets import target_of

    after = reached_of(_read(state))
    token = read_token(token_file) if token_file else None
    async with _exchange(directory, steps) as exchange:
        servers = exchange.client.bootstrap_servers
        place = target_of(target, servers, append=bool(after), token=token)
        telling, events = Telling(exchange.client, after), 0
        try:
            await place.prepare()
            steps.told("sending lineage events")
            while True:
                events += await send(telling, place)
                steps.moved(events, unit="events")
                _write(state, position_of(telling.reached))
                if not follow:
                    break
                await asyncio.sleep(LOOK_AGAIN_S)
        finally:
            place.close()
    return {"target": target, "events": events, "position": position_of(telling.reached)}


async def _as_provenance(directory: "DataDirectory", file: Path, steps: "Steps") -> dict[str, Any]:
    from exchange.provenance.prov import Provenance
    from exchange.provenance.prov_checks import faults
    from exchange.provenance.prov_statements import statements
    from exchange.provenance.prov_text import json_ld, turtle
    from exchange.sdk.provenance import Telling

    provenance = Provenance()
    async with _exchange(directory, steps) as exchange:
        steps.told("reading the journals")
        async for run in Telling(exchange.client).runs():
            provenance.take(run)
    steps.told(f"writing {file}")
    said = turtle if file.suffix == ".ttl" else json_ld
    _write(file, "".join(f"{line}\n" for line in said(statements(provenance))))
    return {
        "file": str(file),
        "entities": len(provenance.entities),
        "activities": len(provenance.activities),
        "agents": len(provenance.agents()),
        "faults": list(faults(provenance)),
    }


@asynccontextmanager
async def _exchange(directory: "DataDirectory", steps: "Steps") -> AsyncIterator["Exchange"]:
    """The exchange, or what of it can be read while the node is down."""
    from exchange.cli.occasion import kafka_of
    from exchange.sdk import Exchange

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(kafka_of(directory, steps, "exports its lineage"))
        yield await stack.enter_async_context(Exchange.open(directory.path))


def _read(state: Path | None) -> str | None:
    if state is None or not state.exists():
        return None
    try:
        return state.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{state} cannot be read ({error}); name the file that an export wrote") from error


def _write(file: Path | None, text: str) -> None:
    """Whole or not at all."""
    if file is None:
        return
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise NotWritable(f"{file} cannot be written ({error.strerror}); name another place") from error


def _line(told: dict[str, Any]) -> str:
    if "events" in told:
        return f"{told['events']:,} lineage events to {told['target']}."
    counts = ", ".join(f"{told[each]:,} {each}" for each in ("entities", "activities", "agents"))
    return f"{told['file']}: {counts}."


def _refuse_faults(file: str, faults: Sequence[str]) -> None:
    shown = "; ".join(faults[:_FAULTS_SHOWN])
    more = f"; and {len(faults) - _FAULTS_SHOWN:,} more" if len(faults) > _FAULTS_SHOWN else ""
    raise InvariantBroken(f"{file} was written, but what it says cannot be: {shown}{more}")
