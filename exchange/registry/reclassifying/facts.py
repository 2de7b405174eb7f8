"""What happened to what product versions are said to be."""

from exchange.kernel.bases import Digest, Fact, Names, Text, Value
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.product import DataTraits, Version


class Descendant(Value, frozen=True):
    """A product version, and what was found of its upstream since somebody last looked at it."""

    product_id: ProductId
    version: Version
    inherited: Inherited


class ProductReclassified(Fact, frozen=True):
    """A product version is other data than was described.

    Shape: `traits` hold from now on, in place of `before`, and differ from it in what is `changed`; `inherited` is what
    is found of its upstream and not in them, nothing where somebody else than its seller (`as_seller`) has said it. Its
    persons are counted in the market `counted_in`, None where it holds none or was never listed.
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


class DescendantsFollowed(Fact, frozen=True):
    """Product versions made from re-classified ones were looked at, so far.

    Shape: `changed` of those that were `seen`, as `product/version`, inherit something else; `left` are still to be.
    """

    seen: Names
    changed: tuple[Descendant, ...]
    left: int


FACTS: tuple[type[Fact], ...] = (ProductReclassified, DescendantsFollowed)
