"""How facts of orders and trades change a book and what backs it. No rule is here.

It is longer than others: whatever takes lots off an order goes through the same few functions, which stand beside it.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.time import local_date
from exchange.market import facts as happened
from exchange.market.agenda import due_at, schedule, settle
from exchange.market.attested.state import own_attestations
from exchange.market.auditing.noting import note_bid, note_escrow, reserved_for
from exchange.market.auditing.turns import in_turn
from exchange.market.book import enter, enter_all, is_crossed, leave, show_next, take_out
from exchange.market.commands import ASK, BID, GOOD_TILL_DATE, MARKET, InstrumentTerms, Side, Standing, Use
from exchange.market.crossing import attestable, leaves_mainland
from exchange.market.deadlines import EXPIRE, SWEEP, TELL_ZONE
from exchange.market.destinations.following import input_changes, seller_changes
from exchange.market.entitlements.following import decide_again_of, decide_again_with
from exchange.market.fees.state import brokerage_of
from exchange.market.holds import spend
from exchange.market.persons.counting import version_name
from exchange.market.persons.exporting import count_out, left_without, units_of
from exchange.market.persons.state import Numbers, Untold
from exchange.market.provenance.made_in_bond import holds_persons
from exchange.market.purses import draw, purse_at, solvent
from exchange.market.queues import enter_roll, leave_roll, named
from exchange.market.rulings.lifting import own_rulings
from exchange.market.safeguards.state import own_safeguards
from exchange.market.standings import ANY, IDLE, standing_of
from exchange.market.state import (
    TAPE_KEPT,
    Crossed,
    Holder,
    Instrument,
    Market,
    Order,
    Purchase,
    Roll,
    next_ruleset_at,
    provenance_of,
    provenances_of,
)
from exchange.market.term import ZONE


def order_accepted(market: Market, fact: happened.OrderAccepted, at: int) -> None:
    instrument = market.instruments[fact.instrument_id]
    terms, participant = instrument.terms, market.participants[fact.participant_id]
    number, quantity, bid = market.orders_entered, fact.quantity, fact.side is BID
    market.orders_entered = number + 1
    # Values by their place: by name they take twice the time. Texts are those that the market has already: a million
    # orders would hold a copy each.
    order = Order(
        fact.order_id,
        terms.instrument_id,
        participant.participant_id,
        fact.side,
        fact.price,
        quantity,
        fact.reserved_minor // quantity if bid else 0,
        _shared(fact.use) if bid else fact.use,
        number,
        number,
        quantity,
        expires_at=fact.expires_at,
        standing=(
            standing_in(market, terms, participant, fact.side, fact.use)
            if terms.moves_data or not participant.active
            else ANY
        ),
        self_trade=fact.self_trade,
        on_top_bp=fact.on_top_bp,
    )
    if fact.order_type is MARKET or fact.post_only or fact.display_quantity is not None:
        _condition(instrument, order, fact)
    if bid and order.lot_reserve_minor * quantity != fact.reserved_minor:
        raise InvariantBroken(f"{fact!r} reserves no whole amount a lot")
    market.orders[order.order_id] = order
    enter(instrument, order)
    holder = _holder(instrument, order.participant_id)
    enter_roll(holder.roll, order.order_id)
    if bid:
        holder.bids += 1
        watched = market.watched
        if watched is not None:
            if watched.bid is None:
                # As `note_bid` does it, which would cost a call.
                watched.bid, watched.backed = order, (order.participant_id, terms.currency, 0)
            else:
                note_bid(watched, order, terms.currency, 0)
        purse = purse_at(market, order.participant_id, terms.currency)
        if fact.drawn_minor:
            draw(purse, fact.drawn_minor)
        purse.cash -= fact.reserved_minor
        purse.reserved += fact.reserved_minor
        if purse.cash < 0:
            solvent(purse, fact)
    else:
        holder.asks += 1
        holder.asked += quantity
    if order.expires_at is not None:
        order.good_till_date = fact.time_in_force is GOOD_TILL_DATE
        _expire_at(market, order, order.expires_at)
    if fact.crosses:
        cross(market, instrument, fact.retry_at, at)


def _condition(instrument: Instrument, order: Order, fact: happened.OrderAccepted) -> None:
    """What an order has that most have not."""
    order.post_only, order.unpriced = fact.post_only, fact.unpriced
    if fact.display_quantity is not None:
        order.display, order.shown = fact.display_quantity, min(fact.display_quantity, fact.quantity)
    if fact.order_type is MARKET:
        order.waits_for_auction = True
        enter_roll(instrument.waiting, order.order_id)


def order_replaced(market: Market, fact: happened.OrderReplaced, at: int) -> None:
    order, instrument = market.orders[fact.order_id], market.instruments[fact.instrument_id]
    if order.side is BID:
        if market.watched is not None:
            note_bid(market.watched, order, fact.currency, reserved_for(order))
        purse = purse_at(market, fact.participant_id, fact.currency)
        draw(purse, fact.drawn_minor)
        purse.cash += fact.reserved_before_minor - fact.reserved_minor
        purse.reserved += fact.reserved_minor - fact.reserved_before_minor
        solvent(purse, fact)
        order.lot_reserve_minor = fact.reserved_minor // fact.quantity_left
        order.on_top_bp = fact.on_top_bp
    else:
        instrument.holders[order.participant_id].asked += fact.quantity_left - order.quantity_left
    if fact.expires_at != order.expires_at:
        before, order.expires_at = order.expires_at, fact.expires_at
        if before is not None:
            _unexpire(market, order, before)
        if fact.expires_at is not None:
            _expire_at(market, order, fact.expires_at)
    order.quantity_left = fact.quantity_left
    if fact.kept_place:
        order.shown = min(order.shown, order.quantity_left)
        return
    take_out(instrument, order)
    instrument.shown_again -= order.rank != order.entered
    order.entered = order.rank = market.orders_entered
    market.orders_entered += 1
    order.price = fact.price
    order.shown = min(order.display, order.quantity_left) if order.display else order.quantity_left
    enter(instrument, order)
    if fact.crosses:
        cross(market, instrument, fact.retry_at, at)
    _uncross(market, instrument)


def order_reduced(market: Market, fact: happened.OrderReduced, at: int) -> None:
    order = market.orders[fact.order_id]
    if order.side is BID:
        _release(market, order, fact.quantity, fact.released_minor, fact.currency)
    else:
        market.instruments[order.instrument_id].holders[order.participant_id].asked -= fact.quantity
    order.quantity_left -= fact.quantity
    order.shown = min(order.shown, order.quantity_left)
    if not order.quantity_left:
        _end(market, order)


def order_cancelled(market: Market, fact: happened.OrderCancelled | happened.OrderExpired, at: int) -> None:
    order = market.orders[fact.order_id]
    if order.quantity_left != fact.quantity_left:
        raise InvariantBroken(f"{fact!r} but {order.quantity_left} lots are left")
    if order.side is BID:
        _release(market, order, fact.quantity_left, fact.released_minor, fact.currency)
    else:
        market.instruments[order.instrument_id].holders[order.participant_id].asked -= fact.quantity_left
    order.quantity_left = 0
    _end(market, order)


def trade_matched(market: Market, fact: happened.TradeMatched, at: int) -> None:
    """Put the money into escrow and take the lots off the orders.

    Shape: a bid that is no order of a book is a hold of the same name, whose fact said before what the data is for.
    """
    bid, instrument = market.orders.get(fact.bid_id), market.instruments[fact.instrument_id]
    watched = market.watched
    if watched is not None:
        watched.turn = in_turn(instrument, fact, bid, market.orders.get(fact.ask_id))
    if bid is None:
        use = spend(market, fact.bid_id, fact.amount_minor, fact.released_minor)
    else:
        _release(market, bid, fact.quantity, fact.amount_minor + fact.released_minor, fact.currency)
        purse_at(market, fact.buyer_id, fact.currency).cash -= fact.amount_minor
        use = bid.use
        if fact.decision is not None:
            export(market, fact.instrument_id, fact.seller_id, fact.buyer_id, bid.use, at)
        _fill(market, instrument, bid, fact.quantity, fact.taker is BID)
        # Only what the book traded at: the collar lies around it.
        instrument.last_price = fact.price
        tape = instrument.tape
        tape.append((fact.trade_id, fact.price))
        if len(tape) > 2 * TAPE_KEPT:
            del tape[:TAPE_KEPT]
    if fact.ask_id:
        ask = market.orders[fact.ask_id]
        instrument.holders[ask.participant_id].asked -= fact.quantity
        _fill(market, instrument, ask, fact.quantity, fact.taker is ASK)
    if instrument.terms.rules.capacity_needed:
        _holder(instrument, fact.buyer_id).bought += fact.quantity
        _holder(instrument, fact.seller_id).sold += fact.quantity
    market.trades_matched += 1
    note_escrow(market, fact.trade_id, fact.currency)
    broker_id, commission_bp = (
        brokerage_of(market.fees, fact.seller_id, fact.instrument_id) if market.fees.brokers else ("", 0)
    )
    market.purchases[fact.trade_id] = Purchase(
        fact.trade_id,
        "",
        fact.instrument_id,
        fact.buyer_id,
        fact.seller_id,
        fact.currency,
        fact.amount_minor,
        fact.quantity,
        broker_id=broker_id,
        commission_bp=commission_bp,
        use=use if fact.decision is not None else None,
        review_codes=() if fact.decision is None or not fact.decision.ruling_ids else fact.decision.codes,
        supply=fact.supply,
    )


def export(market: Market, instrument_id: str, seller_id: str, buyer_id: str, use: Use, at: int) -> None:
    """Remember the persons whose information a trade takes out of the mainland, once for each product version."""
    terms = market.instruments[instrument_id].terms
    said = provenance_of(market, terms, seller_id)
    if not leaves_mainland(terms, market.participants[buyer_id], use):
        return
    year, owner = local_date(at, ZONE).year, market.participants[buyer_id].beneficial_owner
    if not holds_persons(terms, said):
        left_without(market.persons, seller_id, year, version_name(terms), owner)
        return
    fresh = counted_out(market, seller_id, year, units_of(terms, said), (version_name(terms),), owner)
    if fresh and said is not None:
        tell_zone(market, Untold(seller_id, year, said.output_id, said.zone_id, owner), at)


def counted_out(
    market: Market, exporter_id: str, year: int, units: Mapping[str, Numbers], by: Sequence[str], owner: str
) -> bool:
    """Count persons in their exporter's year, and say whether any did not count before as let out to `owner`.

    Shape: what the fence said of its group counts no more where that matters.
    """
    out = count_out(market.persons, exporter_id, year, units, by, owner)
    seller = market.participants.get(exporter_id)
    if seller is not None and (out.fresh or (out.changed and len(market.owned[seller.beneficial_owner]) > 1)):
        forget_group(market, seller.beneficial_owner)
    return out.fresh_to_owner


def tell_zone(market: Market, sale: Untold, at: int) -> None:
    """Let the zone that made something know that it was sold abroad."""
    name = f"{sale.exporter_id} {sale.year} {sale.output_id} {sale.owner}"
    market.persons.untold[name] = sale
    schedule(market.agenda, at, TELL_ZONE, name)


def cross(market: Market, instrument: Instrument, retry_at: int | None, at: int) -> None:
    """Remember that a book stands crossed, and to look again when the fence may answer otherwise."""
    name = instrument.terms.instrument_id
    if name not in market.crossed:
        market.crossed[name] = Crossed()
    before = due_at(market.agenda, SWEEP, name)
    dues = [due for due in (retry_at, before, next_ruleset_at(market, at)) if due is not None]
    if dues:
        schedule(market.agenda, min(dues), SWEEP, name)


def forget_answers(market: Market, participant_id: str, basis: str = "participant") -> None:
    """What the fence said of a participant rests on what has changed; entitlements that run are decided again."""
    _forget(market, {key for key in market.answered if participant_id in key.split(" ")[1:3]})
    decide_again_with(market, participant_id, basis)
    seller_changes(market, participant_id)


def forget_group(market: Market, beneficial_owner: str) -> None:
    """What the fence said of a group's members rests on what has changed: their persons are looked at together."""
    members = market.owned.get(beneficial_owner, [])
    _forget(market, {key for key in market.answered if not set(members).isdisjoint(key.split(" ")[1:3])})
    for member in members:
        decide_again_with(market, member, "counts")
        seller_changes(market, member)


def forget_answers_of(market: Market, instrument_ids: Set[str], basis: str = "input") -> None:
    """What the fence said of instruments rests on what has changed; entitlements that run are decided again."""
    _forget(market, {key for key in market.answered if key.split(" ", 1)[0] in instrument_ids})
    decide_again_of(market, instrument_ids, basis)
    input_changes(market, instrument_ids)


def _forget(market: Market, stale: Set[str]) -> None:
    """Shape: another list, also where nothing is stale: what else was said counts no more either (recalling.py)."""
    market.answered = [key for key in market.answered if key not in stale]
    for key in stale:
        del market.answers[key]


def standing_in(market: Market, terms: InstrumentTerms, participant: Standing, side: Side, use: Use) -> str:
    """The ladder an order belongs to. Whoever has rulings, safeguards or attestations of its own stands for itself.

    Shape: of data about persons the group of a recipient tells it apart too, since splitting is looked for in groups.
    """
    standing = standing_of(terms, participant, side, use)
    if side is ASK or standing in (IDLE, ANY):
        return standing
    own: tuple[str, ...] = ()
    if market.rulings.held:
        own = own_rulings(market.rulings, terms, participant.participant_id)
    by_safeguards, by_groups = told_apart_by(market, terms)
    if by_safeguards:
        own += own_safeguards(market.safeguards, participant.participant_id)
        own += own_attestations(market.attestations, participant.participant_id)
        own += (participant.beneficial_owner,) if by_groups else ()
    return f"{standing} {' '.join(own)}" if own else standing


def told_apart_by(market: Market, terms: InstrumentTerms) -> tuple[bool, bool]:
    """Whether safeguards and attestations tell recipients of what is sold apart, and whether their groups do.

    Shape: of what was made in bond its zone says so, however its seller describes it.
    """
    said = provenances_of(market, terms)
    if not said:
        return attestable(terms), terms.traits.contains_pi
    return True, any(holds_persons(terms, each) for each in said)


def restand(market: Market, participant_id: str) -> None:
    """Move a participant's open orders to the ladders of its present standing; each keeps its rank."""
    for instrument in market.instruments.values():
        _restand(market, instrument, (participant_id,))


def restand_book(market: Market, instrument: Instrument) -> None:
    """Move all open orders of an instrument to the ladders that what it trades tells them apart by now."""
    _restand(market, instrument, sorted(instrument.holders))


def _restand(market: Market, instrument: Instrument, participant_ids: Iterable[str]) -> None:
    moving: list[Order] = []
    for participant_id in participant_ids:
        holder, participant = instrument.holders.get(participant_id), market.participants[participant_id]
        for order in () if holder is None else named(holder.roll, market.orders):
            standing = standing_in(market, instrument.terms, participant, order.side, order.use)
            if standing != order.standing:
                take_out(instrument, order)
                order.standing = standing
                moving.append(order)
    enter_all(instrument, moving)


@lru_cache(maxsize=4_096)
def _shared(use: Use) -> Use:
    """One object for all orders that say the same of their use; asks all do."""
    return use


def _release(market: Market, bid: Order, quantity: int, amount_minor: int, currency: str) -> None:
    """Give back what `quantity` lots of a bid reserve."""
    if amount_minor != bid.lot_reserve_minor * quantity:
        raise InvariantBroken(
            f"order {bid.order_id} reserves {bid.lot_reserve_minor} a lot, {amount_minor} was released for {quantity}"
        )
    watched = market.watched
    if watched is not None and watched.bid is not bid:
        note_bid(watched, bid, currency, reserved_for(bid))
    purse = purse_at(market, bid.participant_id, currency)
    purse.reserved -= amount_minor
    purse.cash += amount_minor
    if purse.reserved < 0:
        solvent(purse, bid)


def _fill(market: Market, instrument: Instrument, order: Order, quantity: int, arriving: bool) -> None:
    """Take `quantity` lots off an order; with the last of them it leaves the book."""
    order.quantity_left -= quantity
    order.executed += quantity
    if order.quantity_left < 0:
        raise InvariantBroken(
            f"order {order.order_id} was filled beyond its quantity by {-order.quantity_left}"
        )
    if not order.quantity_left:
        _end(market, order)
    elif not order.display:
        order.shown = order.quantity_left
    elif arriving:
        order.shown = min(order.display, order.quantity_left)
    else:
        order.shown -= quantity
        if order.shown <= 0:
            _show_next(market, instrument, order, taken=-order.shown)


def _show_next(market: Market, instrument: Instrument, order: Order, taken: int) -> None:
    """An iceberg shows its next part, at the back of its price's queue, less what was `taken` of that already."""
    instrument.shown_again += order.rank == order.entered
    order.shown = min(order.display - taken % order.display, order.quantity_left)
    show_next(instrument, order, market.orders_entered)
    market.orders_entered += 1


def _end(market: Market, order: Order) -> None:
    """An order that has nothing left leaves the book and what it was listed in."""
    instrument = market.instruments[order.instrument_id]
    del market.orders[order.order_id]
    if order.rank != order.entered:
        instrument.shown_again -= 1
    if order.waits_for_auction:
        leave_roll(instrument.waiting, order.order_id, market.orders)
    leave(instrument, order)
    holder = instrument.holders[order.participant_id]
    if order.side is BID:
        holder.bids -= 1
    else:
        holder.asks -= 1
    leave_roll(holder.roll, order.order_id, market.orders)
    if not holder.roll.alive and not (holder.registered or holder.bought or holder.sold):
        del instrument.holders[order.participant_id]
    if order.expires_at is not None:
        _unexpire(market, order, order.expires_at)
    if market.crossed:
        _uncross(market, instrument)


def _uncross(market: Market, instrument: Instrument) -> None:
    """Forget that a book stands crossed once it does not."""
    if instrument.terms.instrument_id in market.crossed and not is_crossed(instrument):
        del market.crossed[instrument.terms.instrument_id]
        settle(market.agenda, SWEEP, instrument.terms.instrument_id)


def _holder(instrument: Instrument, participant_id: str) -> Holder:
    holder = instrument.holders.get(participant_id)
    if holder is None:
        holder = instrument.holders[participant_id] = Holder()
    return holder


def _expire_at(market: Market, order: Order, at: int) -> None:
    instant = str(at)
    roll = market.expiring.get(instant)
    if roll is None:
        roll = market.expiring[instant] = Roll()
        schedule(market.agenda, at, EXPIRE, instant)
    enter_roll(roll, order.order_id)


def _unexpire(market: Market, order: Order, expires_at: int) -> None:
    """An order that was to end then does not any more."""
    instant = str(expires_at)
    roll = market.expiring[instant]
    if roll.alive == 1:
        del market.expiring[instant]
        settle(market.agenda, EXPIRE, instant)
    else:
        leave_roll(roll, order.order_id, market.orders, expires_at)
