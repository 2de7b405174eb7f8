"""The split of a benchmark says of every look what the process did, and names code that there is."""

import json
from pathlib import Path

from tests.benchmarks.split import PARTS, split_of

ROOT = Path(__file__).parents[2]
DECIDE = "/x/exchange/market/decider.py:decider.<locals>.decide"
EVOLVE = "/x/exchange/market/decider.py:_evolving.<locals>.evolve"
ANSWER = "/x/exchange/kernel/partition.py:Partition.answer"
ADD = "/x/streams/writer.py:JournalWriter.add"
LOOKS = {
    "decode": ["/x/streams/codec.py:Codec.decode_command"],
    "decide": ["/x/exchange/market/book.py:enter", DECIDE, ANSWER],
    "evolve": ["/x/exchange/market/book.py:enter", EVOLVE, ANSWER],
    "audit": [
        "/x/exchange/market/auditing/money.py:conserved",
        "/x/exchange/market/auditing/outcome.py:audit",
        ANSWER,
    ],
    "encode": ["/x/streams/codec.py:Codec.encode_outcome", ADD],
    "hash": ["/x/streams/journal.py:chained", ADD],
    "append": [ADD],
    "rest": ["/usr/lib/python3.11/json.py:loads"],
}


def test_each_part_has_a_row_of_its_own(tmp_path: Path) -> None:
    """The chain of digests is made while facts are appended, a command's digest while it is taken in."""
    path = tmp_path / "looks.json"
    digest = ["/x/exchange/kernel/intake.py:content_digest", ANSWER]
    path.write_text(
        json.dumps([[*stack, 10] for stack in [*LOOKS.values(), digest, ["/x/selectors.py:select"]]])
    )
    split = split_of(path)
    assert split.looks == 90
    assert {name: round(share * 9) for name, share in split.parts.items()} == dict.fromkeys(LOOKS, 1) | {
        "hash": 2
    }


def test_what_marks_a_part_of_ours_is_there() -> None:
    """Renamed code would be counted elsewhere without a word."""
    ours = [
        mark for marks in PARTS.values() for mark in marks if mark.startswith(("/streams/", "/exchange/"))
    ]
    assert ours
    for mark in ours:
        path, _, name = mark.partition(":")
        assert (ROOT / path[1:]).exists(), mark
        function = name.rpartition(".")[2]
        assert not function or f"def {function}" in (ROOT / path[1:]).read_text(encoding="utf-8"), mark
