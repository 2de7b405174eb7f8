"""What happened to published lists."""

from exchange.kernel.bases import Fact, Line, Text
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.lists import ListTerms
from exchange.kernel.product import Version


class ListPublished(Fact, frozen=True):
    """A version of a list is known."""

    terms: ListTerms
    by_id: ParticipantId


class ListEnded(Fact, frozen=True):
    """A list has another last day than it had; `terms` is all of it as it stands since."""

    terms: ListTerms
    grounds: Text
    by_id: ParticipantId


class CentreRegistered(Fact, frozen=True):
    """A product version is registered at the service centre under a list, or no longer."""

    list_id: Id
    product_id: ProductId
    version: Version
    registered: bool
    reference: Line
    by_id: ParticipantId


FACTS: tuple[type[Fact], ...] = (ListPublished, ListEnded, CentreRegistered)
