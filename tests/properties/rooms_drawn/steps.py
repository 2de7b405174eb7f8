"""Some of what may be asked of each room."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.properties.rooms_drawn import after, auctions, books, money, plans, pools, quotes
from tests.properties.rooms_drawn.picking import ASSESSOR, BUYERS, RARE, SIBLING, Asked, Step
from tests.properties.rooms_twin.rooms import Rooms

Builder = Callable[[Rooms, str, int, int], Asked]
ROOMS: dict[str, tuple[Builder, ...]] = {
    "pools": (
        pools.open_pool,
        pools.commit,
        pools.commit,
        pools.commit,
        pools.commit,
        pools.leave,
        pools.approve,
        pools.approve,
        pools.refuse,
    ),
    "plans": (plans.buy, plans.buy, plans.buy, plans.use, plans.use, plans.top_up, plans.set_plan),
    "subscriptions": (plans.subscribe, plans.subscribe, plans.unsubscribe, plans.announce),
    "quotes": (
        quotes.request,
        quotes.give_quote,
        quotes.give_quote,
        quotes.award,
        quotes.award,
        quotes.sample,
        quotes.sample,
        quotes.accept_sample,
        quotes.reject_sample,
        quotes.end_award,
        quotes.withdraw_quote,
        quotes.withdraw_request,
    ),
    "after": (
        after.accept,
        after.accept,
        after.conclude,
        after.refund,
        after.reject,
        after.accept_part,
        after.concede,
        after.give_back,
        after.give_back,
        after.bust,
        after.dispute,
        after.dispute,
        after.file_evidence,
        after.propose,
        after.propose,
        after.rule_on,
        money.net,
        money.pay_out,
        money.deposit,
    ),
    "money": (
        money.deposit,
        money.deposit,
        money.limit,
        money.net,
        money.pay_bill,
        money.pay_out,
        money.pay_out,
        money.withdraw,
        money.withdrawn,
        money.schedule,
        money.charge,
        money.appoint,
    ),
    "auctions": (
        auctions.open_auction,
        auctions.commit_bid,
        auctions.commit_bid,
        auctions.commit_bid,
        auctions.reveal_bid,
        auctions.reveal_bid,
        auctions.reveal_bid,
        auctions.take_dutch,
        auctions.cancel_auction,
    ),
    "standing": (books.stand, books.set_state, books.register),
    "book": (books.order, books.order, books.order, books.cancel),
}
BUILD: dict[str, Builder] = {each.__name__: each for builders in ROOMS.values() for each in builders}
WAIT = "wait"
WHO = st.sampled_from((*BUYERS, *BUYERS, *BUYERS, SIBLING, "S", ASSESSOR))


def steps(room: str, most: int = 6, waits: int = 0) -> st.SearchStrategy[list[Step]]:
    """Some of what may be asked of one room, and now and then that one waits for what is due next."""
    kinds = [each.__name__ for each in ROOMS[room]] + [WAIT] * waits
    return st.lists(
        st.tuples(st.sampled_from(kinds), WHO, st.integers(0, 11), st.integers(0, RARE)),
        min_size=1,
        max_size=most,
    )
