"""Sealed bids, made where they can be kept: only who knows price and salt can reveal one."""

import os
import secrets
from pathlib import Path

import msgspec

from exchange.kernel.errors import Misuse
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.market.auctions.commands import Salt
from exchange.market.auctions.sealing import commitment
from exchange.market.commands import Price

_SALT_BYTES = 32


class SealedBid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bid that nobody else can read until it is revealed.

    Units: `price` in the instrument's ticks a lot. Shape: without price and salt it cannot be revealed, and its
    deposit is lost; so keep it (`write`) before it is committed.
    """

    auction_id: Id
    market_id: MarketId
    participant_id: ParticipantId
    price: Price
    salt: Salt

    @property
    def commitment(self) -> bytes:
        """What is told of it before it is revealed."""
        return commitment(self.auction_id, self.participant_id, self.price, self.salt)

    def write(self, path: Path | str) -> None:
        """Keep it in a new file that only its owner can read.

        Raises: Misuse if there is a file of that name, or it cannot be written.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(self) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Misuse(f"the bid cannot be kept in {path}: {error.strerror}; name a new file") from error

    @classmethod
    def read(cls, path: Path | str) -> "SealedBid":
        """The bid that was kept in a file. Raises: Misuse if there is none."""
        try:
            return msgspec.json.decode(Path(path).read_bytes(), type=cls)
        except OSError as error:
            raise Misuse(f"no bid can be read from {path}: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise Misuse(f"{path} holds no sealed bid ({error}); name the file it was kept in") from error


def sealed_bid(*, auction_id: str, market_id: str, participant_id: str, price: int) -> SealedBid:
    """Seal a bid of `price` ticks a lot with a new salt.

    Raises: Misuse if a value is out of its bounds.
    """
    values = {
        "auction_id": auction_id,
        "market_id": market_id,
        "participant_id": participant_id,
        "price": price,
        "salt": secrets.token_bytes(_SALT_BYTES),
    }
    try:
        return msgspec.convert(values, SealedBid, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise Misuse(f"that is no bid: {error}") from error
