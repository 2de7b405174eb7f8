"""Which entitlements rest on which answer, and that an answer has to be asked for again. Only folds call this."""

from collections.abc import Iterable, Set
from typing import Final

from exchange.fence.outcome import Outcome
from exchange.market.agenda import due_at, schedule, settle
from exchange.market.commands import Use
from exchange.market.entitlements.state import Entitlements, Pair, Running
from exchange.market.entitlements.unanswered import ask, ask_no_more, settled, too_many, waits
from exchange.market.facts import EntitlementGranted, FenceDecided
from exchange.market.fencing import answer_key, earlier
from exchange.market.persons.running import flows_no_more
from exchange.market.state import Market, Purchase, next_ruleset_at

ANSWERS_END: Final = "8-answers-end"
"""Answers that running entitlements of an instrument rest on are over by time; the subject is the instrument."""
REDECIDE: Final = "8-redecide"
"""Entitlements are decided again; there is one such work at a time."""
ENTITLEMENT_END: Final = "9-entitlement-end"
"""The term of an entitlement that was suspended is over; the subject is the entitlement."""
ALL: Final = "pairs"
_AT_ONCE = 0
_TRIMMED_ABOVE = 64


def follow(market: Market, fact: EntitlementGranted, purchase: Purchase, at: int) -> None:
    """A right that rests on an answer of the fence begins."""
    use = purchase.use
    if use is None:
        return
    # The trade's fact has said it; from here on the pair does.
    purchase.use = None
    known = market.entitlements
    key = answer_key(purchase.instrument_id, purchase.seller_id, purchase.buyer_id, use)
    pair = known.pairs.get(key)
    if pair is None:
        pair = _pair(market, key, purchase, use, at)
    else:
        _trim(known, pair, at)
    known.running[fact.entitlement_id] = Running(
        pair.key, fact.trade_id, fact.starts_at, fact.ends_at, purchase.escrow_minor
    )
    pair.names.append(fact.entitlement_id)


def stop_following(market: Market, entitlement_id: str, at: int) -> None:
    """A right is over, or nothing is paid for it any more."""
    running = market.entitlements.running.pop(entitlement_id, None)
    if running is not None:
        flows_no_more(market, entitlement_id, running.pair, at)
        settle(market.agenda, ENTITLEMENT_END, entitlement_id)


def decide_again_with(market: Market, participant_id: str, basis: str) -> None:
    """Whatever a participant sold or bought rests on something that has changed."""
    keys = market.entitlements.of_participant.get(participant_id, ())
    _decide_again(market, keys, basis, 0)


def decide_again_of(market: Market, instrument_ids: Set[str], basis: str) -> None:
    """Whatever was sold of instruments rests on something that has changed."""
    for instrument_id in sorted(instrument_ids & market.entitlements.of_instrument.keys()):
        _decide_again(market, market.entitlements.of_instrument[instrument_id], basis, 0)


def decide_all_again(market: Market, effective_at: int, at: int) -> None:
    """Another ruleset decides from `effective_at` on."""
    for instrument_id in sorted(market.entitlements.of_instrument):
        keys = market.entitlements.of_instrument[instrument_id]
        if effective_at <= at:
            _decide_again(market, keys, "ruleset", at)
            continue
        for key in keys:
            answered_until(market, market.entitlements.pairs[key], effective_at)


def answers_over(market: Market, instrument_id: str, basis: str, ended_at: int) -> None:
    """The answers that end by then are asked for again; the others end later."""
    pairs = [
        market.entitlements.pairs[key] for key in market.entitlements.of_instrument.get(instrument_id, ())
    ]
    settle(market.agenda, ANSWERS_END, instrument_id)
    over = [pair for pair in pairs if pair.until is not None and pair.until <= ended_at]
    for pair in over:
        _queue(market, pair, basis, pair.until or 0)
    for pair in pairs:
        if not pair.due and pair.until is not None:
            _watch(market, pair)


def asked_or_answered(market: Market, key: str, fact: FenceDecided) -> None:
    """A decision waits before the counter for facts, or takes the place of some that did."""
    known = market.entitlements
    for name in settled(known, fact):
        if name != key or not waits(fact):
            ask_no_more(known, name)
            _forget_idle(known, name)
    if not waits(fact):
        return
    pair = known.pairs.get(key)
    if pair is None:
        pair = _pair_of(known, key, fact)
    ask(known, pair, fact)
    while (oldest := too_many(known, fact.buyer_id)) is not None:
        ask_no_more(known, oldest)
        _forget_idle(known, oldest)


def _forget_idle(known: Entitlements, key: str) -> None:
    """Of a pair that nothing rests on and nobody asks about nothing is kept, once it is not being decided."""
    pair = known.pairs[key]
    if not pair.due and not pair.names:
        _forget(known, pair)


def _pair_of(known: Entitlements, key: str, fact: FenceDecided) -> Pair:
    pair = Pair(
        key=key,
        instrument_id=fact.instrument_id,
        seller_id=fact.seller_id,
        buyer_id=fact.buyer_id,
        use=fact.use,
        decision_id="",
    )
    _enter(known, pair)
    return pair


def _enter(known: Entitlements, pair: Pair) -> None:
    known.pairs[pair.key] = pair
    known.of_instrument.setdefault(pair.instrument_id, []).append(pair.key)
    known.of_participant.setdefault(pair.seller_id, []).append(pair.key)
    known.of_participant.setdefault(pair.buyer_id, []).append(pair.key)


def answered(market: Market, key: str, fact: FenceDecided, until: int | None, admitted: bool) -> None:
    """The fence has said of a pair what holds until then."""
    pair = market.entitlements.pairs.get(key)
    if pair is not None:
        review = fact.outcome == Outcome.REVIEW.value
        pair.decision_id = fact.decision_id if admitted else pair.decision_id
        pair.until, pair.review_codes = until, fact.deciding_codes if review else ()
        pair.review_id = fact.decision_id if review else ""
        _watch(market, pair)


def answered_until(market: Market, pair: Pair, until: int) -> None:
    """An answer may be another from then on, if it was to hold longer."""
    pair.until = earlier(pair.until, until)
    _watch(market, pair)


def decided_again(market: Market, key: str, at: int) -> None:
    """What there was to be done about a pair is done; with the last entitlement it is forgotten."""
    known = market.entitlements
    pair = known.pairs[key]
    pair.due, pair.since = "", 0
    kept = market.answers.get(key)
    if kept is not None:
        pair.until = earlier(kept.until, next_ruleset_at(market, at))
    if pair.until is not None and pair.until <= at:
        # Nothing of it runs, so nobody has asked again.
        pair.until = None
    pair.names = [name for name in pair.names[pair.head :] if not _over(known, name, at)]
    pair.head = 0
    if key in known.asked and market.instruments[pair.instrument_id].state == "closed":
        ask_no_more(known, key)
    if pair.names or key in known.asked:
        _watch(market, pair)
        return
    _forget(known, pair)


def _forget(known: Entitlements, pair: Pair) -> None:
    del known.pairs[pair.key]
    for index, name in (
        (known.of_instrument, pair.instrument_id),
        (known.of_participant, pair.seller_id),
        (known.of_participant, pair.buyer_id),
    ):
        index[name].remove(pair.key)
        if not index[name]:
            del index[name]


def _pair(market: Market, key: str, purchase: Purchase, use: Use, at: int) -> Pair:
    """Whoever buys this of a seller for the first time; where the answer was not kept, it is asked for once more."""
    known, kept = market.entitlements, market.answers.get(key)
    pair = Pair(
        key=key,
        instrument_id=purchase.instrument_id,
        seller_id=purchase.seller_id,
        buyer_id=purchase.buyer_id,
        use=use,
        decision_id="" if kept is None else kept.summary.decision_id,
        until=earlier(None if kept is None else kept.until, next_ruleset_at(market, at)),
        review_codes=purchase.review_codes if kept is None else kept.review_codes,
    )
    _enter(known, pair)
    _watch(market, pair)
    if kept is None:
        _queue(market, pair, "granted", 0)
    return pair


def _decide_again(market: Market, keys: Iterable[str], basis: str, since: int) -> None:
    for key in keys:
        _queue(market, market.entitlements.pairs[key], basis, since)


def _queue(market: Market, pair: Pair, basis: str, since: int) -> None:
    """Decide a pair again; one that is being decided is begun anew."""
    known = market.entitlements
    if pair.due:
        if known.todo[known.place] == pair.key:
            known.member = 0
        return
    if not known.todo:
        schedule(market.agenda, _AT_ONCE, REDECIDE, ALL)
    pair.due, pair.since = basis, since
    known.todo.append(pair.key)


def _watch(market: Market, pair: Pair) -> None:
    """Look again when its answer is over."""
    if pair.until is None:
        return
    before = due_at(market.agenda, ANSWERS_END, pair.instrument_id)
    if before is None or pair.until < before:
        schedule(market.agenda, pair.until, ANSWERS_END, pair.instrument_id)


def _trim(known: Entitlements, pair: Pair, at: int) -> None:
    """Forget those that came first and are over, so that no more are kept than run."""
    while pair.head < len(pair.names) and _over(known, pair.names[pair.head], at):
        pair.head += 1
    if not pair.due and pair.head > _TRIMMED_ABOVE and 2 * pair.head > len(pair.names):
        del pair.names[: pair.head]
        pair.head = 0


def _over(known: Entitlements, name: str, at: int) -> bool:
    """Whether nothing is to be done about an entitlement any more; it is forgotten then."""
    running = known.running.get(name)
    if running is None:
        return True
    if running.ends_at > at or running.suspended_at is not None or running.unused_days:
        return False
    del known.running[name]
    return True
