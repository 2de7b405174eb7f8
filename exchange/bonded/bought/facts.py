"""What a business zone came to know of product versions: which there are, and which are other data."""

from exchange.kernel.bases import Fact, Text
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import ParticipantId, ProductId
from exchange.kernel.product import DataTraits, Version
from exchange.kernel.safeguard import ReceivedUnder


class ProductTraitsRecorded(Fact, frozen=True):
    """Whatever is here of this product version is re-classified next.

    Shape: `traits` None leaves them as they are; without scenarios and fields where these are too many for a decision.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None
    inherited: Inherited
    grounds: Text
    received_under: ReceivedUnder = ()


class ProductRegisteredRecorded(Fact, frozen=True):
    """There is such a product version; what is here of it is described no milder than its `traits`, if they are known.

    Shape: without scenarios and fields where these are too many for a decision.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None = None
    received_under: ReceivedUnder = ()


class ProductCarriedRecorded(Fact, frozen=True):
    """This product version was made in bond, and carries this by now; what is here of it and does not say so may."""

    product_id: ProductId
    version: Version
    carried: Inherited
    grounds: Text


class ProductReceivedRecorded(Fact, frozen=True):
    """What a participant brings of this product version, or works on, is bound in where it goes next."""

    participant_id: ParticipantId
    product_id: ProductId
    version: Version
    received_under: ReceivedUnder


FACTS: tuple[type[Fact], ...] = (
    ProductTraitsRecorded,
    ProductRegisteredRecorded,
    ProductCarriedRecorded,
    ProductReceivedRecorded,
)
