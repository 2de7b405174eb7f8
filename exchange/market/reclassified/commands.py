"""What a market is told of product versions that are other data."""

from exchange.kernel.bases import Command
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import MarketId, ProductId
from exchange.kernel.product import DataTraits, Version
from exchange.kernel.safeguard import ReceivedUnder


class RecordTraits(Command, frozen=True):
    """Remember what a product version is known to be now. Sent by a policy.

    Shape: `traits` None leaves them as they are; `counted_in` is the one market that counts its seller's persons, None
    where there are none; `inherited` is what is found of its upstream and is not in its traits, `received_under` the
    kinds of safeguards that bind it.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None
    inherited: Inherited
    counted_in: MarketId | None = None
    received_under: ReceivedUnder = ()


COMMANDS: tuple[type[Command], ...] = (RecordTraits,)
