"""What other contexts tell a market: participants, instruments, rulesets. All of it comes from policies."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice

import msgspec

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.book import open_orders
from exchange.market.commands import (
    AdoptRuleset,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
    Side,
)
from exchange.market.facts import (
    InstrumentOpened,
    InstrumentStateSet,
    ParticipantRecorded,
    Reason,
    RulesetAdopted,
    StandingRecorded,
)
from exchange.market.orders import cancelled
from exchange.market.state import Instrument, Market, Order

TERMS_BYTES_MAX = 16 * 1024
STANDING_BYTES_MAX = 4 * 1024
"""What a crossing is made of is bounded as it enters, so that every decision fits an outcome with room to spare."""
CANCELLED_MAX = 200
"""Orders that closing an instrument cancels in one outcome; the rest follow in continuations."""
_CONTINUED_MAX = 100


def record_participant(market: Market, command: RecordParticipant, cause: Cause) -> Sequence[Fact]:
    """Remember a participant as the registry knows it now."""
    if refusal := _not_a_policy(command, cause) or _too_large(
        command, command.standing.participant_id, command.standing, STANDING_BYTES_MAX
    ):
        return refusal
    return (ParticipantRecorded(standing=command.standing),)


def record_standing(market: Market, command: RecordStanding, cause: Cause) -> Sequence[Fact]:
    """Remember whether a participant may trade."""
    if refusal := _not_a_policy(command, cause):
        return refusal
    if command.participant_id not in market.participants:
        detail = "the market has not been told of it; record the participant first"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.participant_id, detail),)
    return (StandingRecorded(participant_id=command.participant_id, active=command.active),)


def open_instrument(market: Market, command: OpenInstrument, cause: Cause) -> Sequence[Fact]:
    """Open a book."""
    terms = command.terms
    if refusal := _not_a_policy(command, cause) or _too_large(
        command, terms.instrument_id, terms, TERMS_BYTES_MAX
    ):
        return refusal
    if terms.instrument_id in market.instruments:
        detail = "an instrument is opened once; its book may be halted and opened again"
        return (refused(command, Reason.INSTRUMENT_EXISTS, terms.instrument_id, detail),)
    if not known_currency(terms.currency):
        detail = f"{terms.currency} is no ISO 4217 currency with a minor unit; use one like CNY"
        return (refused(command, Reason.CURRENCY_UNKNOWN, terms.currency, detail),)
    if terms.posted_price is not None and terms.seller_id is None:
        detail = "a posted price is somebody's; name the seller_id"
        return (refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, terms.instrument_id, detail),)
    return (InstrumentOpened(terms=terms),)


def set_instrument_state(market: Market, command: SetInstrumentState, cause: Cause) -> Sequence[Fact]:
    """Halt a book, open it again, or close it and cancel its orders.

    Shape: where more are open than one outcome may hold, the book is `closing` until continuations are done.
    """
    if refusal := _not_a_policy(command, cause):
        return refusal
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        detail = "no such instrument is traded here; the catalogue names those on sale"
        return (refused(command, Reason.INSTRUMENT_UNKNOWN, command.instrument_id, detail),)
    if instrument.state in ("closing", "closed", command.state):
        detail = (
            f"its book is {instrument.state} and cannot become {command.state};"
            " only an open or a halted book changes"
        )
        return (refused(command, Reason.INSTRUMENT_STATE, command.instrument_id, detail),)
    if command.state == "closed":
        return _closing(market, instrument, CANCELLED_MAX)
    return (InstrumentStateSet(instrument_id=command.instrument_id, state=command.state),)


def continue_closing(market: Market, instrument_id: str) -> Sequence[Fact]:
    """Cancel the next orders of a book that is closing, and close it with the last of them."""
    return _closing(market, market.instruments[instrument_id], _CONTINUED_MAX)


def adopt_ruleset(
    market: Market, command: AdoptRuleset, cause: Cause, rulesets: Collection[str]
) -> Sequence[Fact]:
    """Decide by a ruleset from its time on, if it is one of those this installation has, by their digests."""
    if refusal := _not_a_policy(command, cause):
        return refusal
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


def _closing(market: Market, instrument: Instrument, orders_max: int) -> Sequence[Fact]:
    instrument_id = instrument.terms.instrument_id
    ending = list(islice(_all_orders(market, instrument), orders_max + 1))
    facts: list[Fact] = [
        cancelled(market, order, "instrument_closed", order.quantity_left) for order in ending[:orders_max]
    ]
    if len(ending) <= orders_max:
        facts.append(InstrumentStateSet(instrument_id=instrument_id, state="closed"))
    elif instrument.state != "closing":
        facts.insert(0, InstrumentStateSet(instrument_id=instrument_id, state="closing"))
    return facts


def _all_orders(market: Market, instrument: Instrument) -> Iterator[Order]:
    return chain.from_iterable(open_orders(instrument, market.orders, side) for side in Side)


def _not_a_policy(command: Command, cause: Cause) -> tuple[Refused, ...]:
    if cause.actor == POLICY_ACTOR:
        return ()
    detail = f"the exchange itself does this when the registry's facts call for it; {cause.actor} may not"
    return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)


def _too_large(command: Command, subject: str, value: msgspec.Struct, bytes_max: int) -> tuple[Refused, ...]:
    size = len(msgspec.msgpack.encode(value))
    if size <= bytes_max:
        return ()
    detail = f"it takes {size} bytes and may take {bytes_max}; shorten its lists"
    return (refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, subject, detail),)
