"""A user's own program is checked against the doors' types, strictly."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

ASYNCHRONOUS = """
import asyncio
from collections.abc import AsyncIterator
from typing import assert_type

from exchange.market.commands import Use
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.sdk import Answer, AnswerUnknown, Delivered, Exchange, Placed, Published, Refusal, Table


async def records() -> AsyncIterator[tuple[bytes, bytes, int]]:
    yield b"key", b"value", 0


async def main() -> None:
    async with Exchange.open(".exchange", deadline_s=5) as exchange:
        buyer, seller, analyst = exchange.buyer("BU-1"), exchange.seller("SE-1"), exchange.analyst()
        use = Use(purpose="transport", place_of_use="JP", licence_digest=b"")
        try:
            placed = await buyer.buy("L-1", use=use, id="mine", deadline_s=3)
        except AnswerUnknown as unknown:
            placed = await buyer.buy("L-1", use=use, id=unknown.command_id)
        except Refusal as refusal:
            print(refusal.reason, refusal.codes)
            raise
        assert_type(placed, Placed)
        assert_type(await seller.publish("P-1", records()), Published)
        async for record in buyer.deliveries(placed.entitlement, again=True):
            assert_type(record, Delivered)
        assert_type(await buyer.conclusion(placed.entitlement), PurchaseAccepted | PurchaseRefunded | DisputeResolved)
        table = await analyst.query("trades", at_least=buyer.positions)
        assert_type(table, Table)
        table.write_csv("trades.csv")
        print(await analyst.sql("select 1", at_least=placed.position))


asyncio.run(main())
"""
SYNCHRONOUS = """
from typing import assert_type

from exchange.market.commands import Use
from exchange.sdk import Delivered, Placed, Published, Table
from exchange.sdk.sync import Exchange

with Exchange.open(".exchange") as exchange:
    buyer, seller, analyst = exchange.buyer("BU-1"), exchange.seller("SE-1"), exchange.analyst()
    use = Use(purpose="transport", place_of_use="JP", licence_digest=b"")
    placed = buyer.buy("L-1", use=use, id="mine", deadline_s=3)
    assert_type(placed, Placed)
    assert_type(seller.publish("P-1", [(b"key", b"value", 0)]), Published)
    for record in buyer.deliveries(placed.entitlement):
        assert_type(record, Delivered)
    assert_type(analyst.query("trades", at_least=placed.position), Table)
"""
WRONG = """
from exchange.sdk.sync import Exchange

with Exchange.open(".exchange") as exchange:
    exchange.buyer("BU-1").listing(7)
    exchange.seller("SE-1").publish("P-1", ["text"])
    exchange.analyst().query("trades", at_least="yesterday")
"""


def test_programs_are_checked_strictly_and_what_is_wrong_is_found(tmp_path: Path) -> None:
    for name, program in (("told", ASYNCHRONOUS), ("plain", SYNCHRONOUS), ("wrong", WRONG)):
        (tmp_path / f"{name}.py").write_text(program)
    # A user's settings, which are none; what was checked of the doors is kept for the next time.
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull]
    kept = ["--cache-dir", str(ROOT / ".mypy_cache" / "user")]
    programs = ["told.py", "plain.py", "wrong.py"]
    checked = subprocess.run(
        [*command, *kept, *programs], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    found = [line.partition(": error: ") for line in checked.stdout.splitlines() if ": error: " in line]
    assert [place.rpartition(":")[0] for place, _, _ in found] == ["wrong.py"] * 3, (
        checked.stdout + checked.stderr
    )
    assert [place.rpartition(":")[2] for place, _, _ in found] == ["5", "6", "7"]
