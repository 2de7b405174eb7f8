"""What happened to what product versions are said to be."""

from exchange.kernel.bases import Digest, Fact, Names, Text, Value
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.product import DataTraits, Version
from exchange.kernel.safeguard import ReceivedUnder


class Descendant(Value, frozen=True):
    """A product version, and what was found of its upstream since somebody last looked at it.

    Shape: `received_under` are the kinds of safeguards that bind it, since it was made from data received under them.
    """

    product_id: ProductId
    version: Version
    inherited: Inherited
    received_under: ReceivedUnder = ()


class ProductReclassified(Fact, frozen=True):
    """A product version is other data than was described.

    Shape: `traits` hold from now on, in place of `before`, and differ from it in what is `changed`; `inherited` is what
    is found of its upstream and not in them, nothing where somebody else than its seller (`as_seller`) has said it. Its
    persons are counted in the market `counted_in`, None where it holds none or was never listed. `received_under`
    binds it as before.
    """

    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    before: DataTraits
    traits: DataTraits
    changed: Names
    inherited: Inherited
    counted_in: Id | None
    as_seller: bool
    grounds: Text
    evidence_digest: Digest
    by_id: ParticipantId
    received_under: ReceivedUnder = ()


class DescendantsFollowed(Fact, frozen=True):
    """Product versions made from re-classified ones, or from received ones, were looked at, so far.

    Shape: `changed` of those that were `seen`, as `product/version`, inherit something else, or are bound otherwise;
    `left` are still to be.
    """

    seen: Names
    changed: tuple[Descendant, ...]
    left: int


class DataReceived(Fact, frozen=True):
    """A participant has a product version under safeguards that bind it onward.

    Shape: `received_under` are all kinds by now; what it makes of the version is bound by them.
    """

    participant_id: ParticipantId
    product_id: ProductId
    version: Version
    received_under: ReceivedUnder


class CarriedInBond(Fact, frozen=True):
    """A product version that was made in bond carries this by now, whatever its seller says of it.

    Shape: what was made from it inherits what its maker could not know.
    """

    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    carried: Inherited


FACTS: tuple[type[Fact], ...] = (ProductReclassified, DescendantsFollowed, DataReceived, CarriedInBond)
