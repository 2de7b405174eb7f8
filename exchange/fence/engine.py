"""Deciding a crossing: every regime that applies, the rules of each in order, the most severe answer.

Source: rules.md sections 2 and 4. Pure: the same crossing and ruleset give the same decision, whenever and wherever.
`decide` goes ways through the rules that it knows without trying them again; `decide_plainly` tries every rule.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b

import msgspec

from exchange.fence.crossing import Crossing, Hop
from exchange.fence.decision import FenceDecision
from exchange.fence.horizon import holds_until
from exchange.fence.outcome import Outcome
from exchange.fence.provenance import with_lineage
from exchange.fence.reasons import Backstop
from exchange.fence.regimes import REGIMES, Regime, applying
from exchange.fence.ruleset import Period, Row, Rule, Ruleset
from exchange.fence.sheet import Sheet
from exchange.fence.verdicts import End, Said, Verdict, together
from exchange.kernel.errors import Misuse

NOT_LOADED = Backstop.RULES_NOT_LOADED.value
_CANONICAL = msgspec.json.Encoder(order="deterministic")
ENDED = Backstop.RULESET_NOT_IN_FORCE.value


def decide(crossing: Crossing, ruleset: Ruleset) -> FenceDecision:
    """Say whether the data may move, and everything that the answer rests on.

    Raises: Misuse for a crossing without hops.
    """
    return _decision(crossing, ruleset, _known)


def decide_plainly(crossing: Crossing, ruleset: Ruleset) -> FenceDecision:
    """The same by trying every rule, whatever was decided before. Raises: as `decide`."""
    return _decision(crossing, ruleset, _tried)


def _decision(
    crossing: Crossing, ruleset: Ruleset, judge: Callable[[Hop, Ruleset], Verdict]
) -> FenceDecision:
    hops = crossing.hops
    if not hops:
        raise Misuse("a crossing has at least one hop: say where the data would go")
    whole = judge(hops[0], ruleset)
    if len(hops) > 1:
        whole = together([whole, *[judge(hop, ruleset) for hop in hops[1:]]])
    return FenceDecision(
        outcome=whole.outcome,
        reason_codes=whole.reason_codes,
        deciding_codes=whole.deciding_codes,
        note_codes=whole.note_codes,
        obligations=whole.obligations,
        satisfied_by=whole.satisfied_by,
        per_hop=whole.per_hop,
        contributions=whole.contributions,
        ruleset_version=ruleset.version,
        ruleset_digest=ruleset.digest,
        inputs_digest=inputs_digest(crossing),
        holds_until=holds_until(crossing, ruleset),
    )


def inputs_digest(crossing: Crossing) -> str:
    """The hex BLAKE2b-256 of the crossing's canonical JSON."""
    return blake2b(_CANONICAL.encode(crossing), digest_size=32).hexdigest()


def settled(hop: Hop, ruleset: Ruleset) -> Sheet:
    """The sheet of `hop` once every rule has been tried: what facts are read from to explain an answer."""
    sheet, period = _laid_out(hop, ruleset)
    _answers(sheet, period, ruleset)
    return sheet


def _laid_out(hop: Hop, ruleset: Ruleset) -> tuple[Sheet, Period]:
    terms, period = ruleset.terms, ruleset.period(hop.as_of)
    if hop.lineage_graph is not None:
        hop = with_lineage(hop, terms.places.mainland)
    sheet = Sheet(hop, terms, period.regimes)
    sheet.applying = applying(sheet)
    return sheet, period


def _known(hop: Hop, ruleset: Ruleset) -> Verdict:
    sheet, period = _laid_out(hop, ruleset)
    end: End | None = period.paths.end(sheet)
    if end is None:
        # Looking for the way may have left its marks on the sheet.
        sheet, period = _laid_out(hop, ruleset)
        end = End(_answers(sheet, period, ruleset), sheet)
        period.paths.remember(sheet, tuple(sheet.memo), end)
    return end.verdict(sheet)


def _tried(hop: Hop, ruleset: Ruleset) -> Verdict:
    sheet, period = _laid_out(hop, ruleset)
    return End(_answers(sheet, period, ruleset), sheet).verdict(sheet)


def _answers(sheet: Sheet, period: Period, ruleset: Ruleset) -> list[Said]:
    said: list[Said] = []
    for regime in REGIMES:
        if regime in sheet.applying:
            said += _in_turn(sheet, period, regime)
    said += _after_look_up(sheet, period)
    said += _unanswered(sheet, ruleset, said)
    if ruleset.ended(sheet.hop.as_of):
        said.append(_backstop("GEN", ENDED, "the ruleset has ended"))
    sheet.outcomes = sum(each.outcome is not None for each in said)
    said += [_say(row, sheet) for row in period.last if row.rule.regime in sheet.applying and row.test(sheet)]
    if not any(each.outcome is not None for each in said):
        said.append(_backstop("GEN", NOT_LOADED, "no rule gave an outcome"))
    return said


def _in_turn(sheet: Sheet, period: Period, regime: str) -> Iterator[Said]:
    """The rules of one regime in order, until one stops."""
    for row in period.main.get(regime, ()):
        if row.test(sheet):
            sheet.matched.add(row.rule.id)
            yield _say(row, sheet)
            if row.rule.stops:
                return


def _after_look_up(sheet: Sheet, period: Period) -> Iterator[Said]:
    """The rules that follow the look-up of safeguards: tried whether or not a rule has stopped its regime."""
    for row in period.safeguards:
        if row.rule.reason_code is None:
            yield Said(row, None, None, sheet.route)
        elif row.rule.regime in sheet.applying and row.test(sheet):
            yield _say(row, sheet)


def _unanswered(sheet: Sheet, ruleset: Ruleset, said: list[Said]) -> Iterator[Said]:
    """A review for each regime that applies and whose rules are not there or do not say what holds."""
    answered = {each.row.rule.regime for each in said if each.outcome is not None}
    for regime in REGIMES:
        if regime not in sheet.applying or regime in answered:
            continue
        known = ruleset.regimes.get(regime)
        if known is None:
            yield _backstop(regime, NOT_LOADED, f"no rules of regime {regime} are loaded")
        elif known.must_answer and sheet.matched.isdisjoint(known.answered_by):
            yield _backstop(regime, NOT_LOADED, f"the loaded rules of regime {regime} give no outcome")


def _say(row: Row, sheet: Sheet) -> Said:
    rule = row.rule
    code = rule.reason_code or ""
    route = rule.route if row.route_read is None else row.route_read(sheet)
    if route is None:
        return Said(row, rule.outcome, code, sheet.route, rule.relies_on)
    needed = Outcome(str(route))
    sheet.route = needed if sheet.route is None else max(needed, sheet.route)
    accepted = sheet.terms.accepted[needed.value]
    satisfied = bool(sheet.held("CN").of(accepted))
    return Said(
        row, sheet.terms.satisfied[needed.value] if satisfied else needed, code, sheet.route, accepted
    )


@lru_cache(maxsize=1024)
def _backstop(regime: Regime, code: str, why: str) -> Said:
    """What the engine itself says where the rules are silent."""
    rule = Rule(
        id="FENCE",
        regime=regime,
        stage="last",
        conditions=(),
        outcome=Outcome.REVIEW,
        route=None,
        route_from=None,
        reason_code=code,
        relies_on=frozenset(),
        stops=False,
        obligations=("counter_case",),
        citation=why,
        evidence="hub_default",
        valid_from=None,
        valid_to=None,
    )
    row = Row(rule=rule, test=lambda sheet: True, rests_on=(), route_read=None, begins=None, ends=None)
    return Said(row, Outcome.REVIEW, code)
