"""What all three plain deciders share: fastavro around the market's pure functions, one record at a time.

Cheaper than ours on purpose wherever it may be: no repeats are looked for, no claim, seal or digest is kept.
"""

import json
import os
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import msgspec

from exchange.fence import load_rulesets
from exchange.kernel.bases import Cause, CommandMeta, FactMeta
from exchange.market.decider import decider
from exchange.market.vocabulary import COMMANDS, FACTS

_AVRO = Path(__file__).parents[3] / "avro"
_HEAD = struct.Struct(">bI")


class Job(msgspec.Struct, frozen=True):
    """What one process has to do.

    Shape: commands from offset `first` on are measured; those before set the market up and warm the process.
    """

    bootstrap_servers: str
    commands: str
    facts: str
    group: str
    first: int
    profile: str | None = None


def job() -> Job:
    """The job of this process, from its environment."""
    return msgspec.json.decode(os.environ["BENCHMARK_JOB"], type=Job)


class PlainDecider:
    """Bytes of a command in, bytes of its facts out.

    Shape: `begun` is called once, at the first command that is measured.
    """

    def __init__(self, first: int, begun: Callable[[], None]) -> None:
        self._decider = decider(load_rulesets())
        self._state = self._decider.initial(0)
        self._first = first
        self._begun = begun
        self._seq = 0
        self._at = 0
        current = {each["name"]: int(number) for number, each in _ids()["schemas"].items()}
        self._commands = {
            current[f"market/{kind.__name__}"]: (_schema("market", kind.__name__), kind) for kind in COMMANDS
        }
        self._facts = {
            kind: (_schema("market", kind.__name__), _HEAD.pack(0, current[f"market/{kind.__name__}"]))
            for kind in FACTS
        }

    def decide(self, offset: int, timestamp_ms: int, value: bytes) -> list[bytes]:
        """Decide one command and fold what was decided."""
        if offset == self._first:
            self._begun()
        schema, kind = self._commands[_HEAD.unpack_from(value)[1]]
        data: Any = fastavro.schemaless_reader(BytesIO(memoryview(value)[5:]), schema, None)
        asked = msgspec.convert(data.pop("meta"), CommandMeta)
        command = msgspec.convert(data, kind)
        self._at = max(self._at, timestamp_ms * 1_000)
        cause = Cause("market", 0, offset, asked.actor, asked.id, self._at)
        decided = self._decider.decide(self._state, command, cause)
        written = []
        for index, fact in enumerate(decided):
            self._decider.evolve(self._state, fact, self._at)
            meta = FactMeta(
                seq=self._seq,
                claim=0,
                cause=offset,
                index=index,
                last=len(decided) - 1,
                command_id=asked.id,
                actor=asked.actor,
                at=self._at,
            )
            self._seq += 1
            written.append(self._encoded(fact, meta))
        return written

    def _encoded(self, fact: Any, meta: FactMeta) -> bytes:
        schema, head = self._facts[type(fact)]
        data = msgspec.to_builtins(fact, builtin_types=(bytes,))
        data["meta"] = msgspec.to_builtins(meta, builtin_types=(bytes,))
        written = BytesIO()
        written.write(head)
        fastavro.schemaless_writer(written, schema, data)
        return written.getvalue()


def _ids() -> Any:
    return json.loads((_AVRO / "ids.json").read_bytes())


def _schema(context: str, name: str) -> Any:
    """Parsed once; times stay the integers they are, as converting them to `datetime` and back is work for nothing."""
    schema = json.loads((_AVRO / context / f"{name}.avsc").read_bytes())
    return fastavro.parse_schema(_without_logical_types(schema))


def _without_logical_types(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_logical_types(each) for key, each in schema.items() if key != "logicalType"}
    return [_without_logical_types(each) for each in schema] if isinstance(schema, list) else schema
