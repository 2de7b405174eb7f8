"""`consignment fence`: guards fenced volumes below a directory, as the journal decides."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.options import acting, data, dry_run, example, exchange_of
from exchange.cli.options import as_json_lines as as_json
from exchange.kernel.errors import Unavailable

if TYPE_CHECKING:
    from exchange.sdk.guard import Guard, Reported

_EVERY_S = 5


@click.command(
    epilog=example(
        "exchange consignment fence --root /srv/volumes --group POOL-1=annotators \\", "    --as OP-CN-01"
    )
)
@data
@acting
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Where the volumes are: DIR/ZONE/CONSIGNMENT and DIR/ZONE/JOB-RUN.",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    metavar="POOL=GROUP",
    help="The group on this machine in which a pool's workers are; may be repeated.",
)
@click.option(
    "--once/--watch", default=False, help="Look once, or again and again until Ctrl-C.  [default: watch]"
)
@click.option(
    "--every",
    "every_s",
    type=click.IntRange(1),
    default=_EVERY_S,
    show_default=True,
    metavar="S",
    help="How many seconds lie between two looks.",
)
@dry_run
@as_json
def fence(
    data: Path,
    actor: str,
    root: Path,
    groups: tuple[str, ...],
    once: bool,
    every_s: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open, close, seal and delete the directories of volumes as was decided, and report what was done and found.

    It begins with the beginning of the journal, so that after a restart everything is as it should be again; what was
    reported already is not reported again. What lies outside every volume opens a case. Run it as root to give
    directories to the groups of pools and to take files from who made them; as anybody else it does what it can, and
    says what it cannot.
    """
    from streams.volumes.directories import Directories, groups_named

    port = Directories(root, groups_named(groups))
    if not as_json:
        click.echo("\n".join(("It cannot enforce all of it:", *(f"  {each}" for each in port.limits()))))

    async def run() -> None:
        from exchange.sdk.guard import Guard

        async with exchange_of(data) as exchange:
            guard = Guard(exchange.client, actor, port)
            if dry_run:
                await _rehearse(guard, as_json)
            else:
                await _look(guard, once, every_s, as_json)

    asyncio.run(run())


async def _look(guard: "Guard", once: bool, every_s: int, as_json: bool) -> None:
    """Look, once or for ever: who watches waits for a broker or a disk that is out of reach."""
    while True:
        try:
            for reported in await guard.look():
                _say(_told(reported), _line(reported), as_json)
        except Unavailable as error:
            if once:
                raise
            click.echo(f"waiting: {error}", err=True)
        if once:
            return
        await asyncio.sleep(every_s)


async def _rehearse(guard: "Guard", as_json: bool) -> None:
    for volume_id, step, place in await guard.rehearse():
        said = {"volume": volume_id, "step": step, "place": f"{place.zone_id}/{place.subject_id}"}
        _say(said, f"would be {step}: {volume_id} at {said['place']}", as_json)


def _told(reported: "Reported") -> dict[str, Any]:
    command = reported.report.command
    return {
        "volume": command.volume_id,
        "step": command.step,
        "done": command.done,
        "detail": command.detail,
        "files": command.files,
        "size_bytes": command.size_bytes,
        "strays": command.strays,
        "refused": reported.refused,
    }


def _line(reported: "Reported") -> str:
    command = reported.report.command
    parts = [f"{command.volume_id} {command.step if command.done else f'not {command.step}'}"]
    parts += [command.detail] if command.detail else []
    parts += [f"should not be there: {', '.join(command.strays)}"] if command.strays else []
    parts += [f"the exchange did not take it: {reported.refused}"] if reported.refused else []
    return "; ".join(parts)


def _say(fields: dict[str, Any], line: str, as_json: bool) -> None:
    import msgspec

    click.echo(msgspec.json.encode(fields) if as_json else line)
