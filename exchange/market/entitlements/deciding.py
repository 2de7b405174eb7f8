"""Entitlements that run are decided again: suspended where the fence would refuse them now, resumed where it would not.

Source: market.md section 6, rules.md section 1 (a stream is evaluated again for each batch).
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from exchange.kernel.bases import Cause, Fact
from exchange.market.entitlements.facts import (
    DecisionRestored,
    DecisionRevoked,
    RedecidingAdvanced,
    RedecidingBegun,
)
from exchange.market.entitlements.state import Pair, Running
from exchange.market.entitlements.unanswered import same
from exchange.market.entitlements.unused import unused_days
from exchange.market.facts import DecisionSummary, FenceDecided
from exchange.market.fencing import Fence, OpenGround, Rulesets, fence_of
from exchange.market.plans.escrow import under_way
from exchange.market.purchases.words import accepted
from exchange.market.reasons import Reason
from exchange.market.state import Market, ruleset_in_force
from exchange.market.weighing import weight

PAIRS_MAX = 200
"""Pairs decided again in one step."""
LOOKED_AT_MAX = 2_000
"""Entitlements looked at in one step."""
BYTES_MAX = 32 * 1024
"""What the facts of one step may weigh before it ends."""


class Verdict(NamedTuple):
    """Whether a pair's entitlements may run now. Shape: `decision` is None where a party may do nothing at present."""

    admitted: bool
    codes: tuple[str, ...]
    decision: DecisionSummary | None


def answers_end(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The time of answers is over."""
    adopted = ruleset_in_force(market, cause.at)
    untils = (
        market.entitlements.pairs[key].until
        for key in market.entitlements.of_instrument.get(instrument_id, ())
    )
    by_ruleset = adopted is not None and adopted.effective_at in untils
    basis: Literal["date", "ruleset"] = "ruleset" if by_ruleset else "date"
    return (RedecidingBegun(instrument_id=instrument_id, basis=basis, ended_at=cause.at),)


def redecide(market: Market, subject: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """One step: the next pairs, or the next entitlements of one, as far as an outcome may go."""
    return _Step(market, cause, rulesets).taken()


class _Step:
    """What one step has come to so far."""

    def __init__(self, market: Market, cause: Cause, rulesets: Rulesets) -> None:
        self._market = market
        self._cause = cause
        self._rulesets = rulesets
        self._fences: dict[str, Fence | OpenGround | None] = {}
        self._facts: list[Fact] = []
        self._bytes = 0
        self._decided = 0
        self._looked_at = 0

    def taken(self) -> Sequence[Fact]:
        known = self._market.entitlements
        pairs, member = 0, known.member
        for key in known.todo[known.place : known.place + PAIRS_MAX]:
            if self._full():
                break
            stopped = self._pair(known.pairs[key], member)
            if stopped is not None:
                member = stopped
                break
            pairs, member = pairs + 1, 0
        left = len(known.todo) - known.place - pairs
        return (*self._facts, RedecidingAdvanced(pairs=pairs, member=member, left=left))

    def _pair(self, pair: Pair, member: int) -> int | None:
        """Decide a pair, its entitlements from a place on; where to go on, None once it is done."""
        verdict: Verdict | None = None
        for place in range(max(member, pair.head), len(pair.names)):
            if self._full():
                return place
            self._looked_at += 1
            running = self._market.entitlements.running.get(pair.names[place])
            if running is None or running.ends_at <= self._cause.at:
                continue
            verdict = verdict or self._verdict(pair)
            if verdict.admitted != (running.suspended_at is None):
                for fact in self._changed(pair, pair.names[place], running, verdict):
                    self._add(fact)
        if verdict is None and pair.key in self._market.entitlements.asked:
            self._ask_again(pair)
        return None

    def _ask_again(self, pair: Pair) -> None:
        """Nothing runs of a pair that waits before the counter: only another answer than that one is recorded."""
        people, instrument = self._market.participants, self._market.instruments[pair.instrument_id]
        seller, buyer = people[pair.seller_id], people[pair.buyer_id]
        if instrument.state == "closed" or not (seller.active and buyer.active):
            return
        # One of its own: what is not recorded takes no number.
        fence = fence_of(self._market, instrument, self._cause, self._rulesets, BYTES_MAX, self._decided)
        if fence is None:
            return
        self._looked_at += 1
        fence.ask(seller, buyer, pair.use)
        before = self._market.entitlements.asked[pair.key]
        for fact in fence.take():
            if not (isinstance(fact, FenceDecided) and same(before, fact)):
                self._decided += 1
                self._fences = {}
                self._add(fact)

    def _verdict(self, pair: Pair) -> Verdict:
        people = self._market.participants
        seller, buyer = people[pair.seller_id], people[pair.buyer_id]
        if not (seller.active and buyer.active):
            return Verdict(False, (Reason.PARTICIPANT_SUSPENDED.value,), None)
        fence = self._fence(pair.instrument_id)
        if fence is None:
            return Verdict(False, (Reason.RULESET_NONE.value,), None)
        answer = fence.ask(seller, buyer, pair.use)
        for fact in fence.take():
            self._decided += 1
            self._add(replace(fact, running=True) if isinstance(fact, FenceDecided) else fact)
        return Verdict(
            answer.admitted, () if answer.summary is None else answer.summary.codes, answer.summary
        )

    def _fence(self, instrument_id: str) -> Fence | OpenGround | None:
        """One for each change of instrument: its decisions are numbered after those before."""
        if instrument_id not in self._fences:
            instrument = self._market.instruments[instrument_id]
            self._fences = {
                instrument_id: fence_of(
                    self._market, instrument, self._cause, self._rulesets, BYTES_MAX, self._decided
                )
            }
        return self._fences[instrument_id]

    def _changed(self, pair: Pair, name: str, running: Running, verdict: Verdict) -> Iterator[Fact]:
        if not verdict.admitted:
            yield self._revoked(pair, name, running, verdict)
            return
        yield DecisionRestored(
            entitlement_id=name,
            trade_id=running.trade_id,
            instrument_id=pair.instrument_id,
            product_id=self._product_id(pair),
            seller_id=pair.seller_id,
            buyer_id=pair.buyer_id,
            unused_days=unused_days(running, self._cause.at),
            decision=verdict.decision,
            basis=pair.due,
        )
        purchase = under_way(self._market, running.trade_id)
        if running.noted and purchase is not None:
            yield accepted(self._market, purchase, running.noted, self._cause)

    def _revoked(self, pair: Pair, name: str, running: Running, verdict: Verdict) -> DecisionRevoked:
        return DecisionRevoked(
            entitlement_id=name,
            trade_id=running.trade_id,
            instrument_id=pair.instrument_id,
            product_id=self._product_id(pair),
            seller_id=pair.seller_id,
            buyer_id=pair.buyer_id,
            since=max(running.starts_at, pair.since or self._cause.at),
            ends_at=running.ends_at,
            codes=verdict.codes,
            decision=verdict.decision,
            rested_on=pair.decision_id,
            basis=pair.due,
        )

    def _product_id(self, pair: Pair) -> str:
        return self._market.instruments[pair.instrument_id].terms.product_id

    def _add(self, fact: Fact) -> None:
        self._facts.append(fact)
        self._bytes += weight(fact)

    def _full(self) -> bool:
        return self._bytes >= BYTES_MAX or self._looked_at >= LOOKED_AT_MAX
