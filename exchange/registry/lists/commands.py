"""What may be asked about published lists."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id, ProductId
from exchange.kernel.lists import ListTerms
from exchange.kernel.product import Version
from exchange.kernel.time import Day


class PublishList(Command, frozen=True):
    """Record a version of a list as its zone has published it. The version never changes, but for its last day."""

    terms: ListTerms


class EndList(Command, frozen=True):
    """Record the last day of a list, because another version takes its place."""

    list_id: Id
    valid_to: Day
    grounds: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class RegisterAtCentre(Command, frozen=True):
    """Record that a product version is registered at the service centre under a list of general data, or no longer."""

    list_id: Id
    product_id: ProductId
    version: Version
    registered: bool = True
    reference: Line = ""


COMMANDS: tuple[type[Command], ...] = (PublishList, EndList, RegisterAtCentre)
