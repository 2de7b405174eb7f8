"""Where a listing could be sold: each place and purpose of its licence, asked of the fence as an order would be.

Source: rules.md; the fence is used at the listing too. What a buyer could still bring bars nothing: only what no
safeguard mends, in no place, is refused.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from exchange.fence import FenceDecision, Outcome, Ruleset, decide
from exchange.fence.decision import codes_of
from exchange.fence.people import demanded_beside
from exchange.kernel.bases import Cause
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.crossing import Told, crossing_of
from exchange.market.destinations.supposing import every_safeguard, somebody
from exchange.market.destinations.values import Destinations, Verdict
from exchange.market.fencing import Rulesets
from exchange.market.rulings.lifting import duties, lifted
from exchange.market.state import Market, ruleset_in_force
from exchange.market.told import told_of

TRIED_MAX = 500
"""Pairs of place and purpose that are asked about; of a licence that names more nothing is barred."""
_CODES_MAX = 20
_BONDED = "CN-LG"


class _Tried(NamedTuple):
    """One place and purpose, and what the fence said."""

    place: str
    purpose: str
    told: Told
    decision: FenceDecision
    ruling_ids: tuple[str, ...]

    @property
    def admitted(self) -> bool:
        return self.decision.admitted or bool(self.ruling_ids)


def destinations_of(
    market: Market, terms: InstrumentTerms, cause: Cause, rulesets: Rulesets
) -> Destinations | None:
    """What the fence says of a listing; None where no data moves, or no ruleset is in force yet."""
    adopted = ruleset_in_force(market, cause.at)
    if not terms.moves_data or adopted is None:
        return None
    return _Asking(market, terms, cause, rulesets[adopted.digest]).answer()


class _Asking:
    """One listing's questions. Nothing is remembered of them."""

    def __init__(self, market: Market, terms: InstrumentTerms, cause: Cause, ruleset: Ruleset) -> None:
        self._market = market
        self._terms = terms
        self._at = cause.at
        self._ruleset = ruleset
        only = None if terms.seller_id is None else market.participants.get(terms.seller_id)
        self._seller = only or somebody(terms.stored_in)

    def answer(self) -> Destinations:
        tried: list[_Tried] = []
        for each in islice(self._as_things_stand(), TRIED_MAX):
            if each.admitted:
                return self._said("open", each, ())
            tried.append(each)
        best = min(tried, key=lambda each: each.decision.outcome)
        if best.decision.outcome is not Outcome.DENY:
            return self._said("wanting", best, self._supposed(best).satisfied_by)
        for each in tried:
            if (supposed := self._supposed(each)).outcome is not Outcome.DENY:
                return self._said("wanting", each, supposed.satisfied_by)
        if len(tried) == TRIED_MAX or self._untold(best):
            return self._said("wanting", best, ())
        return self._said("nowhere", best, (), tried)

    def _as_things_stand(self) -> Iterator[_Tried]:
        purposes = self._terms.licence.purposes or ("other",)
        for place in _places(self._terms):
            buyer = somebody(place)
            told = self._told(buyer, _use(place, purposes[0]))
            for purpose in purposes:
                decision = self._decided(buyer, _use(place, purpose), told)
                yield _Tried(place, purpose, told, decision, self._rulings(buyer, decision))

    def _told(self, buyer: Standing, use: Use) -> Told:
        """What the market knows beside. Shape: it is the same for all purposes."""
        return told_of(self._market, self._terms, self._ruleset, self._seller, buyer, use, self._at)

    def _decided(self, buyer: Standing, use: Use, told: Told) -> FenceDecision:
        return decide(crossing_of(self._terms, self._seller, buyer, use, self._at, told), self._ruleset)

    def _rulings(self, buyer: Standing, decision: FenceDecision) -> tuple[str, ...]:
        found = lifted(self._market.rulings, self._terms, buyer.participant_id, decision, self._at)
        return () if found is None else found.ruling_ids

    def _supposed(self, each: _Tried) -> FenceDecision:
        """What it would say of a buyer that brings the best."""
        told = each.told._replace(safeguards=every_safeguard(each.place, self._at))
        return self._decided(somebody(each.place, bound=True), _use(each.place, each.purpose), told)

    def _untold(self, each: _Tried) -> bool:
        """Whether it lies in bond and its zone has not said yet what is behind it, and by which way it may leave."""
        return self._terms.stored_in == _BONDED and each.told.said is None

    def _said(
        self, verdict: Verdict, each: _Tried, safeguards: tuple[str, ...], tried: Sequence[_Tried] = ()
    ) -> Destinations:
        decision = each.decision
        barring = dict.fromkeys(code for one in tried for code in one.decision.deciding_codes)
        missing = dict.fromkeys(name for hop in decision.per_hop for name in hop.missing)
        return Destinations(
            verdict=verdict,
            destination=each.place,
            purpose=each.purpose,
            outcome=decision.outcome.value,
            codes=(tuple(barring) or codes_of(decision))[:_CODES_MAX],
            missing=tuple(missing),
            obligations=duties(decision.obligations, each.ruling_ids),
            safeguards=safeguards,
            ruleset_version=decision.ruleset_version,
            ruleset_digest=decision.ruleset_digest,
            inputs_digest=decision.inputs_digest,
            demanded=demanded_beside(decision),
        )


def _places(terms: InstrumentTerms) -> tuple[str, ...]:
    """Where the licence permits its use: elsewhere it is not on offer. What lies in bond may be used there, too."""
    spatial = terms.licence.spatial or (terms.stored_in,)
    return (*spatial, _BONDED) if terms.stored_in == _BONDED and "CN" in spatial else spatial


def _use(place: str, purpose: str) -> Use:
    # No authority is behind a question that nobody has asked yet.
    return Use(purpose=purpose, place_of_use=place, foreign_authority_request=False)
