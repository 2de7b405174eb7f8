"""`--dry-run` of what asks the exchange: the command as it would be sent, and what would come of it now."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from exchange.cli.options import exchange_of
from exchange.cli.plan import Plan, show_plan
from exchange.cli.steps import Steps
from exchange.kernel.bases import Command, CommandMeta, Outcome, type_name
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import Refused
from streams.answers import Answer, AnswerPosition
from streams.client import Client
from streams.foretelling import foretell
from streams.jsonpipe import write_command, write_fact
from streams.topics import commands_topic, journal_topic

Speak = Callable[[Client], Awaitable[Any]]
"""Asks something of the client that it is given."""


class Foretold(NamedTuple):
    """A command that was not sent, and its outcome if it were; None where no node could be asked."""

    context: str
    key: str
    actor: str
    command: Command
    partition: int | None = None
    outcome: Outcome | None = None


class _Said(Exception):
    def __init__(self, context: str, key: str, command: Command) -> None:
        self.context, self.key, self.command = context, key, command


class _Rehearsal:
    """Stands where a client stands; gives back the first command instead of sending it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def ask(self, context: str, key: str, command: Command, **_: Any) -> Any:
        raise _Said(context, key, command)


async def rehearse(path: Path, actor: str, speak: Speak, *, quiet: bool) -> Foretold:
    """What `speak` would ask of the exchange, and what would come of it as things stand.

    Raises: Misuse before anything would be sent; Unavailable if the node is down.
    """
    async with exchange_of(path) as exchange:
        try:
            await speak(cast(Client, _Rehearsal(exchange.client)))
        except _Said as said:
            with Steps(quiet=quiet) as steps:
                steps.told("folding the journal, to see what would come of it")
                outcome = await foretell(
                    exchange.client,
                    said.context,
                    said.key,
                    said.command,
                    actor,
                    lambda facts: steps.moved(facts, unit="facts"),
                )
            number = exchange.client.partition(said.context, said.key)
            return Foretold(said.context, said.key, actor, said.command, number, outcome)
    raise InvariantBroken("a rehearsal ended without anything having been asked")


def show_foretold(foretold: Foretold, as_json: bool) -> None:
    """Print what would be sent and what would come of it.

    Raises: Refusal if it would be refused.
    """
    topic, name = commands_topic(foretold.context), type_name(foretold.command)
    place = topic if foretold.partition is None else f"{topic}/{foretold.partition}"
    checked, unchecked = [f"every field of {name} holds a value that it may have"], []
    facts = [write_fact(foretold.context, foretold.partition or 0, each) for each in foretold.outcome or ()]
    if foretold.outcome is None:
        unchecked.append("the node is down: what it would answer is not known")
    else:
        words = ", ".join(type_name(each.fact) for each in foretold.outcome)
        checked.append(f"as things stand its outcome would be: {words}")
    command = _shown(foretold)
    would = [f"send to {place}, as {foretold.actor}:", f"  {msgspec.json.encode(command).decode()}"]
    details = {
        "context": foretold.context, "key": foretold.key, "partition": foretold.partition, "topic": topic,
        "actor": foretold.actor, "command": command,
        "outcome": None if foretold.outcome is None else [msgspec.json.decode(fact) for fact in facts],
    }  # fmt: skip
    show_plan(Plan(would, checked, unchecked, details), as_json)
    if foretold.outcome is not None:
        _answer(foretold, foretold.outcome).or_raise()


def _shown(foretold: Foretold) -> Any:
    """The command as `exchange ask` takes it."""
    meta = CommandMeta(id="dry-run", actor=foretold.actor, valid_until=0)
    shown = msgspec.json.decode(write_command(meta, foretold.command, 0))
    return {name: value for name, value in shown.items() if name != "meta"}


def _answer(foretold: Foretold, outcome: Outcome) -> Answer:
    first, last = outcome[0].meta, outcome[-1].meta
    refused = next((each.fact for each in outcome if isinstance(each.fact, Refused)), None)
    position = AnswerPosition(journal_topic(foretold.context), foretold.partition or 0, first.seq, -1)
    return Answer(
        context=foretold.context,
        command_id=last.command_id,
        outcome=outcome,
        refused=refused,
        position=position,
    )
