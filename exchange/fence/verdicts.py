"""What rules said of a hop, and the decision that comes of it."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from exchange.fence.decision import Contribution, HopDecision
from exchange.fence.derived.general import names_missing
from exchange.fence.outcome import Outcome
from exchange.fence.ruleset import Row
from exchange.fence.safeguards import EXAMINING
from exchange.fence.sheet import Sheet


class Said(NamedTuple):
    """What one rule said, whoever holds which safeguard.

    Shape: `route` is the one needed by then, if any; `relies_on` are the types of safeguards whose ids belong to the
    answer. A `code` of None is a note for each safeguard that does not count.
    """

    row: Row
    outcome: Outcome | None
    code: str | None
    route: Outcome | None = None
    relies_on: frozenset[str] = frozenset()


Shown: TypeAlias = tuple[str, ...] | tuple[tuple[str, str], ...]
"""Safeguards relied on, by id; or those that do not count, each with its note."""

_GUARDS = ("derived.unknown_place", "derived.counts_missing", "derived.facts_missing")
_REVIEW = Outcome.REVIEW.severity
VERDICTS_MAX = 64
"""Verdicts remembered at one end of a way."""


class Verdict(NamedTuple):
    """The answer for one hop, or for all hops together, and what a decision takes from it."""

    outcome: Outcome
    reason_codes: tuple[str, ...]
    deciding_codes: tuple[str, ...]
    note_codes: tuple[str, ...]
    obligations: tuple[str, ...]
    satisfied_by: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    per_hop: tuple[HopDecision, ...]


class End:
    """What the rules said on one way through them, and the verdicts that came of it so far.

    Shape: a verdict depends on nothing else but the number of the hop, the ids of the safeguards relied on, the notes
    of those that do not count, and, where facts are lacking, which.
    """

    __slots__ = ("_complete", "_said", "_varying", "_verdicts")

    def __init__(self, said: Iterable[Said], sheet: Sheet) -> None:
        self._said = tuple(said)
        self._varying = tuple([each for each in self._said if each.relies_on or each.code is None])
        self._complete = all(sheet.memo.get(name) is False for name in _GUARDS)
        self._verdicts: dict[Hashable, Verdict] = {}

    def verdict(self, sheet: Sheet) -> Verdict:
        """The verdict on the hop of `sheet`."""
        hop = sheet.hop
        if self._complete and not hop.safeguards:
            found = self._verdicts.get(hop.hop_no)
            return found if found is not None else self._anew(hop.hop_no, hop.hop_no, (), ())
        shown = tuple([_shown(each, sheet) for each in self._varying]) if hop.safeguards else ()
        missing = () if self._complete else names_missing(sheet)
        key = (hop.hop_no, shown, missing)
        found = self._verdicts.get(key)
        return found if found is not None else self._anew(key, *key)

    def _anew(self, key: Hashable, hop_no: int, shown: Sequence[Any], missing: tuple[str, ...]) -> Verdict:
        found = _verdict(hop_no, list(self._spoken(hop_no, shown)), missing)
        if len(self._verdicts) < VERDICTS_MAX:
            self._verdicts[key] = found
        return found

    def _spoken(self, hop_no: int, shown: Sequence[Any]) -> Iterator[Contribution]:
        ahead = iter(shown)
        for each in self._said:
            safeguards = next(ahead, ()) if each.relies_on or each.code is None else ()
            if each.code is not None:
                yield _contribution(each.row, hop_no, each.outcome, each.code, safeguards)
                continue
            for name, code in safeguards:
                yield _contribution(each.row, hop_no, None, code, (name,))


def _shown(said: Said, sheet: Sheet) -> Shown:
    sheet.route = said.route
    if said.code is None:
        return tuple(_failures(said.row, sheet))
    return sheet.held(said.row.rule.regime).of(said.relies_on)


def _failures(row: Row, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The safeguards that an applying regime examined and found not to hold, as far as the rule notes them."""
    examined = [regime for regime in EXAMINING if regime in sheet.applying]
    failed = [pair for regime in examined for pair in sheet.held(regime).failed]
    for safeguard_id, code in dict.fromkeys(failed):
        sheet.failure = code
        if row.test(sheet):
            yield safeguard_id, code
    sheet.failure = None


def _verdict(hop_no: int, spoken: Sequence[Contribution], missing: tuple[str, ...]) -> Verdict:
    counting = [each for each in spoken if each.outcome is not None]
    outcome = max([each.outcome for each in counting if each.outcome is not None], key=_severity)
    reasons = as_set([each.reason_code for each in counting])
    notes = as_set([each.reason_code for each in spoken if each.outcome is None])
    lacking = missing if outcome.severity >= _REVIEW else ()
    return Verdict(
        outcome=outcome,
        reason_codes=reasons,
        deciding_codes=as_set([each.reason_code for each in counting if each.outcome is outcome]),
        note_codes=notes,
        obligations=as_set([duty for each in spoken for duty in each.obligations]),
        satisfied_by=as_set([name for each in counting for name in each.safeguards]),
        contributions=tuple(spoken),
        per_hop=(
            HopDecision(
                hop_no=hop_no, outcome=outcome, reason_codes=reasons, note_codes=notes, missing=lacking
            ),
        ),
    )


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """The most severe of several hops, with all codes of all of them."""
    outcome = max([each.outcome for each in verdicts], key=_severity)
    return Verdict(
        outcome=outcome,
        reason_codes=as_set([code for each in verdicts for code in each.reason_codes]),
        deciding_codes=as_set(
            [code for each in verdicts if each.outcome is outcome for code in each.deciding_codes]
        ),
        note_codes=as_set([code for each in verdicts for code in each.note_codes]),
        obligations=as_set([duty for each in verdicts for duty in each.obligations]),
        satisfied_by=as_set([name for each in verdicts for name in each.satisfied_by]),
        contributions=tuple([said for each in verdicts for said in each.contributions]),
        per_hop=tuple([hop for each in verdicts for hop in each.per_hop]),
    )


def _severity(outcome: Outcome) -> int:
    return outcome.severity


def as_set(entries: Iterable[str]) -> tuple[str, ...]:
    """Each once, sorted."""
    return tuple(sorted(set(entries)))


def _contribution(
    row: Row, hop_no: int, outcome: Outcome | None, code: str, safeguards: tuple[str, ...]
) -> Contribution:
    rule = row.rule
    return Contribution(
        rule_id=rule.id,
        regime=rule.regime,
        hop_no=hop_no,
        outcome=outcome,
        reason_code=code,
        citation=rule.citation,
        evidence=rule.evidence,
        obligations=rule.obligations,
        safeguards=safeguards,
        rests_on=row.rests_on,
    )
