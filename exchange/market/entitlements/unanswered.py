"""What waits before the counter for facts, or for what is demanded beside: asked again when an input changes.

Nobody else would ask again for a sale that was refused, so its case would wait for facts that are there by now.
"""

from collections.abc import Iterator
from typing import Final

from exchange.fence.outcome import Outcome
from exchange.market.commands import Use
from exchange.market.entitlements.state import Entitlements, Pair, Unanswered
from exchange.market.facts import FenceDecided

ASKED_MAX: Final = 5_000
"""Of a market; the oldest are forgotten, and answered only when somebody asks again."""
ASKED_BY_MAX: Final = 100
"""Of one buyer, likewise."""
SETTLED_MAX: Final = 20
"""Decisions that one takes the place of."""


def settled_by(
    known: Entitlements, instrument_id: str, seller_id: str, buyer_id: str, use: Use
) -> tuple[str, ...]:
    """The decisions that an answer for this use takes the place of: those for the same, as far as it was known."""
    if buyer_id not in known.asked_by:
        return ()
    keys = _of_sale(known, instrument_id, seller_id, buyer_id)
    found = (known.asked[key] for key in keys if _fills(known.pairs[key].use, known.asked[key].missing, use))
    return tuple(each.decision_id for each in found)[:SETTLED_MAX]


def _of_sale(known: Entitlements, instrument_id: str, seller_id: str, buyer_id: str) -> Iterator[str]:
    about = f"{instrument_id} {seller_id} {buyer_id} "
    return (key for key in known.asked_by[buyer_id] if key.startswith(about))


def _fills(earlier: Use, missing: tuple[str, ...], later: Use) -> bool:
    """Whether a use is the earlier one, but for what nobody had said of that."""
    names = ("purpose", "scenario_id", "place_of_use", "remote_access_from", "foreign_authority_request")
    return all(name in missing or getattr(earlier, name) in (None, getattr(later, name)) for name in names)


def waits(fact: FenceDecided) -> bool:
    """Whether a decision is put before the counter and waits there for what no panel may lift."""
    lacks = bool(fact.missing or fact.demanded)
    return lacks and fact.outcome == Outcome.REVIEW.value and not fact.ruling_ids


def same(before: Unanswered, fact: FenceDecided) -> bool:
    """Whether a decision says nothing that was not said before."""
    return waits(fact) and before == _unanswered(fact, before.decision_id)


def _unanswered(fact: FenceDecided, decision_id: str) -> Unanswered:
    return Unanswered(decision_id, fact.missing, fact.demanded, fact.deciding_codes, fact.ruleset_digest)


def ask(known: Entitlements, pair: Pair, fact: FenceDecided) -> None:
    """Remember that a decision waits for an answer. Only folds call this."""
    if pair.key not in known.asked:
        known.asked_by.setdefault(pair.buyer_id, []).append(pair.key)
        known.asked_in_turn.append(pair.key)
    known.asked[pair.key] = _unanswered(fact, fact.decision_id)


def too_many(known: Entitlements, buyer_id: str) -> str | None:
    """The oldest one that is to be forgotten, if there are more than may be."""
    of_buyer = known.asked_by.get(buyer_id) or []
    if len(of_buyer) > ASKED_BY_MAX:
        return of_buyer[0]
    return known.asked_in_turn[0] if len(known.asked_in_turn) > ASKED_MAX else None


def settled(known: Entitlements, fact: FenceDecided) -> list[str]:
    """The keys of those that a decision takes the place of."""
    if not fact.settles or fact.buyer_id not in known.asked_by:
        return []
    keys = _of_sale(known, fact.instrument_id, fact.seller_id, fact.buyer_id)
    return [key for key in keys if known.asked[key].decision_id in fact.settles]


def ask_no_more(known: Entitlements, key: str) -> None:
    """Forget one. Only folds call this."""
    del known.asked[key]
    known.asked_in_turn.remove(key)
    buyer_id = known.pairs[key].buyer_id
    known.asked_by[buyer_id].remove(key)
    if not known.asked_by[buyer_id]:
        del known.asked_by[buyer_id]
