"""`init`: an exchange on a Kafka and a database of one's own, made ready for workers that run anywhere."""

import asyncio
from pathlib import Path

import click

from exchange.cli.node import directory_of, wanted_node
from exchange.cli.options import as_json, data, dry_run, example, print_json


@click.command(
    epilog=example(
        "exchange init --bootstrap-servers kafka-1:9092,kafka-2:9092,kafka-3:9092 \\",
        "              --store-url postgresql+psycopg://exchange@db/exchange",
    )
)
@data
@click.option(
    "--bootstrap-servers", required=True, metavar="HOST:PORT,…", help="Your Kafka (TLS, SASL: see `up`)."
)
@click.option("--store-url", required=True, metavar="URL", help="Your database: postgresql+psycopg://…")
@click.option(
    "--replication",
    type=click.IntRange(1, 9),
    default=3,
    show_default=True,
    metavar="N",
    help="Copies of each topic.",
)
@click.option(
    "--wait",
    "wait_s",
    type=click.IntRange(0, 3_600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for Kafka and the database.",
)
@dry_run
@as_json
def init(
    data: Path,
    bootstrap_servers: str,
    store_url: str,
    replication: int,
    wait_s: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write node.json, make the topics and the tables; then workers anywhere need a copy of node.json.

    Given again it changes nothing, and verifies every topic's settings. For a Kafka that it starts itself, there is
    `exchange up`.
    """
    from exchange.cli.steps import Steps
    from streams.node.preparing import prepare
    from streams.topics import context_topics

    wanted = wanted_node(data, bootstrap_servers, store_url, replication)
    if dry_run:
        from exchange.cli.plan import show_plan
        from exchange.cli.up_plan import init_plan

        show_plan(init_plan(wanted), as_json)
        return
    directory = directory_of(wanted)
    with Steps(quiet=as_json) as steps:
        asyncio.run(prepare(directory, wait_s, steps.told))
    topics = [spec.name for spec in context_topics(directory.identity.partitions)]
    if as_json:
        told = {"directory": str(data), "topics": topics, "replication": wanted.replication}
        print_json(told | {"node_id": directory.identity.node_id})
    else:
        click.echo(
            f"Ready: {data}/node.json, {len(topics)} topics on {wanted.replication} brokers each, the tables."
        )
