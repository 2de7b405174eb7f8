"""Crossings and answers a line at a time: `{"id": …, "hops": […]}` in, the answer with all its grounds out.

Source: rules.md section 1 for a hop; the fields of an answer are those of the golden vectors, and what helps besides.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from exchange.fence.crossing import Crossing
from exchange.fence.decision import FenceDecision
from exchange.fence.engine import decide
from exchange.fence.ruleset import Ruleset, ruleset_in_force
from exchange.fence.wire import crossing_of
from exchange.kernel.errors import Misuse
from exchange.kernel.time import iso

Answer: TypeAlias = dict[str, Any]
Id: TypeAlias = str | int
"""What a line calls itself: a text, or a number."""
_MARK = b"\xef\xbb\xbf"
_IDS_KEPT, _ID_KEPT_CHARS = 1_000_000, 200
_NAMES = re.compile(rb'"\s*:')
_SHAPE = 'expected {"id": …, "hops": […]} on one line'


class Faulty(NamedTuple):
    """A line that no decision could be made of, and why; `id` is what it calls itself, if that can be read."""

    number: int
    id: Id | None
    why: str


class Mind(NamedTuple):
    """A line that was decided, and cannot be told from an earlier one: both call themselves `id`."""

    number: int
    id: Id
    earlier: int


class _Intent(NamedTuple):
    id: Id
    crossing: Crossing


def decide_intents(
    lines: Iterable[bytes], rulesets: Mapping[str, Ruleset], as_of: int | None = None
) -> Iterator[Answer | Faulty | Mind]:
    """Decide each line; one at fault is told of in its place and the next one is decided all the same.

    Shape: a crossing is decided by the ruleset that is in force when its first hop takes place; `as_of` asks as if
    every hop took place then. Blank lines are passed over, and counted. An id that was given before is minded, of the
    first so many.
    """
    seen: dict[Id, int] = {}
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(_MARK) if number == 1 else line
        if not text.strip():
            continue
        answer = _decided(number, text, rulesets, as_of)
        yield answer
        if isinstance(answer, Faulty):
            continue
        name: Id = answer["id"]
        if name in seen:
            yield Mind(number, name, seen[name])
        elif len(seen) < _IDS_KEPT and len(str(name)) <= _ID_KEPT_CHARS:
            seen[name] = number


def _decided(number: int, line: bytes, rulesets: Mapping[str, Ruleset], as_of: int | None) -> Answer | Faulty:
    given: Any = None
    try:
        given = _json(line)
        intent = _intent(given)
        crossing = intent.crossing if as_of is None else _moved(intent.crossing, as_of)
        ruleset = ruleset_in_force(rulesets, crossing.hops[0].as_of)
        return answer_of(intent.id, decide(crossing, ruleset))
    except Misuse as error:
        return Faulty(number, _name(given.get("id")) if isinstance(given, dict) else None, str(error))


def _json(line: bytes) -> Any:
    try:
        given = msgspec.json.decode(line)
        if _names_in(given) != len(_NAMES.findall(line)):
            json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Misuse(f"it is not JSON: {error}; {_SHAPE}") from error
    return given


def _names_in(part: Any) -> int:
    """How many names the objects in it hold: fewer than the text has where one is said twice."""
    if isinstance(part, dict):
        return len(part) + sum(map(_names_in, part.values()))
    return sum(map(_names_in, part)) if isinstance(part, list) else 0


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are said once each: of two the second would silently win."""
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Misuse(f"{twice!r} is said twice in one object")
    return dict(pairs)


def _intent(given: Any) -> _Intent:
    if not isinstance(given, dict):
        raise Misuse(f"it is no JSON object; {_SHAPE}")
    name = _name(given.get("id"))
    if name is None:
        raise Misuse(f"it has no id, a text or a number that its answer can be told by; {_SHAPE}")
    if "hops" not in given:
        raise Misuse(f"it has no hops; {_SHAPE}")
    return _Intent(name, crossing_of(given["hops"]))


def _name(given: Any) -> Id | None:
    named = isinstance(given, str | int) and not isinstance(given, bool) and given != ""
    return given if named else None


def _moved(crossing: Crossing, at: int) -> Crossing:
    return replace(crossing, hops=tuple(replace(hop, as_of=at) for hop in crossing.hops))


def answer_of(name: Id, decision: FenceDecision) -> Answer:
    """A decision in the form of a vector's `expected`, and everything that it rests on.

    Shape: lists of codes, obligations, safeguards and missing facts are sorted and hold each entry once; `per_hop` is
    there where there are several; `contributions` stand in the order in which the rules spoke, a note's outcome null.
    """
    answer: Answer = {
        "id": name,
        "outcome": decision.outcome.value,
        "reason_codes": decision.reason_codes,
        "deciding_codes": decision.deciding_codes,
        "note_codes": decision.note_codes,
        "satisfied_by": decision.satisfied_by,
    }
    if len(decision.per_hop) > 1:
        answer["per_hop"] = [
            {"hop_no": hop.hop_no, "outcome": hop.outcome.value, "reason_codes": hop.reason_codes}
            for hop in decision.per_hop
        ]
    return answer | {
        "admitted": decision.admitted,
        "obligations": decision.obligations,
        "missing": sorted({name for hop in decision.per_hop for name in hop.missing}),
        "holds_until": None if decision.holds_until is None else iso(decision.holds_until),
        "ruleset_version": decision.ruleset_version,
        "ruleset_digest": decision.ruleset_digest,
        "inputs_digest": decision.inputs_digest,
        "contributions": [msgspec.to_builtins(each) for each in decision.contributions],
    }
