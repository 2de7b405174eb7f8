"""The fence, as asked while one command is being decided: each pair once, on the record."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

import msgspec

from exchange.fence import Crossing, FenceDecision, Ruleset, decide, written
from exchange.fence.attested import shown
from exchange.fence.decision import codes_of
from exchange.fence.people import demanded_beside
from exchange.fence.safeguards import received_under
from exchange.kernel.attestation import Attested
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import HOUR
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.crossing import crossing_of
from exchange.market.entitlements.unanswered import settled_by
from exchange.market.facts import DecisionSummary, FenceDecided
from exchange.market.reasons import Reason
from exchange.market.rulings.lifting import Lifting, duties, lifted
from exchange.market.state import Instrument, KeptAnswer, Market, next_ruleset_at, ruleset_in_force
from exchange.market.told import told_of
from exchange.market.weighing import size_bytes, weight

Rulesets: TypeAlias = Mapping[str, Ruleset]
"""Rulesets by the hex digest of their content."""


class Answer(NamedTuple):
    """What the fence said of a pair, and whether it may trade: by that answer, or by rulings that lift it.

    Shape: `summary` is None where the trade moves no data and is no crossing; `until` is when it may say otherwise,
    None never; `weight_bytes` is what a trade's facts weigh more for it.
    """

    admitted: bool
    summary: DecisionSummary | None
    obligations: tuple[str, ...]
    missing: tuple[str, ...]
    until: int | None = None
    weight_bytes: int = 0


NO_CROSSING = Answer(admitted=True, summary=None, obligations=(), missing=())

REFUSALS_BYTES = 4 * 1024
"""What the refusals recorded for one command may weigh before no further one is; the first always is."""

RETRIED_US = HOUR
"""When a book is looked at again in which more standings are crossed than can be asked about at once."""

_ASKED = {"destination": "place_of_use", "data.scenario_id": "scenario_id"}
"""What an order calls the facts of a crossing that only its buyer knows."""


class Fence:
    """Decides pairs while one command is answered and keeps the facts that say so for whoever asked to take.

    Shape: once the facts of refusals weigh more than `refusals_bytes`, further ones are answered but leave no fact, so
    that those who may not trade hinder nobody; `decided` counts what was not known before, `untaken_bytes` weighs the
    facts that nobody has taken yet. Other fences decided `before` crossings in the same outcome.
    """

    def __init__(
        self,
        market: Market,
        terms: InstrumentTerms,
        ruleset: Ruleset,
        cause: Cause,
        refusals_bytes: int = REFUSALS_BYTES,
        before: int = 0,
    ) -> None:
        self.terms, self.ruleset_digest, self.at = terms, ruleset.digest, cause.at
        self._market = market
        self._ruleset = ruleset
        self._cause = cause
        self._next = market.crossings_decided + before
        self._refusals_bytes = refusals_bytes
        self._answers: dict[str, Answer] = {}
        self._untaken: list[Fact] = []
        self.untaken_bytes = 0
        self.decided = 0

    def ask(self, seller: Standing, buyer: Standing, use: Use) -> Answer:
        """Whether data may move from `seller` to `buyer` for this use."""
        key = self.key(seller, buyer, use)
        answer = self._answers.get(key)
        if answer is None:
            kept = self._kept(key)
            if kept is None:
                answer = self._decide(seller, buyer, use)
            else:
                answer = _answer(kept.admitted, kept.summary, kept.obligations, kept.missing, kept.until)
            self._answers[key] = answer
        return answer

    def key(self, seller: Standing, buyer: Standing, use: Use) -> str:
        """What the answer for a pair is kept under."""
        return answer_key(self.terms.instrument_id, seller.participant_id, buyer.participant_id, use)

    def known(self, key: str) -> Answer | KeptAnswer | None:
        """What was said of a pair in this outcome, or by an earlier fact that still counts."""
        return self._answers.get(key) or self._kept(key)

    def said_again(self, key: str, refusal: Answer) -> Answer | None:
        """A refusal that was given before, if one that is decided now would be the same and leave no fact."""
        if self._refusals_bytes > 0 or (refusal.until is not None and refusal.until <= self.at):
            return None
        answer = self._answers.get(key)
        if answer is None:
            self.decided += 1
            answer = self._answers[key] = refusal
        return answer

    def soon(self) -> int | None:
        """When to ask again about those that were too many to be asked about now."""
        return self._cause.at + RETRIED_US

    def take(self) -> list[Fact]:
        """The decisions made since this was last called."""
        untaken, self._untaken, self.untaken_bytes = self._untaken, [], 0
        return untaken

    def _kept(self, key: str) -> KeptAnswer | None:
        """The answer that an earlier command was given, if no input of it has changed since."""
        kept = self._market.answers.get(key)
        if kept is None or kept.summary.ruleset_digest != self.ruleset_digest:
            return None
        if kept.until is not None and kept.until <= self.at:
            return None
        return kept

    def _decide(self, seller: Standing, buyer: Standing, use: Use) -> Answer:
        cause = self._cause
        self.decided += 1
        told = told_of(self._market, self.terms, self._ruleset, seller, buyer, use, cause.at)
        crossing = crossing_of(self.terms, seller, buyer, use, cause.at, told)
        decision = decide(crossing, self._ruleset)
        lifting = lifted(self._market.rulings, self.terms, buyer.participant_id, decision, cause.at)
        admitted = decision.admitted or lifting is not None
        holds = earlier(told.until, _holds_until(decision, lifting))
        binding = received_under(crossing) if admitted else ()
        decision_id = derived_id("D", cause.partition, cause.offset, self._next)
        if admitted or self._refusals_bytes > 0:
            attested = (
                shown(crossing.hops, [told.attestations] * len(crossing.hops)) if told.attestations else ()
            )
            names = (self.terms.instrument_id, seller.participant_id, buyer.participant_id)
            settles = settled_by(self._market.entitlements, *names, use)
            fact = _recorded(
                decision_id,
                self.terms,
                seller,
                buyer,
                use,
                crossing,
                decision,
                lifting,
                holds,
                settles,
                binding,
                attested,
            )
            weighs = weight(fact)
            self._refusals_bytes -= 0 if admitted else weighs
            self._untaken.append(fact)
            self.untaken_bytes += weighs
            self._next += 1
        summary = DecisionSummary(
            decision_id=decision_id,
            outcome=decision.outcome.value,
            codes=codes_of(decision),
            ruleset_version=decision.ruleset_version,
            ruleset_digest=decision.ruleset_digest,
            ruling_ids=() if lifting is None else lifting.ruling_ids,
            received_under=binding,
        )
        until = earlier(holds, next_ruleset_at(self._market, cause.at))
        obligations = duties(decision.obligations, summary.ruling_ids)
        return _answer(admitted, summary, obligations, _missing(decision), until)


def answer_key(instrument_id: str, seller_id: str, buyer_id: str, use: Use) -> str:
    """What an answer is kept under."""
    return f"{instrument_id} {seller_id} {buyer_id} {_use_digest(use)}"


@lru_cache(maxsize=4_096)
def _use_digest(use: Use) -> str:
    return blake2b(msgspec.msgpack.encode(use), digest_size=16).hexdigest()


def _answer(
    admitted: bool,
    summary: DecisionSummary,
    obligations: tuple[str, ...],
    missing: tuple[str, ...],
    until: int | None,
) -> Answer:
    return Answer(admitted, summary, obligations, missing, until, size_bytes((summary, obligations)))


def earlier(first: int | None, second: int | None) -> int | None:
    """The earlier of two instants; None is never."""
    return min((each for each in (first, second) if each is not None), default=None)


def _missing(decision: FenceDecision) -> tuple[str, ...]:
    """What the buyer could supply, in its own words."""
    return tuple(dict.fromkeys(_ASKED.get(name, name) for hop in decision.per_hop for name in hop.missing))


class OpenGround:
    """Where no data moves there is no crossing, and nothing to decide."""

    at = decided = untaken_bytes = 0

    def ask(self, seller: Standing, buyer: Standing, use: Use) -> Answer:
        """Everybody who may trade may trade."""
        return NO_CROSSING

    def soon(self) -> int | None:
        """Never: nobody was kept apart."""
        return None

    def take(self) -> list[Fact]:
        """No decisions."""
        return []


OPEN_GROUND = OpenGround()


def fence_of(
    market: Market,
    instrument: Instrument,
    cause: Cause,
    rulesets: Rulesets,
    refusals_bytes: int = REFUSALS_BYTES,
    before: int = 0,
) -> Fence | OpenGround | None:
    """The fence for an instrument now; None where it is needed and no ruleset is in force."""
    terms = instrument.terms
    if not terms.moves_data:
        return OPEN_GROUND
    adopted = ruleset_in_force(market, cause.at)
    if adopted is None:
        return None
    return Fence(market, terms, rulesets[adopted.digest], cause, refusals_bytes, before)


def no_ruleset(command: Command, subject: str) -> Refused:
    """The refusal of what the fence cannot decide."""
    detail = "no ruleset is in force, and without one nothing may cross; activate one"
    return refused(command, Reason.RULESET_NONE, subject, detail)


def not_admitted(command: Command, subject: str, answer: Answer) -> Refused | None:
    """The refusal that an answer brings, with the fence's codes; None where it admits."""
    if answer.admitted or answer.summary is None:
        return None
    detail = why_not(answer.summary, answer.missing)
    return refused(command, Reason.FENCE_REFUSED, subject, detail, answer.summary.codes)


def why_not(summary: DecisionSummary, missing: Sequence[str]) -> str:
    """What is said of a crossing that is not admitted: which decision says so, and what was not known to it."""
    supply = f"; supply what is not known: {', '.join(missing)}" if missing else ""
    return (
        f"{summary.outcome} under ruleset {summary.ruleset_version}, decision {summary.decision_id}{supply}"
    )


def _recorded(
    decision_id: str,
    terms: InstrumentTerms,
    seller: Standing,
    buyer: Standing,
    use: Use,
    crossing: Crossing,
    decision: FenceDecision,
    lifting: Lifting | None,
    holds_until: int | None,
    settles: tuple[str, ...],
    binding: tuple[str, ...],
    attested: tuple[Attested, ...],
) -> FenceDecided:
    return FenceDecided(
        decision_id=decision_id,
        instrument_id=terms.instrument_id,
        product_id=terms.product_id,
        seller_id=seller.participant_id,
        buyer_id=buyer.participant_id,
        outcome=decision.outcome.value,
        reason_codes=decision.reason_codes,
        deciding_codes=decision.deciding_codes,
        note_codes=decision.note_codes,
        obligations=decision.obligations,
        satisfied_by=decision.satisfied_by,
        ruleset_version=decision.ruleset_version,
        ruleset_digest=decision.ruleset_digest,
        inputs_digest=decision.inputs_digest,
        holds_until=holds_until,
        crossing=written(crossing),
        decision=written(decision),
        use=use,
        missing=_missing(decision),
        ruling_ids=() if lifting is None else lifting.ruling_ids,
        demanded=demanded_beside(decision),
        settles=settles,
        received_under=binding,
        attested=attested,
    )


def _holds_until(decision: FenceDecision, lifting: Lifting | None) -> int | None:
    """The earliest moment at which an input of the answer changes by itself."""
    return earlier(decision.holds_until, None if lifting is None else lifting.until)
