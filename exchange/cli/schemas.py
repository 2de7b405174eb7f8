"""`schemas`: a schema registry of one's own, checked against avro/ids.json or brought to it."""

import asyncio
import os

import click

from exchange.cli.options import as_json, dry_run, example, print_json


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
@dry_run
@as_json
def push(url: str, dry_run: bool, as_json: bool) -> None:
    """Register in the registry at URL what it lacks, under the ids of avro/ids.json.

    Each schema becomes a version of a subject that is named like its record. A registry with the mode IMPORT
    takes the ids as they are; another one comes to the same ids if it was empty.
    """
    from exchange.cli.steps import Steps
    from streams.external_registry import ExternalRegistry
    from streams.schema_catalogue import Catalogue

    catalogue, registry = Catalogue(), ExternalRegistry(url, os.environ)
    if dry_run:
        from exchange.cli.plan import Plan, show_plan

        missing = [kept.record for kept in asyncio.run(registry.missing(catalogue))]
        would = [f"register {record}" for record in missing] or ["do nothing: every schema is there"]
        checked = [f"{url} answers, and has no other schema under our ids"]
        show_plan(Plan(would, checked, (), {"registry": url, "missing": missing}), as_json)
        return
    with Steps(quiet=as_json) as steps:
        steps.told(f"registering schemas at {url}")
        pushed = asyncio.run(registry.push(catalogue, lambda done, of: steps.moved(done, of, "schemas")))
    _tell(as_json, url, len(catalogue.schemas), pushed)


def _tell(as_json: bool, url: str, count: int, pushed: int) -> None:
    if as_json:
        print_json({"registry": url, "schemas": count, "pushed": pushed})
        return
    new = f"; {pushed} were new" if pushed else ""
    click.echo(f"{url} maps all {count} schemas as avro/ids.json does{new}.")
