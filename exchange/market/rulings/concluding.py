"""What became of a case of the counter: its rulings end, and, ruled against, the purchases and rights that rest on it.

Such purchases may be many: the first outcome says how many, further ones end so many at a time.
"""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.market.agenda import schedule, settle
from exchange.market.entitlements.ending import ended
from exchange.market.fencing import Rulesets
from exchange.market.purchases.words import refunded
from exchange.market.roles import not_a_policy
from exchange.market.rulings.commands import ConcludeCase
from exchange.market.rulings.facts import CaseConcluded, CasePurchasesEnded, RulingEnded
from exchange.market.rulings.state import Ending
from exchange.market.state import Market, Purchase
from exchange.market.weighing import weight

ENDING = "case_purchases_end"
STEP = 50
"""Purchases that are looked at in one outcome."""
BYTES_MAX = 32 * 1024
"""What the facts of one outcome may weigh before it ends: grounds are long."""


def conclude_case(market: Market, command: ConcludeCase, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """End the rulings of a case, and begin to end what was bought on them where they should never have been."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    over = [
        each.ruling_id
        for each in market.rulings.held.values()
        if each.reference == command.case_id and not command.decision_id
    ]
    concluded = CaseConcluded(
        case_id=command.case_id,
        verdict=command.verdict,
        product_id=command.product_id,
        instrument_id=command.instrument_id,
        buyer_id=command.buyer_id,
        codes=command.codes,
        grounds=command.grounds,
        rulings=len(over),
        purchases=len(_resting_on(market, command, cause.at)),
        decision_id=command.decision_id,
    )
    return (
        concluded,
        *(RulingEnded(ruling_id=each, basis="withdrawn", grounds=command.grounds) for each in over),
    )


def end_purchases(market: Market, case_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """End the next of them.

    Shape: what goes back of an accepted purchase, or is accepted now, moves its seller's purse: such a one ends its
    outcome, so that the next is reckoned with what is left there.
    """
    ending = market.rulings.ending[case_id]
    facts: list[Fact] = []
    looked_at, weighs, alone = 0, 0, False
    for trade_id, entitlement_id in ending.todo[:STEP]:
        if alone or weighs >= BYTES_MAX:
            break
        some, alone = _end(market, ending, trade_id, entitlement_id, cause)
        facts += some
        looked_at, weighs = looked_at + 1, weighs + sum(map(weight, some))
    left = len(ending.todo) - looked_at
    return (*facts, CasePurchasesEnded(case_id=case_id, looked_at=looked_at, left=left))


def concluded(market: Market, fact: CaseConcluded, at: int) -> None:
    """Remember which purchases are to end."""
    if fact.purchases:
        # A restart brings purchases back in the order of their names: what is counted off must not depend on theirs.
        before = market.rulings.ending.get(fact.case_id)
        resting = _resting_on(market, fact, at) | dict(() if before is None else before.todo)
        todo = sorted(resting.items(), key=_numbers)
        market.rulings.ending[fact.case_id] = Ending(grounds=fact.grounds, codes=fact.codes, todo=todo)
        schedule(market.agenda, at, ENDING, fact.case_id)


def _numbers(one: tuple[str, str]) -> tuple[int, ...]:
    """What a trade's name counts: partition, command, place."""
    return tuple(map(int, one[0].split("-", 1)[1].split(".")))


def advanced(market: Market, fact: CasePurchasesEnded, at: int) -> None:
    """So many less are."""
    del market.rulings.ending[fact.case_id].todo[: fact.looked_at]
    settle(market.agenda, ENDING, fact.case_id)
    if fact.left:
        schedule(market.agenda, at, ENDING, fact.case_id)
    else:
        del market.rulings.ending[fact.case_id]


def _end(
    market: Market, ending: Ending, trade_id: str, entitlement_id: str, cause: Cause
) -> tuple[Sequence[Fact], bool]:
    """The facts of one purchase's end, and whether its outcome ends with them.

    Shape: what was bought on a ruling and waits for its evidence goes back whole; of everything else what is unused.
    One that has ended meanwhile is left as it is, the money of one in dispute is that panel's.
    """
    purchase, running = market.purchases.get(trade_id), market.entitlements.running.get(entitlement_id)
    disputed, spoken = trade_id in market.disputes, running is not None and running.noted
    if purchase is not None and _rests(purchase, ending.codes) and not disputed and not spoken:
        return refunded(market, purchase, "counter", ending.grounds), False
    if running is None or running.ends_at <= cause.at:
        return (), False
    facts = ended(market, entitlement_id, "counter", ending.grounds, cause)
    return facts, len(facts) > 1


def _resting_on(market: Market, case: ConcludeCase | CaseConcluded, at: int) -> dict[str, str]:
    """The rights that a case ruled against ends, by trade: of open purchases, and those that run."""
    if case.verdict != "against":
        return {}
    about = {
        name
        for name, each in market.instruments.items()
        if each.terms.product_id == case.product_id and case.instrument_id in (None, name)
    }
    bought = {} if case.decision_id else dict(_bought(market, case, about))
    return {**bought, **dict(_running(market, case, about, at))}


def _bought(market: Market, case: ConcludeCase | CaseConcluded, about: set[str]) -> Iterator[tuple[str, str]]:
    """Open purchases that were traded on a ruling."""
    for purchase in market.purchases.values():
        of_the_case = purchase.instrument_id in about and case.buyer_id in (None, purchase.buyer_id)
        if of_the_case and _rests(purchase, case.codes):
            yield purchase.trade_id, purchase.entitlement_id


def _running(
    market: Market, case: ConcludeCase | CaseConcluded, about: set[str], at: int
) -> Iterator[tuple[str, str]]:
    """Rights whose answer is a REVIEW by now: lifted, or suspended for it."""
    known = market.entitlements
    for instrument_id in about & known.of_instrument.keys():
        for pair in (known.pairs[key] for key in known.of_instrument[instrument_id]):
            if case.buyer_id not in (None, pair.buyer_id) or set(case.codes).isdisjoint(pair.review_codes):
                continue
            if case.decision_id not in ("", pair.review_id):
                continue
            for name in pair.names[pair.head :]:
                running = known.running.get(name)
                if running is not None and running.ends_at > at:
                    yield running.trade_id, name


def _rests(purchase: Purchase, codes: tuple[str, ...]) -> bool:
    return not set(codes).isdisjoint(purchase.review_codes)
