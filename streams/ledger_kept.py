"""Closes of days as they are kept: files in the data directory, signed, and rows in the tables that say the same."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from exchange.store import Store
from exchange.store.closes import KeptClose, keep_closes, kept_closes
from exchange.views.ledger.books import Fault
from exchange.views.ledger.ranges import Asset
from exchange.views.ledger.summary import Close, SignedClose, read, written
from streams.faults import fault

FILES = "*-*-*.json"
"""What closes are called in their directory."""
Closes = dict[Asset, list[SignedClose]]
"""Each ledger's, by number."""


class Kept(NamedTuple):
    """Closes by their files, what differs between files and rows, and the digests of files that have no row."""

    closes: Closes
    faults: list[Fault]
    unrowed: set[str]


def kept(store: Store, files: Path) -> Kept:
    """What was closed so far. Raises: Misuse where a file is no close."""
    with store.reading() as connection:
        rows = {(row.currency, row.asset, row.number): row.document for row in kept_closes(connection)}
    texts = {path: path.read_text(encoding="utf-8").strip() for path in sorted(files.glob(FILES))}
    found: Closes = {}
    all_of_it = Kept(found, [], set())
    for path, text in texts.items():
        signed = read(text, str(path))
        ledger, number = (signed.close.currency, signed.close.asset), signed.close.number
        found.setdefault(ledger, []).append(signed)
        row = rows.pop((*ledger, number), None)
        if row is None:
            all_of_it.unrowed.add(signed.digest)
        elif row != text:
            all_of_it.faults.append(
                Fault(f"close {number} of {ledger[1]}", "what its row says is not what its file says")
            )
    all_of_it.faults.extend(
        Fault(
            f"close {number} of {asset}",
            "its row is there, its file is not; bring it back from where it was kept",
        )
        for _, asset, number in sorted(rows)
    )
    return all_of_it


def give_rows(store: Store, signed: Iterable[SignedClose]) -> None:
    """Keep rows of closes that have only files. Raises: InvariantBroken where there is one already."""
    with store.begin() as connection:
        keep_closes(connection, [_row(each) for each in signed])


def keep(store: Store, files: Path, made: Sequence[SignedClose]) -> None:
    """Keep new closes: their rows if all files are there. What is cut off in between, the next close finishes.

    Raises: DiskFull or NotWritable, and then there is no row of any; Unavailable without the database.
    """
    if not made:
        return
    try:
        files.mkdir(exist_ok=True)
        with store.begin() as connection:
            keep_closes(connection, [_row(each) for each in made])
            for each in made:
                _write(files / name_of(each.close), written(each) + "\n")
    except OSError as error:
        raise fault(error, f"{files} cannot be written", "see to it, then close again") from error


def name_of(close: Close) -> str:
    """What the file of a close is called."""
    return f"{close.asset}-{close.number:06d}-{close.day}.json"


def _write(path: Path, text: str) -> None:
    """A file that is whole or not there, also when the power goes."""
    partial = path.with_suffix(".new")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)


def _row(signed: SignedClose) -> KeptClose:
    close = signed.close
    at = datetime.fromisoformat(close.closed_at) - datetime(1970, 1, 1, tzinfo=UTC)
    return KeptClose(
        currency=close.currency,
        asset=close.asset,
        number=close.number,
        day=close.day,
        closed_at=at // timedelta(microseconds=1),
        digest=signed.digest,
        document=written(signed),
    )
