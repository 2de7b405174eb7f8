"""`consignment session`: who sees what at view-only stations."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.consignment_reading import items_option, read_items, show_rows
from exchange.cli.options import acting, as_json, data, dry_run, example

if TYPE_CHECKING:
    from streams.client import Client

_session = completing.in_tables("work_sessions", "session_id")
_VIEW_ONLY = ("view", "annotate")
_ABILITIES = (*_VIEW_ONLY, "export", "clipboard", "print", "capture", "network")
_BREACHES = ("export", "clipboard", "print", "capture", "network", "other")


@click.group(
    epilog=example(
        "exchange consignment session open W-017 --pool POOL-1 --at ST-017 \\",
        "    --run J-0.47.0 --until 2026-11-02T11:00:00Z --as PR-CN-01",
        "exchange consignment session list --state open",
    )
)
def session() -> None:
    """Let workers see data at view-only stations."""


@session.command(epilog=example("exchange consignment session staff BZ-2 POOL-1 W-017 W-018 --as PR-CN-01"))
@click.argument("zone")
@click.argument("pool")
@click.argument("workers", nargs=-1)
@data
@acting
@dry_run
@as_json
def staff(
    zone: str, pool: str, workers: tuple[str, ...], data: Path, actor: str, dry_run: bool, as_json: bool
) -> None:
    """Say that WORKERS, and nobody else, are in POOL of ZONE; use names that only you can tell the persons of."""
    from exchange.bonded.fenced.commands import DeclarePool

    command = DeclarePool(zone_id=zone, pool_id=pool, worker_ids=workers)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).declare_pool(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"{len(fact.worker_ids)} are in {fact.pool_id}.")


@session.command(epilog=example("exchange consignment session station BZ-2 ST-017 --as OP-CN-01"))
@click.argument("zone")
@click.argument("name")
@data
@acting
@click.option("--place", default="CN-LG", show_default=True, metavar="PLACE", help="Where it stands.")
@click.option(
    "--lets",
    multiple=True,
    type=click.Choice(_ABILITIES),
    default=_VIEW_ONLY,
    show_default=True,
    help="What it lets its worker do; may be repeated. More than the default opens no session.",
)
@click.option("--down", is_flag=True, help="It is not in service.")
@dry_run
@as_json
def station(
    zone: str,
    name: str,
    data: Path,
    actor: str,
    place: str,
    lets: Any,
    down: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say what station NAME of ZONE lets its worker do."""
    from exchange.bonded.fenced.commands import RecordStation

    command = RecordStation(
        zone_id=zone, station_id=name, place=place, lets=lets, state="down" if down else "in_service"
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).record_station(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"{fact.station_id} is {fact.state.replace('_', ' ')}; it lets {', '.join(fact.lets)}.",
        )


@session.command(
    name="open",
    epilog=example(
        "exchange consignment session open W-017 --pool POOL-1 --at ST-017 \\",
        "    --run J-0.47.0 --until 2026-11-02T11:00:00Z --as PR-CN-01",
    ),
)
@click.argument("worker")
@data
@acting
@click.option("--pool", required=True, metavar="NAME", help="The pool in which the worker is.")
@click.option("--at", "station", required=True, metavar="STATION", help="Where the worker sits down.")
@click.option(
    "--from",
    "seen_from",
    default="CN-LG",
    show_default=True,
    metavar="PLACE",
    help="Where the worker really is.",
)
@click.option("--until", required=True, metavar="TIME", help="When it ends; twelve hours away at most.")
@click.option("--run", metavar="ID", help="Work on this job run: all that goes into it is seen.")
@items_option
@dry_run
@as_json
def open_session(
    worker: str,
    data: Path,
    actor: str,
    pool: str,
    station: str,
    seen_from: str,
    until: str,
    run: str | None,
    items: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Let WORKER see what goes into a job run, or some items; the fence decides."""
    from exchange.bonded.fenced.commands import OpenSession
    from exchange.kernel.errors import Misuse

    ranges = read_items(items)
    if (run is None) == (not ranges):
        raise Misuse("say what is to be seen: a job run with --run, or items with --items, and not both")
    command = OpenSession(
        pool_id=pool,
        worker_id=worker,
        station_id=station,
        seen_from=seen_from,
        ends_at=moment(until),
        job_run_id=run,
        items=ranges,
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).open_session(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"Open: {fact.session_id}. {worker} may {' and '.join(fact.may)}, and nothing else:",
            f"  no {', '.join(fact.may_not)}.",
        )


@session.command(epilog=example('exchange consignment session end SN-0.49.0 "It is late." --as PR-CN-01'))
@click.argument("session_id", metavar="SESSION", shell_complete=_session)
@click.argument("grounds")
@data
@acting
@dry_run
@as_json
def end(session_id: str, grounds: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Let nobody see anything more in SESSION, for GROUNDS."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).end_session(session_id, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Ended: {fact.session_id}.")


@session.command(
    epilog=example(
        'exchange consignment session breach SN-0.55.0 clipboard "Copied." \\', "    --as OP-CN-01"
    )
)
@click.argument("session_id", metavar="SESSION", shell_complete=_session)
@click.argument("what", type=click.Choice(_BREACHES))
@click.argument("statement")
@data
@acting
@dry_run
@as_json
def breach(
    session_id: str, what: Any, statement: str, data: Path, actor: str, dry_run: bool, as_json: bool
) -> None:
    """Say that in SESSION somebody did WHAT none lets them do: it ends, and a case opens."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).report_breach(session_id, what, statement)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Ended: {session_id}. A panel decides {fact.case_id}.")


@session.command(name="list", epilog=example("exchange consignment session list --state open"))
@data
@click.option("--state", type=click.Choice(["open", "ended"]), help="Only those that are open, or ended.")
@as_json
def list_sessions(data: Path, state: str | None, as_json: bool) -> None:
    """List sessions: who saw what, from where, until when, and why it ended.

    It works while the node is down.
    """
    show_rows(data, "work_sessions", "Nobody has seen anything.", as_json, state=state)
