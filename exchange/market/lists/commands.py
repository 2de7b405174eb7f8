"""What a market is told of published lists."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ProductId
from exchange.kernel.lists import ListTerms
from exchange.kernel.product import Version


class BringList(Command, frozen=True):
    """Remember a version of a list as it stands now. Sent by a policy."""

    terms: ListTerms


class BringCentreRegistration(Command, frozen=True):
    """Remember whether a product version is registered at the service centre. Sent by a policy."""

    list_id: Id
    product_id: ProductId
    version: Version
    registered: bool


COMMANDS: tuple[type[Command], ...] = (BringList, BringCentreRegistration)
