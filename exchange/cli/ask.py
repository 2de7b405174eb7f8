"""`ask`: any command, from a terminal or a pipe."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing, standard
from exchange.cli.options import acting, as_json_lines, data, dry_run, example, exchange_of, opened
from exchange.cli.words import CONTEXTS
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.kernel.bases import Command


@click.command(
    epilog=example(
        "exchange ask market M-SH CancelOrder order_id=O-0.4.1 --as BU-1",
        """echo '{"type": "CancelOrder", "order_id": "O-0.4.1"}' |""",
        "exchange ask market M-SH --as BU-1",
    )
)
@click.argument("context", type=click.Choice(CONTEXTS))
@click.argument("key", shell_complete=completing.keys)
@click.argument("command", required=False, shell_complete=completing.command_names)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=completing.command_fields)
@data
@acting
@click.option(
    "--id",
    "command_id",
    metavar="ID",
    help="The command's id: given again with the same command, it is decided only once.",
)
@dry_run
@as_json_lines
def ask(
    context: str,
    key: str,
    command: str | None,
    fields: tuple[str, ...],
    data: Path,
    actor: str,
    command_id: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send one command and print its facts, one JSON a line.

    KEY is what owns a partition: a market's id, a product's id, or `registry`. A VALUE is JSON, or else text; without
    COMMAND the whole command is read as JSON from standard input. A refusal is a fact too: it is printed, and the
    command ends with 1.
    """
    given = _given(command, fields)
    if dry_run:
        _rehearse(context, key, data, actor, given, as_json)
    else:
        asyncio.run(_ask(context, key, data, actor, command_id, given))


async def _ask(
    context: str, key: str, data: Path, actor: str, command_id: str | None, given: dict[str, Any]
) -> None:
    from streams.jsonpipe import write_fact

    _read(context, given, actor, 0)
    async with exchange_of(data) as exchange:
        now = await exchange.client.exchange_time(context, key)
        command = _read(context, given, actor, now)
        answer = await exchange.client.ask(context, key, command, actor=actor, id=command_id)
        standard.write_lines(
            write_fact(context, answer.position.partition, recorded) for recorded in answer.outcome
        )
        answer.or_raise()


def _rehearse(context: str, key: str, data: Path, actor: str, given: dict[str, Any], as_json: bool) -> None:
    from exchange.cli.rehearsing import Foretold, rehearse, show_foretold
    from exchange.kernel.errors import NodeDown

    command = _read(context, given, actor, 0)
    opened(data)
    try:
        speak = lambda client: client.ask(context, key, command, actor=actor)  # noqa: E731
        foretold = asyncio.run(rehearse(data, actor, speak, quiet=as_json))
    except NodeDown:
        foretold = Foretold(context, key, actor, command)
    show_foretold(foretold, as_json)


def _given(command: str | None, fields: Sequence[str]) -> dict[str, Any]:
    """The command as it was typed, or as it stands on standard input."""
    import msgspec

    if command is None:
        text = "".join(standard.text_lines(standard.standard_input("one command as JSON")))
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise Misuse(
                f'standard input is no JSON object ({error}); write {{"type": "CancelOrder", …}}'
            ) from error
    if wrong := [field for field in fields if "=" not in field]:
        raise Misuse(f"field {wrong[0]!r} has no value; write {wrong[0]}=value")
    pairs = (field.split("=", 1) for field in fields)
    return {"type": command, **{name: _value(text) for name, text in pairs}}


def _value(text: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _read(context: str, given: dict[str, Any], actor: str, now_us: int) -> "Command":
    """The command, read like one of a pipe: who asks and when are said by the options."""
    import msgspec

    from streams.jsonpipe import read_command

    meta = {"id": "asked", "actor": actor, "at": now_us}
    try:
        return read_command(context, msgspec.json.encode(given | {"meta": meta}), 1).command
    except Misuse as error:
        # There is only one.
        raise Misuse(str(error).removeprefix("line 1: ")) from error
