"""The close of a day on a node that runs: signed over what the journals say, and failed by any changed row."""

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from exchange.sdk import Exchange
from streams.node.directory import DataDirectory
from tests.support.command import Ended, exchange
from tests.support.trade import Trade

pytestmark = pytest.mark.timeout(600)


async def a_purchase(data: Path) -> tuple[str, str]:
    """A buyer with money and one purchase, shown by the tables, and one of its entries."""
    async with Exchange.open(data) as opened:
        trade = await Trade(opened).prepare()
        await trade.buyer.buy(trade.listing, use=trade.use)
        await opened.analyst().up_to_date()
        statement = await opened.ledger().statement(trade.buyer.participant_id, 2010)
        entry = next(str(row["entry"]) for row in statement.as_dicts() if row["kind"] == "posting")
        return trade.buyer.participant_id, entry


def said(node: DataDirectory, *words: object, code: int = 0) -> Any:
    ended: Ended = exchange("ledger", *words, "--data", node.path, "--json", directory=node.path.parent)
    assert ended.code == code, (ended.out, ended.err)
    return json.loads(ended.out)


def changed(node: DataDirectory, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(node.path / "exchange.sqlite", timeout=30)) as database:
        database.execute(statement, values)
        database.commit()


def dumped(node: DataDirectory, *how: str) -> list[str]:
    ended = exchange("ledger", "dump", *how, "--data", node.path, "--json", directory=node.path.parent)
    assert ended.code == 0, ended.err
    return ended.out.splitlines()


def faults(node: DataDirectory) -> list[tuple[str, str]]:
    return [(each["where"], each["said"]) for each in said(node, "verify", code=4)["faults"]]


def test_a_closed_day_is_verified_and_whatever_is_changed_is_named(node: DataDirectory) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, a_purchase(node.path)).result()
        first = said(node, "close")
        buyer, entry = pool.submit(asyncio.run, a_purchase(node.path)).result()
    context, partition, seq = entry.split("/")
    assert {each["close"]["asset"] for each in first} >= {"CNY"}
    place = "context = ? AND partition = ? AND seq = ? AND line = 0"
    of_it = (context, int(partition), int(seq))
    changed(node, f"UPDATE postings SET amount_minor = amount_minor + 1 WHERE {place}", *of_it)
    try:
        refused = {fault["where"] for fault in said(node, "close", code=4)["faults"]}
        assert {entry, f"account 2010 {buyer} CNY"} <= refused
        found = faults(node)
        assert any(
            where == entry and "not what the journal says: amount_minor" in told for where, told in found
        )
        assert any(where == f"account 2010 {buyer} CNY" for where, _ in found)
    finally:
        changed(node, f"UPDATE postings SET amount_minor = amount_minor - 1 WHERE {place}", *of_it)
    raised = "UPDATE balances SET credit_minor = credit_minor + ? WHERE party = ? AND account = 2010"
    changed(node, raised, 5, buyer)
    try:
        (fault,) = said(node, "close", code=4)["faults"]
        assert fault["where"] == f"account 2010 {buyer} CNY"
    finally:
        changed(node, raised, -5, buyer)
    second = said(node, "close")
    assert [each["close"]["number"] for each in second] == [2] * len(second)
    assert said(node, "close") == []
    closes = len(first) + len(second)
    assert said(node, "verify") == {"closes": closes, "since": None, "faults": []}
    again = said(node, "verify", "--new")
    assert (again["closes"], again["faults"]) == (closes, [])
    assert again["since"] is not None
    assert dumped(node) == dumped(node, "--anew")
    changed(node, raised, 5, buyer)
    try:
        ((where, _),) = [each for each in faults(node) if "running balance" in each[1]]
        assert where == f"account 2010 {buyer} CNY"
    finally:
        changed(node, raised, -5, buyer)
    file = next((node.path / "closes").glob("CNY-000001-*.json"))
    kept = file.read_bytes()
    file.write_bytes(kept.replace(b'"number":1', b'"number":3'))
    try:
        assert any("signature" in told for _, told in faults(node))
    finally:
        file.write_bytes(kept)
    assert said(node, "verify")["faults"] == []
