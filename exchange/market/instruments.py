"""What other contexts tell a market: participants, instruments, rulesets. All of it comes from policies."""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.agenda import earliest
from exchange.market.call_auction import uncrossing
from exchange.market.closing import closing
from exchange.market.commands import (
    AdoptRuleset,
    BookRules,
    InstrumentTerms,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    RegisterCapacity,
    SetInstrumentState,
)
from exchange.market.destinations.decider import sold_nowhere
from exchange.market.destinations.deciding import destinations_of
from exchange.market.facts import (
    CapacityRegistered,
    InstrumentOpened,
    InstrumentStateSet,
    ParticipantRecorded,
    Reason,
    RulesetAdopted,
    StandingRecorded,
)
from exchange.market.fencing import Rulesets
from exchange.market.parties import unknown_instrument
from exchange.market.roles import not_a_policy, not_the_exchange
from exchange.market.state import Holder, InstrumentState, Market
from exchange.market.timetable import first_state, last_trade, opening_state

TERMS_BYTES_MAX = 16 * 1024
STANDING_BYTES_MAX = 4 * 1024
"""What a crossing is made of is bounded as it enters, so that every decision fits an outcome with room to spare."""


def record_participant(market: Market, command: RecordParticipant, cause: Cause) -> Sequence[Fact]:
    """Remember a participant as the registry knows it now."""
    if refusal := not_a_policy(command, cause) or _too_large(
        command, command.standing.participant_id, command.standing, STANDING_BYTES_MAX
    ):
        return (refusal,)
    return (ParticipantRecorded(standing=command.standing),)


def record_standing(market: Market, command: RecordStanding, cause: Cause) -> Sequence[Fact]:
    """Remember whether a participant may trade."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    if command.participant_id not in market.participants:
        detail = "the market has not been told of it; record the participant first"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.participant_id, detail),)
    return (StandingRecorded(participant_id=command.participant_id, active=command.active),)


def open_instrument(
    market: Market, command: OpenInstrument, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Open a book, or announce it, if there is any place to which what it trades could be sold."""
    terms = command.terms
    if refusal := not_the_exchange(market, command, cause) or _too_large(
        command, terms.instrument_id, terms, TERMS_BYTES_MAX
    ):
        return (refusal,)
    if cause.actor != POLICY_ACTOR and (terms.moves_data or terms.rules.kind == "listing"):
        detail = "an operator opens standard lots that move no data; a product is listed by its seller"
        return (refused(command, ProtocolReason.NOT_PERMITTED, terms.instrument_id, detail),)
    if terms.instrument_id in market.instruments:
        detail = "an instrument is opened once; its book may be halted and opened again"
        return (refused(command, Reason.INSTRUMENT_EXISTS, terms.instrument_id, detail),)
    if not known_currency(terms.currency):
        detail = f"{terms.currency} is no ISO 4217 currency with a minor unit; use one like CNY"
        return (refused(command, Reason.CURRENCY_UNKNOWN, terms.currency, detail),)
    if (wrong := next(_wrong_terms(terms, cause.at), None)) is not None:
        return (refused(command, Reason.TERMS_CONFLICT, terms.instrument_id, wrong),)
    found = destinations_of(market, terms, cause, rulesets)
    if found is not None and found.verdict == "nowhere":
        return sold_nowhere(command, terms, found)
    state = first_state(terms.rules, cause.at)
    return (InstrumentOpened(terms=terms, state=state, destinations=found),)


def set_instrument_state(
    market: Market, command: SetInstrumentState, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Halt a book, open it again, collect orders for an auction, or close it and end its orders.

    Shape: an auction's call that is opened ends, and the auction begins; so it does where market orders wait for one,
    or orders that were collected for one that has not been, or are left of one that a halt cut off. What has never
    opened opens by its rules. A book that trades at its auction's price is stopped or closed all the same: whoever is
    to stop it asks once. A policy's command may come before all that has fallen due is done: what is to end by then
    takes no part in an auction.
    """
    if (refusal := not_the_exchange(market, command, cause)) is not None:
        return (refusal,)
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    uncrossing_on = instrument.state == "uncrossing" and command.state in ("open", "call")
    if uncrossing_on or instrument.state in ("closing", "closed", command.state):
        detail = f"its book is {instrument.state} and cannot become {command.state} now"
        return (refused(command, Reason.INSTRUMENT_STATE, command.instrument_id, detail),)
    if command.state == "call" and instrument.terms.posted_price is not None:
        detail = "it sells at a posted price: in an auction nobody would ask; halt it instead"
        return (refused(command, Reason.INSTRUMENT_STATE, command.instrument_id, detail),)
    if command.state == "closed":
        return closing(market, instrument, "decision")
    owed = instrument.collects or instrument.auction_price is not None
    collected = owed and (instrument.bids or instrument.asks)
    if command.state == "open" and (instrument.state == "call" or collected or instrument.waiting.alive):
        if _unfinished(market, cause.at):
            return (
                InstrumentStateSet(
                    instrument_id=command.instrument_id, state="call", auction_at=cause.at + 1
                ),
            )
        return uncrossing(market, instrument, cause, rulesets, "decision")
    state: InstrumentState = command.state
    if state == "open" and not instrument.opened:
        state = opening_state(instrument, cause.at)
    return (InstrumentStateSet(instrument_id=command.instrument_id, state=state),)


def _unfinished(market: Market, at: int) -> bool:
    """Whether something has fallen due that is not done yet: more of it than one outcome holds."""
    first = earliest(market.agenda)
    return first is not None and first[0] <= at


def register_capacity(market: Market, command: RegisterCapacity, cause: Cause) -> Sequence[Fact]:
    """Remember what a participant can deliver, never less than it has sold, asks for and quotes."""
    if (refusal := not_the_exchange(market, command, cause)) is not None:
        return (refusal,)
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    if command.participant_id not in market.participants:
        detail = f"{command.participant_id} is not known to this market; check the name"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.participant_id, detail),)
    holder = instrument.holders.get(command.participant_id) or Holder()
    terms = instrument.terms
    quotes = terms.rules.capacity_needed and command.participant_id == terms.seller_id
    bound = instrument.lots_quoted if quotes else 0
    if command.quantity < holder.sold + holder.asked + bound - holder.bought:
        detail = (
            f"{command.quantity} lots; {holder.sold} are sold, {holder.asked} asked for and {bound} quoted"
        )
        return (refused(command, Reason.CAPACITY_INSUFFICIENT, command.participant_id, detail),)
    return (
        CapacityRegistered(
            instrument_id=command.instrument_id,
            participant_id=command.participant_id,
            quantity=command.quantity,
        ),
    )


def adopt_ruleset(
    market: Market, command: AdoptRuleset, cause: Cause, rulesets: Collection[str]
) -> Sequence[Fact]:
    """Decide by a ruleset from its time on, if it is one of those this installation has, by their digests."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    if command.ruleset_digest not in rulesets:
        detail = f"no ruleset of content {command.ruleset_digest} is installed here; install it, then activate it again"
        return (refused(command, Reason.RULESET_UNKNOWN, command.ruleset_version, detail),)
    latest = market.rulesets[-1] if market.rulesets else None
    if latest is not None and command.effective_at < latest.effective_at:
        earlier, this = iso(latest.effective_at), iso(command.effective_at)
        detail = f"{latest.version} takes effect at {earlier}, this one at {this}; name a later time"
        return (refused(command, Reason.RULESET_EARLIER, command.ruleset_version, detail),)
    return (
        RulesetAdopted(
            ruleset_version=command.ruleset_version,
            ruleset_digest=command.ruleset_digest,
            effective_at=command.effective_at,
        ),
    )


def _wrong_terms(terms: InstrumentTerms, at: int) -> Iterator[str]:
    """What of an instrument's terms contradicts itself, or the time."""
    yield from _wrong_posted(terms)
    if terms.rules.form == "plan" and terms.seller_id is None:
        yield "a price plan is somebody's; name the seller_id"
    yield from _wrong_hours(terms.rules, at)
    yield from _wrong_steps(terms)


def _wrong_posted(terms: InstrumentTerms) -> Iterator[str]:
    if terms.posted_price is None:
        return
    if terms.seller_id is None:
        yield "a posted price is somebody's; name the seller_id"
    if terms.rules.form != "book":
        yield f"a posted price stands in a book, its form is {terms.rules.form}"
    if terms.rules.call_us:
        yield "it sells at a posted price, so it does not open with an auction, in which nobody would ask"


def _wrong_hours(rules: BookRules, at: int) -> Iterator[str]:
    gate = last_trade(rules)
    if gate is not None and gate <= at:
        yield f"it would trade last at {iso(gate)}, now is {iso(at)}"
    if gate is not None and rules.first_trade is not None and gate <= rules.first_trade:
        yield f"it trades first at {iso(rules.first_trade)} and last at {iso(gate)}"
    called_until = max(at, rules.first_trade or at) + rules.call_us
    if gate is not None and rules.call_us and called_until > gate:
        yield f"its opening auction would be at {iso(called_until)}, after it trades last at {iso(gate)}"
    begins, ends = rules.window_from, rules.window_until
    if begins is not None and ends is not None and ends <= begins:
        yield f"its delivery begins at {iso(begins)} and ends at {iso(ends)}"


def _wrong_steps(terms: InstrumentTerms) -> Iterator[str]:
    rules = terms.rules
    if rules.quantity_min > rules.quantity_max:
        yield f"an order has at least {rules.quantity_min} and at most {rules.quantity_max} lots"
    if rules.quantity_max // rules.quantity_step * rules.quantity_step < rules.quantity_min:
        yield f"no multiple of {rules.quantity_step} lots is from {rules.quantity_min} to {rules.quantity_max}"
    for name, price in (("posted", terms.posted_price), ("reference", rules.reference_price)):
        if price is not None and price % rules.price_step:
            yield f"its {name} price is {price} ticks and its prices move in steps of {rules.price_step}"


def _too_large(command: Command, subject: str, value: msgspec.Struct, bytes_max: int) -> Refused | None:
    size = len(msgspec.msgpack.encode(value))
    if size <= bytes_max:
        return None
    detail = f"it takes {size} bytes and may take {bytes_max}; shorten its lists"
    return refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, subject, detail)
