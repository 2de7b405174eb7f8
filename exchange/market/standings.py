"""What the fence could tell participants apart by: orders of one standing are admitted or passed over together."""

from functools import lru_cache
from hashlib import blake2b

import msgspec

from exchange.market.commands import ASK, InstrumentTerms, Side, Standing, Use
from exchange.market.parties import may_trade

IDLE = "-"
"""The standing of those who may not trade at present, whatever else they are."""
ANY = ""
"""Everybody's who may, where no data moves."""


def standing_of(terms: InstrumentTerms, participant: Standing, side: Side, use: Use) -> str:
    """The standing of a participant's order; the same for all that the fence cannot tell apart.

    Shape: who exports is told apart by name, since what it has exported counts; who receives by place, law and use.
    """
    if not may_trade(participant, side):
        return IDLE
    if not terms.moves_data:
        return ANY
    if side is ASK:
        return participant.participant_id
    return _receiving(participant, use)


@lru_cache(maxsize=4_096)
def _receiving(participant: Standing, use: Use) -> str:
    told = msgspec.structs.replace(participant, participant_id="any", beneficial_owner="any", roles=())
    return blake2b(msgspec.msgpack.encode((told, use)), digest_size=8).hexdigest()
