"""Deciding a crossing: every regime that applies, the rules of each in order, the most severe answer.

Source: rules.md sections 2 and 4. Pure: the same crossing and ruleset give the same decision, whenever and wherever.
"""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from exchange.fence.crossing import Crossing, Hop
from exchange.fence.decision import Contribution, FenceDecision, HopDecision
from exchange.fence.derived.general import names_missing
from exchange.fence.horizon import holds_until
from exchange.fence.outcome import Outcome
from exchange.fence.provenance import with_lineage
from exchange.fence.reasons import Backstop
from exchange.fence.regimes import REGIMES, applying
from exchange.fence.ruleset import Period, Row, Ruleset
from exchange.fence.sheet import Sheet
from exchange.kernel.errors import Misuse

NOT_LOADED = Backstop.RULES_NOT_LOADED.value
ENDED = Backstop.RULESET_NOT_IN_FORCE.value


def decide(crossing: Crossing, ruleset: Ruleset) -> FenceDecision:
    """Say whether the data may move, and everything that the answer rests on.

    Raises: Misuse for a crossing without hops.
    """
    if not crossing.hops:
        raise Misuse("a crossing has at least one hop: say where the data would go")
    hops = [_decide_hop(hop, ruleset) for hop in crossing.hops]
    outcome = max(hop.outcome for hop, _ in hops)
    said = tuple(each for _, contributions in hops for each in contributions)
    counting = [each for each in said if each.outcome is not None]
    return FenceDecision(
        outcome=outcome,
        reason_codes=_set(each.reason_code for each in counting),
        deciding_codes=_set(each.reason_code for each in counting if each.outcome is outcome),
        note_codes=_set(each.reason_code for each in said if each.outcome is None),
        obligations=_set(duty for each in said for duty in each.obligations),
        satisfied_by=_set(name for each in counting for name in each.safeguards),
        per_hop=tuple(hop for hop, _ in hops),
        contributions=said,
        ruleset_version=ruleset.version,
        ruleset_digest=ruleset.digest,
        inputs_digest=inputs_digest(crossing),
        holds_until=holds_until(crossing, ruleset),
    )


def inputs_digest(crossing: Crossing) -> str:
    """The hex BLAKE2b-256 of the crossing's canonical JSON."""
    return hashlib.blake2b(msgspec.json.encode(crossing, order="deterministic"), digest_size=32).hexdigest()


def _set(entries: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(entries)))


def settled(hop: Hop, ruleset: Ruleset) -> Sheet:
    """The sheet of `hop` once every rule has been tried: what facts are read from to explain an answer."""
    sheet, period = _laid_out(hop, ruleset)
    _answers(sheet, period, ruleset)
    return sheet


def _laid_out(hop: Hop, ruleset: Ruleset) -> tuple[Sheet, Period]:
    terms, period = ruleset.terms, ruleset.period(hop.as_of)
    sheet = Sheet(with_lineage(hop, terms.places.mainland), terms, period.regimes)
    sheet.applying = applying(sheet)
    return sheet, period


def _decide_hop(hop: Hop, ruleset: Ruleset) -> tuple[HopDecision, tuple[Contribution, ...]]:
    sheet, period = _laid_out(hop, ruleset)
    said = _answers(sheet, period, ruleset)
    counting = [each for each in said if each.outcome is not None]
    outcome = max(each.outcome for each in said if each.outcome is not None)
    decision = HopDecision(
        hop_no=hop.hop_no,
        outcome=outcome,
        reason_codes=_set(each.reason_code for each in counting),
        note_codes=_set(each.reason_code for each in said if each.outcome is None),
        missing=names_missing(sheet) if outcome >= Outcome.REVIEW else (),
    )
    return decision, tuple(said)


def _answers(sheet: Sheet, period: Period, ruleset: Ruleset) -> list[Contribution]:
    said: list[Contribution] = []
    for regime in REGIMES:
        if regime in sheet.applying:
            said += _in_turn(sheet, period, regime)
    said += _after_look_up(sheet, period)
    said += _unanswered(sheet, ruleset, said)
    if ruleset.ended(sheet.hop.as_of):
        said.append(_backstop(sheet, "GEN", ENDED, "the ruleset has ended"))
    sheet.outcomes = sum(each.outcome is not None for each in said)
    said += [_say(row, sheet) for row in period.last if row.rule.regime in sheet.applying and row.test(sheet)]
    if not any(each.outcome is not None for each in said):
        said.append(_backstop(sheet, "GEN", NOT_LOADED, "no rule gave an outcome"))
    return said


def _in_turn(sheet: Sheet, period: Period, regime: str) -> Iterator[Contribution]:
    """The rules of one regime in order, until one stops."""
    for row in period.main.get(regime, ()):
        if row.test(sheet):
            sheet.matched.add(row.rule.id)
            yield _say(row, sheet)
            if row.rule.stops:
                return


def _after_look_up(sheet: Sheet, period: Period) -> Iterator[Contribution]:
    """The rules that follow the look-up of safeguards: tried whether or not a rule has stopped its regime."""
    for row in period.safeguards:
        if row.rule.reason_code is None:
            yield from _failures(row, sheet)
        elif row.rule.regime in sheet.applying and row.test(sheet):
            yield _say(row, sheet)


def _failures(row: Row, sheet: Sheet) -> Iterator[Contribution]:
    """One note for each safeguard that an applying regime examined and found not to hold."""
    if not sheet.hop.safeguards:
        return
    failed = [pair for regime in REGIMES if regime in sheet.applying for pair in sheet.held(regime).failed]
    for safeguard_id, code in dict.fromkeys(failed):
        sheet.failure = code
        if row.test(sheet):
            yield _contribution(row, sheet, None, code, (safeguard_id,))
    sheet.failure = None


def _unanswered(sheet: Sheet, ruleset: Ruleset, said: list[Contribution]) -> Iterator[Contribution]:
    """A review for each regime that applies and whose rules are not there or do not say what holds."""
    answered = {each.regime for each in said if each.outcome is not None}
    for regime in REGIMES:
        if regime not in sheet.applying or regime in answered:
            continue
        known = ruleset.regimes.get(regime)
        if known is None:
            yield _backstop(sheet, regime, NOT_LOADED, f"no rules of regime {regime} are loaded")
        elif known.must_answer and sheet.matched.isdisjoint(known.answered_by):
            yield _backstop(sheet, regime, NOT_LOADED, f"the loaded rules of regime {regime} give no outcome")


def _say(row: Row, sheet: Sheet) -> Contribution:
    rule = row.rule
    code = rule.reason_code or ""
    route = rule.route if row.route_read is None else row.route_read(sheet)
    if route is None:
        relied = sheet.held(rule.regime).of(rule.relies_on) if rule.relies_on else ()
        return _contribution(row, sheet, rule.outcome, code, relied)
    needed = Outcome(str(route))
    sheet.route = needed if sheet.route is None else max(needed, sheet.route)
    satisfying = sheet.held("CN").of(sheet.terms.accepted[needed.value])
    return _contribution(row, sheet, Outcome.ALLOW_COND if satisfying else needed, code, satisfying)


def _contribution(
    row: Row, sheet: Sheet, outcome: Outcome | None, code: str, safeguards: tuple[str, ...]
) -> Contribution:
    return Contribution(
        rule_id=row.rule.id,
        regime=row.rule.regime,
        hop_no=sheet.hop.hop_no,
        outcome=outcome,
        reason_code=code,
        citation=row.rule.citation,
        evidence=row.rule.evidence,
        obligations=row.rule.obligations,
        safeguards=safeguards,
        rests_on=row.rests_on,
    )


def _backstop(sheet: Sheet, regime: str, code: str, why: str) -> Contribution:
    """What the engine itself says where the rules are silent."""
    return Contribution(
        rule_id="FENCE",
        regime=regime,
        hop_no=sheet.hop.hop_no,
        outcome=Outcome.REVIEW,
        reason_code=code,
        citation=why,
        evidence="hub_default",
        obligations=("counter_case",),
        safeguards=(),
        rests_on=(),
    )
