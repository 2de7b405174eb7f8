"""The commands that are measured: orders that meet nobody at once and are gone, two facts each.

Eight books with a resting order on either side; bids and asks in turn, by sixteen participants, inside the spread.
A bid reserves money and gets it back with the second fact.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from exchange.kernel.bases import Command, CommandMeta, Outcome, Recorded, Source
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.product import LicenceTerms
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import (
    ConfirmDeposit,
    InstrumentTerms,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    Side,
    Standing,
    TimeInForce,
    Use,
)
from exchange.market.facts import OrderAccepted, OrderCancelled
from streams.codec import codec_for
from streams.deciders import all_deciders
from tests.support.traits import GENERAL

MARKET_ID = "M-1"
FLOODED = {"market": 1_000_000}
"""Sixteen participants ask whatever a market can decide: none of it is to be passed over for its rate."""
_BOOKS, _TRADERS = 8, 8
_BANK = "BK-1"
_CASH_MINOR = 10**13
_LICENCE = hashlib.blake2b(b"licence", digest_size=32).digest()
_pack = msgspec.msgpack.Encoder(order="deterministic").encode

Command_ = tuple[CommandMeta, Command]


def setting_up(valid_until: int) -> list[Command_]:
    """What must be known before the first order: participants, money, books, one resting order on either side."""
    asked: list[Command_] = []

    def told(command: Command) -> None:
        source = Source(topic="registry.journal", partition=0, seq=len(asked), index=0)
        meta = CommandMeta(id=f"s-{len(asked)}", actor=POLICY_ACTOR, valid_until=valid_until, source=source)
        asked.append((meta, command))

    def says(actor: str, command: Command) -> None:
        asked.append((CommandMeta(id=f"s-{len(asked)}", actor=actor, valid_until=valid_until), command))

    told(RecordParticipant(standing=a_trader(_BANK, "custodian")))
    for number in range(_TRADERS):
        told(RecordParticipant(standing=a_trader(f"SE-{number}", "seller")))
        told(RecordParticipant(standing=a_trader(f"BU-{number}", "buyer")))
        says(
            _BANK,
            ConfirmDeposit(
                participant_id=f"BU-{number}",
                currency="CNY",
                amount_minor=_CASH_MINOR,
                reference=f"D-{number}",
            ),
        )
    for number in range(_BOOKS):
        told(OpenInstrument(terms=an_hour(f"I-{number}")))
        says("SE-0", _order(number, Side.ASK, 1_100, TimeInForce.GOOD_TILL_CANCELLED))
        says("BU-0", _order(number, Side.BID, 900, TimeInForce.GOOD_TILL_CANCELLED))
    return asked


def orders(count: int, valid_until: int) -> Iterator[Command_]:
    """The measured commands."""
    for number in range(count):
        side = Side.BID if number % 2 else Side.ASK
        trader = f"{'BU' if number % 2 else 'SE'}-{number // 2 % _TRADERS}"
        meta = CommandMeta(id=f"c-{number}", actor=trader, valid_until=valid_until)
        yield meta, _order(number % _BOOKS, side, 950 + number % 100, TimeInForce.IMMEDIATE_OR_CANCEL, number)


def resting(count: int, valid_until: int) -> Iterator[Command_]:
    """Orders that stay in the books: bids below and asks above what is measured, at two hundred prices."""
    for number in range(count):
        bid = number % 2
        meta = CommandMeta(
            id=f"r-{number}",
            actor=f"{'BU' if bid else 'SE'}-{number // 2 % _TRADERS}",
            valid_until=valid_until,
        )
        price = (700 if bid else 1_100) + number % 200
        yield (
            meta,
            _order(
                number % _BOOKS, Side.BID if bid else Side.ASK, price, TimeInForce.GOOD_TILL_CANCELLED, number
            ),
        )


def encoded(commands: Iterable[Command_]) -> Iterator[bytes]:
    """As they lie in the topic."""
    encode = codec_for("market").encode_command
    return (encode(meta, command) for meta, command in commands)


class Check:
    """What must have come out, whoever decided: the facts themselves, one by one.

    Shape: `claim`, `content` and `source` are the journal protocol's and left out, as plain deciders have none.
    """

    def __init__(self) -> None:
        self.facts = 0
        self.accepted = 0
        self.cancelled = 0
        self.reserved_minor = 0
        self.released_minor = 0
        self._digest = hashlib.blake2b(digest_size=16)

    def take(self, recorded: Recorded) -> None:
        """Count one fact in."""
        meta, fact = recorded
        self.facts += 1
        place = (meta.seq, meta.cause, meta.index, meta.last, meta.command_id, meta.actor, meta.at)
        self._digest.update(_pack((type(fact).__name__, place, fact)))
        if isinstance(fact, OrderAccepted):
            self.accepted += 1
            self.reserved_minor += fact.reserved_minor
        elif isinstance(fact, OrderCancelled):
            self.cancelled += 1
            self.released_minor += fact.released_minor

    def result(self) -> dict[str, Any]:
        """Everything that has to be equal."""
        return {
            "facts": self.facts,
            "accepted": self.accepted,
            "cancelled": self.cancelled,
            "reserved_minor": self.reserved_minor,
            "released_minor": self.released_minor,
            "digest": self._digest.hexdigest(),
        }


def outcomes_of(records: Iterable[tuple[int, int, bytes]]) -> Iterator[Outcome]:
    """What the decider in this process says of commands, given as (offset, timestamp in ms, value)."""
    codec, partition = codec_for("market"), Partition(all_deciders(FLOODED)["market"], 0)
    for offset, timestamp_ms, value in records:
        asked = Asked(*codec.decode_command(value))
        yield from partition.answer(offset, timestamp_ms * 1_000, asked, claim=0)


def _order(book: int, side: Side, price: int, time_in_force: Any, number: int = 0) -> PlaceOrder:
    return PlaceOrder(
        instrument_id=f"I-{book}",
        side=side,
        quantity=1 + number % 7,
        price=price,
        use=Use(purpose="transport", place_of_use="JP", licence_digest=_LICENCE)
        if side is Side.BID
        else Use(),
        reference=f"r-{number}",
        time_in_force=time_in_force,
    )


def a_trader(participant_id: str, *roles: str) -> Standing:
    """Somebody in Japan."""
    return Standing(
        participant_id=participant_id,
        place="JP",
        roles=roles,
        beneficial_owner=f"UBO-{participant_id}",
        active=True,
        registered_zones=(),
        ciio=False,
        gba_registered=False,
        us_covered_person=False,
        is_intermediary=False,
        bound_by_comparable_law=False,
    )


def an_hour(instrument_id: str) -> InstrumentTerms:
    """A standard lot, of which any seller has some: compute, which is no crossing."""
    return InstrumentTerms(
        instrument_id=instrument_id,
        market_id=MARKET_ID,
        listing_id=f"L-{instrument_id}",
        product_id=f"P-{instrument_id}",
        version="1",
        title="Compute",
        unit="GPU-hour",
        currency="CNY",
        tick_micros=10_000,
        seller_id=None,
        posted_price=None,
        moves_data=False,
        subscription=False,
        stored_in="JP",
        traits=msgspec.structs.replace(GENERAL, sector="compute", collected_in=()),
        licence=LicenceTerms(
            title="Use",
            spatial=("JP",),
            purposes=("transport",),
            permitted=("use",),
            prohibited=(),
            term_days=31,
        ),
        licence_digest=_LICENCE,
        transaction_type="none",
        acceptance_days=7,
    )
