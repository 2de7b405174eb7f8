"""What a business zone is told of product versions that are other data."""

from exchange.kernel.bases import Command, Text
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import ProductId
from exchange.kernel.product import DataTraits, Version


class RecordProductTraits(Command, frozen=True):
    """Remember what a product version is known to be now, for what is here of it. Sent by a policy.

    Shape: `traits` None leaves them as they are; `inherited` is what is found of its upstream and is not in its traits.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None
    inherited: Inherited
    grounds: Text


class RecordProductRegistered(Command, frozen=True):
    """Remember that a product version was registered, so that data may be said to be of it. Sent by a policy.

    Shape: `traits` are what it was registered as, None where nobody said.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None = None


class RecordProductCarried(Command, frozen=True):
    """Remember what a product version that was made in bond carries, as its zone says. Sent by a policy."""

    product_id: ProductId
    version: Version
    carried: Inherited
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (RecordProductTraits, RecordProductRegistered, RecordProductCarried)
