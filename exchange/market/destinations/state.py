"""What a market remembers of what the fence said of listings."""

import msgspec

from exchange.kernel.ids import InstrumentId


class Said(msgspec.Struct, frozen=True):
    """What was said of a listing last: its best outcome, the digest of all of it, and what that is called.

    Shape: it is `lacking` where a REVIEW waits for facts, or for what is demanded beside.
    """

    outcome: str
    digest: str
    decision_id: str
    lacking: bool = False


class Listings(msgspec.Struct):
    """What was said, by instrument, and those that are to be asked about again.

    Shape: `answered` numbers what was said again, so that continuations in one outcome never name two alike.
    """

    said: dict[InstrumentId, Said] = msgspec.field(default_factory=dict)
    todo: list[InstrumentId] = msgspec.field(default_factory=list)
    answered: int = 0
