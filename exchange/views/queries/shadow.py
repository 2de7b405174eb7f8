"""A shadow run: the recorded history decided again under another ruleset. Nothing is written anywhere."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from exchange.fence import Crossing, FenceDecision, Ruleset, decide, read_crossing
from exchange.fence.outcome import Outcome
from exchange.kernel.errors import InvariantBroken
from exchange.market.rulings.lifting import for_people
from exchange.views.queries.fence import Row, Ruled

Change: TypeAlias = Literal["refused", "admitted", "outcome", "grounds", "none"]
"""What becomes of a decision: admitted data would stay where it is; data that was kept back would move; another answer
with the same effect; other codes, duties or safeguards under the same answer; nothing."""
CHANGES: tuple[Change, ...] = ("refused", "admitted", "outcome", "grounds", "none")


class Shadowed(NamedTuple):
    """A recorded decision and what would be said of the same crossing instead.

    Shape: `rules_gone` spoke then and would not now, `rules_new` the other way round, `rules_other` would say something
    else.
    """

    decision_id: str
    change: Change
    was: Outcome
    was_admitted: bool
    would_be: FenceDecision
    would_be_admitted: bool
    rules_gone: tuple[str, ...]
    rules_new: tuple[str, ...]
    rules_other: tuple[str, ...]
    row: Row


def shadow(
    past: Iterable[tuple[Row, Sequence[Ruled]]], candidate: Ruleset, as_of: int | None = None
) -> Iterator[Shadowed]:
    """Decide every recorded crossing again by `candidate`, at its own moment or as if asked at `as_of`.

    Shape: a ruling that held then and names every code that would call for people lifts the new answer too.
    Raises: InvariantBroken if a recorded crossing is not the one that its digest names.
    """
    for row, ruled in past:
        yield _shadowed(row, ruled, candidate, as_of)


def recorded_crossing(row: Row) -> Crossing:
    """The crossing that a recorded decision is about.

    Raises: InvariantBroken if it is not the one that the recorded digest names.
    """
    text: str = row["crossing"]
    if hashlib.blake2b(text.encode(), digest_size=32).hexdigest() != row["inputs_digest"]:
        raise InvariantBroken(
            f"decision {row['decision_id']}: the recorded crossing is not the one of its digest; `exchange rebuild"
            " --check` tells whether the table or the journal is at fault"
        )
    return read_crossing(text)


def _shadowed(row: Row, ruled: Sequence[Ruled], candidate: Ruleset, as_of: int | None) -> Shadowed:
    crossing = recorded_crossing(row)
    if as_of is not None:
        crossing = replace(crossing, hops=tuple(replace(hop, as_of=as_of) for hop in crossing.hops))
    would_be, was = decide(crossing, candidate), Outcome(row["outcome"])
    was_admitted = was.admitted or bool(row["ruling_ids"])
    would_be_admitted = would_be.admitted or _lifted(would_be, ruled)
    before, after = _spoke(row), _rules(would_be)
    return Shadowed(
        decision_id=row["decision_id"],
        change=_change(row, was, was_admitted, would_be, would_be_admitted),
        was=was,
        was_admitted=was_admitted,
        would_be=would_be,
        would_be_admitted=would_be_admitted,
        rules_gone=tuple(name for name in before if name not in after),
        rules_new=tuple(name for name in after if name not in before),
        rules_other=tuple(name for name in after if name in before and after[name] != before[name]),
        row=row,
    )


def _lifted(decision: FenceDecision, ruled: Sequence[Ruled]) -> bool:
    if not ruled or decision.outcome is not Outcome.REVIEW or not for_people(decision):
        return False
    return frozenset().union(*(each.codes for each in ruled)).issuperset(decision.deciding_codes)


def _change(
    row: Row, was: Outcome, was_admitted: bool, would_be: FenceDecision, would_be_admitted: bool
) -> Change:
    if was_admitted != would_be_admitted:
        return "admitted" if would_be_admitted else "refused"
    if was is not would_be.outcome:
        return "outcome"
    lists = ("reason_codes", "deciding_codes", "note_codes", "obligations", "satisfied_by")
    same = all(_listed(row[name]) == getattr(would_be, name) for name in lists)
    return "none" if same else "grounds"


def _listed(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


class _Said(msgspec.Struct):
    rule_id: str
    outcome: str | None


class _Recorded(msgspec.Struct):
    contributions: tuple[_Said, ...] = ()


def _spoke(row: Row) -> dict[str, list[str | None]]:
    """What each rule said, as far as the recorded answer tells."""
    recorded = msgspec.json.decode(row["decision"], type=_Recorded)
    return _by_rule((each.rule_id, each.outcome) for each in recorded.contributions)


def _rules(decision: FenceDecision) -> dict[str, list[str | None]]:
    return _by_rule(
        (each.rule_id, None if each.outcome is None else each.outcome.value)
        for each in decision.contributions
    )


def _by_rule(said: Iterable[tuple[str, str | None]]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for name, outcome in said:
        found.setdefault(name, []).append(outcome)
    return found
