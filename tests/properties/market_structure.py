"""Whether all that a market remembers of its books says the same: every list, count and deadline against `orders`."""

from collections import Counter

from exchange.kernel.bases import Fact
from exchange.market.agenda import due_at, earliest
from exchange.market.book import is_crossed, ladders_of, open_orders, standing_at
from exchange.market.commands import Side
from exchange.market.deadlines import AUCTION, EXPIRE, SWEEP
from exchange.market.flights import FLIGHT_MAX
from exchange.market.purchases.state import Sale
from exchange.market.queues import named
from exchange.market.standings import standing_of
from exchange.market.state import Holder, Instrument, Market, Order, Purchase, Purse, Roll


def conserved(market: Market) -> None:
    """Every minor unit that came in is in a purse or in escrow, earned, or paid out; bids and holds are backed."""
    for currency, till in market.tills.items():
        purses = [held[currency] for held in market.purses.values() if currency in held]
        inside = sum(sum(held_in(purse)) for purse in purses)
        escrow = sum(each.escrow_minor for each in market.purchases.values() if each.currency == currency)
        disputed = sum(
            each.held_minor
            for each in market.disputes.values()
            if traded(market, each.trade_id).currency == currency
        )
        earned = till.fee_net + till.fee_tax + till.penalties + till.service_net + till.supply_tax
        owed = sum(purse.owed + purse.clawback for purse in purses)
        assert inside + escrow + disputed + earned == till.deposited + till.moved - till.paid_out + owed
        assert all(min(*held_in(purse), purse.owed, purse.clawback) >= 0 for purse in purses)
        asked_for = (each for each in market.withdrawals.open.values() if each.currency == currency)
        to_be_paid = (net.amount_minor for net in market.payouts.held.values() if net.currency == currency)
        assert sum(purse.paying for purse in purses) == sum(to_be_paid)
        assert sum(purse.withdrawing for purse in purses) == sum(each.amount_minor for each in asked_for)
    assert not market.concluded.keys() & market.purchases.keys()
    assert all(each.left_minor > 0 for each in market.after.sales.values())
    needed: Counter[tuple[str, str]] = Counter()
    for order in market.orders.values():
        currency = market.instruments[order.instrument_id].terms.currency
        needed[order.participant_id, currency] += order.lot_reserve_minor * order.quantity_left
    held: Counter[tuple[str, str, str]] = Counter()
    for each in market.holds.values():
        held[each.participant_id, each.currency, each.account] += each.amount_minor
    for who, purses_of in market.purses.items():
        for currency, purse in purses_of.items():
            assert purse.reserved == needed[who, currency] + held[who, currency, "reserved"]
            assert purse.deposits == held[who, currency, "deposits"]


def drawn_last(market: Market, fact: Fact) -> None:
    """Credit is drawn for what cash does not reach, and no more: none of it is left once that is set aside."""
    if getattr(fact, "drawn_minor", 0):
        who = getattr(fact, "participant_id", None) or fact.buyer_id  # type: ignore[attr-defined]
        purse = market.purses[who][fact.currency]  # type: ignore[attr-defined]
        assert (purse.cash, purse.owed > 0) == (0, True)


def held_in(purse: Purse) -> tuple[int, ...]:
    """What is a participant's in a market, wherever in its purse it lies."""
    return (
        *(purse.cash, purse.reserved, purse.deposits, purse.payable),
        *(purse.commissions, purse.withdrawing, purse.shares, purse.paying),
    )


def traded(market: Market, trade_id: str) -> Purchase | Sale:
    """What is in dispute."""
    return market.purchases.get(trade_id) or market.after.sales[trade_id]


def consistent(market: Market) -> None:
    """Raises: AssertionError where a structure and the open orders disagree."""
    by_book: dict[str, list[Order]] = {name: [] for name in market.instruments}
    for name, order in market.orders.items():
        assert name == order.order_id
        by_book[order.instrument_id].append(order)
    for name, instrument in market.instruments.items():
        orders = by_book[name]
        for side in Side:
            _side_is_right(market, instrument, side, [order for order in orders if order.side is side])
        _holders_are_right(market, instrument, orders)
        assert instrument.shown_again == sum(order.rank != order.entered for order in orders)
        crossed = instrument.state == "open" and is_crossed(instrument)
        assert (name in market.crossed) == crossed, name
        assert instrument.state != "closed" or not orders
        assert instrument.state in ("call", "uncrossing") or due_at(market.agenda, AUCTION, name) is None
    _expiries_are_right(market)
    _agenda_is_right(market)
    assert sorted(market.answers) == sorted(market.answered)
    ranks = [order.rank for order in market.orders.values()]
    assert len(set(ranks)) == len(ranks)
    assert all(max(order.rank, order.entered) < market.orders_entered for order in market.orders.values())


def _side_is_right(market: Market, instrument: Instrument, side: Side, orders: list[Order]) -> None:
    """Levels lie in order, heads stand, counts count, and every order is in exactly one queue, where it belongs."""
    found: list[str] = []
    for standing, ladder in ladders_of(instrument, side).items():
        assert standing == ladder.standing
        flights = [*ladder.behind, ladder.merits]
        assert all(0 < len(flight) <= FLIGHT_MAX for flight in flights)
        merits = [merit for flight in flights for merit in flight]
        assert merits == sorted(set(merits))
        assert set(merits) == ladder.levels.keys()
        for merit, level in ladder.levels.items():
            assert level.price == (merit if side is Side.BID else -merit)
            ranks = [order.rank for order in level.orders[level.head :]]
            assert ranks == sorted(ranks)
            assert level.orders[level.head].quantity_left
            alive = [order for order in level.orders if order.quantity_left]
            assert alive == list(standing_at(level))
            assert len(alive) == len(level.orders) - level.head - level.ended
            assert level.ended <= max(len(alive), 8)
            assert level.head <= max(len(alive) + level.ended, 8)
            for order in alive:
                assert market.orders[order.order_id] is order
                assert (order.price, order.standing, order.side) == (level.price, standing, side)
            found += [order.order_id for order in alive]
    assert sorted(found) == sorted(order.order_id for order in orders)
    best_first = sorted(
        orders, key=lambda order: (-order.price if side is Side.BID else order.price, order.rank)
    )
    assert list(open_orders(instrument, side)) == best_first
    for order in orders:
        participant = market.participants[order.participant_id]
        standing = standing_of(instrument.terms, participant, side, order.use)
        assert order.standing == standing if not market.rulings.held else order.standing.startswith(standing)
        assert 0 < order.shown <= order.quantity_left
        assert order.shown == order.quantity_left if not order.display else order.shown <= order.display
        assert order.executed >= 0
        assert (order.lot_reserve_minor > 0) <= (side is Side.BID)


def _holders_are_right(market: Market, instrument: Instrument, orders: list[Order]) -> None:
    for participant_id in {order.participant_id for order in orders} | set(instrument.holders):
        mine = [order for order in orders if order.participant_id == participant_id]
        holder = instrument.holders.get(participant_id, Holder())
        asks = [order for order in mine if order.side is Side.ASK]
        assert (holder.bids, holder.asks) == (len(mine) - len(asks), len(asks))
        assert holder.asked == sum(order.quantity_left for order in asks)
        _roll_is_right(market, holder.roll, mine)
        if instrument.terms.rules.capacity_needed:
            assert holder.sold + holder.asked <= holder.registered + holder.bought


def _roll_is_right(market: Market, roll: Roll, orders: list[Order]) -> None:
    assert roll.alive == len(orders)
    assert {order.order_id for order in named(roll, market.orders)} >= {order.order_id for order in orders}
    assert len(roll.names) <= 2 * roll.alive + 33
    assert not orders or roll.names[roll.head] in market.orders


def _expiries_are_right(market: Market) -> None:
    expiring: dict[str, list[Order]] = {}
    for order in market.orders.values():
        if order.expires_at is not None:
            expiring.setdefault(str(order.expires_at), []).append(order)
    assert set(expiring) == set(market.expiring)
    for instant, orders in expiring.items():
        _roll_is_right(market, market.expiring[instant], orders)
        assert due_at(market.agenda, EXPIRE, instant) == int(instant)


def _agenda_is_right(market: Market) -> None:
    """The first deadline stands at the top, and every one that stands is in the heap and about something there is."""
    agenda = market.agenda
    in_heap = {f"{kind} {subject}": set[int]() for _, kind, subject in agenda.heap}
    for at, kind, subject in agenda.heap:
        in_heap[f"{kind} {subject}"].add(at)
    for name, due in agenda.due.items():
        assert due in in_heap[name]
        kind, _, subject = name.partition(" ")
        assert kind != SWEEP or subject in market.crossed
        assert kind != EXPIRE or subject in market.expiring
    first = earliest(agenda)
    assert (first is None) == (not agenda.due)
    assert first is None or first[0] == min(agenda.due.values())
