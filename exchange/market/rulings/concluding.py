"""What became of a case of the counter: its rulings end, and, ruled against, the purchases that rest on it.

Such purchases may be many: the first outcome says how many, further ones end so many at a time.
"""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.market.agenda import schedule, settle
from exchange.market.fencing import Rulesets
from exchange.market.purchases.words import refunded
from exchange.market.roles import not_a_policy
from exchange.market.rulings.commands import ConcludeCase
from exchange.market.rulings.facts import CaseConcluded, CasePurchasesEnded, RulingEnded
from exchange.market.rulings.state import Ending
from exchange.market.state import Market, Purchase

ENDING = "case_purchases_end"
STEP = 50
"""Purchases that end in one outcome."""


def conclude_case(market: Market, command: ConcludeCase, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """End the rulings of a case, and begin to end what was bought on them where they should never have been."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    ended = [each.ruling_id for each in market.rulings.held.values() if each.reference == command.case_id]
    concluded = CaseConcluded(
        case_id=command.case_id,
        verdict=command.verdict,
        product_id=command.product_id,
        instrument_id=command.instrument_id,
        buyer_id=command.buyer_id,
        codes=command.codes,
        grounds=command.grounds,
        rulings=len(ended),
        purchases=sum(1 for _ in _resting_on(market, command)),
    )
    return (
        concluded,
        *(RulingEnded(ruling_id=each, basis="withdrawn", grounds=command.grounds) for each in ended),
    )


def end_purchases(market: Market, case_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Give the next of them back; one that has ended meanwhile, or is in dispute, is left as it is."""
    ending = market.rulings.ending[case_id]
    some = ending.todo[:STEP]
    facts: list[Fact] = []
    for trade_id in some:
        purchase = market.purchases.get(trade_id)
        if purchase is not None and trade_id not in market.disputes:
            facts += refunded(market, purchase, "counter", ending.grounds)
    left = len(ending.todo) - len(some)
    return (*facts, CasePurchasesEnded(case_id=case_id, looked_at=len(some), left=left))


def concluded(market: Market, fact: CaseConcluded, at: int) -> None:
    """Remember which purchases are to end."""
    if fact.purchases:
        # A restart brings purchases back in the order of their names: what is counted off must not depend on theirs.
        todo = sorted((each.trade_id for each in _resting_on(market, fact)), key=_numbers)
        market.rulings.ending[fact.case_id] = Ending(grounds=fact.grounds, todo=todo)
        schedule(market.agenda, at, ENDING, fact.case_id)


def _numbers(trade_id: str) -> tuple[int, ...]:
    """What a trade's name counts: partition, command, place."""
    return tuple(map(int, trade_id.split("-", 1)[1].split(".")))


def advanced(market: Market, fact: CasePurchasesEnded, at: int) -> None:
    """So many less are."""
    del market.rulings.ending[fact.case_id].todo[: fact.looked_at]
    settle(market.agenda, ENDING, fact.case_id)
    if fact.left:
        schedule(market.agenda, at, ENDING, fact.case_id)
    else:
        del market.rulings.ending[fact.case_id]


def _resting_on(market: Market, case: ConcludeCase | CaseConcluded) -> Iterator[Purchase]:
    """The open purchases that a case ruled against ends."""
    if case.verdict != "against":
        return
    about = {
        name
        for name, each in market.instruments.items()
        if each.terms.product_id == case.product_id and case.instrument_id in (None, name)
    }
    for purchase in market.purchases.values():
        rests = not set(case.codes).isdisjoint(purchase.review_codes)
        if rests and purchase.instrument_id in about and case.buyer_id in (None, purchase.buyer_id):
            yield purchase
