"""The decider's time by part, and by function, out of the stacks that were looked at."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from tests.benchmarks.measures import Table

_HASHES = "/streams/journal.py:chained", "/exchange/kernel/intake.py:content_digest"
"""The chain of digests over all facts, and what a command's repeats are known by."""

PARTS: dict[str, tuple[str, ...]] = {
    "idle": ("/selectors.py:",),
    "decode": (
        "/streams/codec.py:Codec.decode_",
        "/streams/record_read.py:",
        "/streams/leader.py:Leader._read",
    ),
    "evolve": ("/exchange/market/decider.py:_evolving.<locals>.evolve",),
    "hash": _HASHES,
    "encode": ("/streams/codec.py:Codec.encode_", "/streams/record_write.py:"),
    "decide": ("/exchange/market/decider.py:decider.<locals>.decide",),
    "audit": ("/exchange/market/auditing/outcome.py:",),
    "intake": ("/exchange/kernel/partition.py:", "/exchange/kernel/intake.py:"),
    "append": ("/streams/writer.py:", "/aiokafka/producer/"),
    "fetch": ("/streams/host/", "/aiokafka/consumer/"),
    "Kafka's wire": ("/aiokafka/",),
}
"""Marks of each part. The innermost frame with a mark decides; those of no part are the rest."""
_READ_BACK = "read-back", "/streams/readback.py:"
"""A part with all that it calls: aiokafka makes records for it as it does for the commands."""


class Split(msgspec.Struct, frozen=True):
    """Shares of the busy time. Shape: both add up to 1, `functions` with those that are left out."""

    looks: int
    parts: dict[str, float]
    functions: dict[str, float]


def split_of(*paths: Path) -> Split:
    """What processes spent their time on."""
    parts: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for *stack, seen in chain.from_iterable(json.loads(path.read_bytes()) for path in paths):
        part = _part(stack)
        if part != "idle":
            parts[part] += seen
            functions[_short(stack[0])] += seen
    total = sum(parts.values())
    return Split(
        looks=total,
        parts={name: parts[name] / total for name in [*PARTS, _READ_BACK[0], "rest"] if parts[name]},
        functions={name: seen / total for name, seen in functions.most_common(25)},
    )


def functions_table(title: str, *paths: Path) -> Table:
    """What takes most, file by file, of what was looked at."""
    files: Counter[str] = Counter()
    for *stack, seen in chain.from_iterable(json.loads(path.read_bytes()) for path in paths):
        if _part(stack) != "idle":
            files[_file(stack)] += seen
    total = files.total()
    return Table(
        title,
        ("where", "share"),
        tuple((name, f"{seen / total:.1%}") for name, seen in files.most_common(12)),
    )


def _file(stack: list[str]) -> str:
    """The innermost file that has a name: made code counts for whoever called it."""
    named = next((frame for frame in stack if not frame.startswith("<")), stack[0])
    return "/".join(named.rpartition(":")[0].split("/")[-2:])


def _part(stack: list[str]) -> str:
    if any(_READ_BACK[1] in frame for frame in stack) and "idle" not in _marked(stack[0]):
        return _READ_BACK[0]
    return next((part for frame in stack for part in _marked(frame)), "rest")


def _marked(frame: str) -> Iterator[str]:
    return (part for part, marks in PARTS.items() if any(mark in frame for mark in marks))


def _short(frame: str) -> str:
    path, _, name = frame.rpartition(":")
    return f"{'/'.join(path.split('/')[-2:])}:{name}"
