"""`ledger dump`: every row of the ledger as text, out of the tables or folded anew from the journals."""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import standard
from exchange.cli.ledger_journals import with_journals
from exchange.cli.options import as_json_lines, data, example, opened

if TYPE_CHECKING:
    from exchange.store import Store
    from streams.ledger_closes import Node
    from streams.ledger_journal import Told


@click.command(
    epilog=example(
        "exchange ledger dump > ledger.jsonl",
        "diff <(exchange ledger dump) <(exchange ledger dump --anew)",
    )
)
@data
@click.option(
    "--anew", is_flag=True, help="Not the tables': folded from the journals, up to where the tables stand."
)
@click.option("--digest", "only_digest", is_flag=True, help="Print nothing but the digest.")
@as_json_lines
def dump(data: Path, anew: bool, only_digest: bool, as_json: bool) -> None:
    """Print every row of the ledger as JSON, one a line: the same text wherever the same facts were posted.

    Entries, postings, running and periodic balances by table and primary key, then up to where each journal is shown;
    SQLite and PostgreSQL give the same. The digest, BLAKE2b-256 over the lines, goes to standard error.
    """
    from exchange.store import open_store

    directory, write = opened(data), partial(_write, only_digest=only_digest, as_json=as_json)
    if anew:
        with_journals(directory, as_json, lambda node, told: _anew(node, told, write))
        return
    with closing(open_store(directory.store_url)) as store:
        store.refuse_missing()
        write(store)


async def _anew(node: "Node", told: "Told", write: "Callable[[Store], None]") -> None:
    import asyncio

    from exchange.views.settlement import SETTLEMENT
    from streams.rebuilding import folded_anew

    async with folded_anew(node.settings, (SETTLEMENT,), told) as scratch:
        await asyncio.to_thread(write, scratch)


def _write(store: "Store", only_digest: bool, as_json: bool) -> None:
    from exchange.views.ledger.dumping import dump_ledger

    digest = blake2b(digest_size=32)

    def lines() -> Iterator[str]:
        for line in dump_ledger(store):
            digest.update(line.encode() + b"\n")
            yield line

    if only_digest:
        deque(lines(), maxlen=0)
        click.echo(json.dumps({"digest": digest.hexdigest()}) if as_json else digest.hexdigest())
        return
    standard.write_lines(lines())
    if not as_json:
        click.echo(f"digest {digest.hexdigest()}", err=True)
