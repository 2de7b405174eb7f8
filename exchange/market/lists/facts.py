"""What a market came to know of published lists."""

from exchange.kernel.bases import Fact
from exchange.kernel.ids import Id, ProductId
from exchange.kernel.lists import ListTerms
from exchange.kernel.product import Version


class ListBrought(Fact, frozen=True):
    """A version of a list is known here, or stands otherwise."""

    terms: ListTerms


class CentreRegistrationBrought(Fact, frozen=True):
    """A product version is registered at the service centre, or no longer."""

    list_id: Id
    product_id: ProductId
    version: Version
    registered: bool


FACTS: tuple[type[Fact], ...] = (ListBrought, CentreRegistrationBrought)
