"""`schemas`: a schema registry of one's own, checked against avro/ids.json or brought to it."""

import asyncio
import os
import sys

import click

from exchange.cli.options import as_json, example


@click.group(
    epilog=example(
        "exchange schemas check http://registry:8081",
        "exchange schemas push http://registry:8081",
    )
)
def schemas() -> None:
    """Check a schema registry of your own, or register what it lacks.

    The exchange serves its schemas itself (`exchange status` shows where); this is for those who want them in the
    registry that they have. Credentials stand in the environment: EXCHANGE_SCHEMA_REGISTRY_USER_INFO=user:password,
    or EXCHANGE_SCHEMA_REGISTRY_TOKEN.
    """


@schemas.command(epilog=example("exchange schemas check http://registry:8081"))
@click.argument("url")
@as_json
def check(url: str, as_json: bool) -> None:
    """Say whether the registry at URL maps every id as avro/ids.json does."""
    from streams.external_registry import ExternalRegistry
    from streams.schema_catalogue import Catalogue

    catalogue = Catalogue()
    asyncio.run(ExternalRegistry(url, os.environ).verify(catalogue))
    _tell(as_json, url, len(catalogue.schemas), 0)


@schemas.command(epilog=example("exchange schemas push http://registry:8081"))
@click.argument("url")
@as_json
def push(url: str, as_json: bool) -> None:
    """Register in the registry at URL what it lacks, under the ids of avro/ids.json.

    Each schema becomes a version of a subject that is named like its record. A registry with the mode IMPORT
    takes the ids as they are; another one comes to the same ids if it was empty.
    """
    from streams.external_registry import ExternalRegistry
    from streams.schema_catalogue import Catalogue

    catalogue = Catalogue()
    told = _silent if as_json or not sys.stderr.isatty() else _counting
    pushed = asyncio.run(ExternalRegistry(url, os.environ).push(catalogue, told))
    _tell(as_json, url, len(catalogue.schemas), pushed)


def _counting(done: int, of: int) -> None:
    click.echo(f"\r  … {done} of {of} schemas", err=True, nl=done == of)


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


def _tell(as_json: bool, url: str, count: int, pushed: int) -> None:
    import msgspec

    if as_json:
        click.echo(msgspec.json.encode({"registry": url, "schemas": count, "pushed": pushed}))
        return
    click.echo(
        f"{url} maps all {count} schemas as avro/ids.json does{f'; {pushed} were new' if pushed else ''}."
    )
