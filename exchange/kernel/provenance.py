"""What is behind a product version that was made in bond, as its business zone says it to those who sell it."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Count, Line, Names, Value
from exchange.kernel.descent import Carried, Inherited
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.persons import PersonsOf
from exchange.kernel.product import Place, Places, Version


class Behind(Value, frozen=True):
    """A consignment behind it.

    Shape: `retention_until` is the last day, in Asia/Shanghai; `balance_state` is a word of the fence's, None while
    people have to let the consignment in; `fence_broken` where something was written outside the fence.
    """

    consignment_id: Id
    return_list: Places
    retention_until: Line
    balance_state: Line | None
    fence_broken: bool


class Route(Value, frozen=True):
    """The dedicated lines in service that lead from the zone to a place."""

    place: Place
    link_ids: Names


class Provenance(Value, frozen=True):
    """What a product version carries of where it comes from, and how the consignments behind it stand.

    Shape: `origins` to `complete` are worked out over all runs behind it (lineage.md, section 3), the traits are those
    that ask most of all data behind it, None where nobody knows; `domestic_persons`, `sensitive_persons` and
    `foreign_persons` are upper bounds, and `persons` those of each origin behind it that has some; `routes` lead to
    places that some consignment may return to.
    """

    output_id: Id
    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    origins: Places
    domestic_pi: bool
    important: bool
    separable: bool
    complete: bool
    category: Line | None
    importance_basis: Line | None
    contains_pi: bool | None
    anonymisation: Line | None
    eu_special_category: bool | None
    eu_art9_condition: bool | None
    us_class: Line | None
    us_persons_12m: Count | None
    us_government_related: bool | None
    domestic_persons: Count | None
    sensitive_persons: Count | None
    foreign_persons: Count | None
    received_under: Names
    group_splitting: Line
    foreign_authority_request: bool
    consignments: Annotated[tuple[Behind, ...], msgspec.Meta(max_length=20)]
    routes: Annotated[tuple[Route, ...], msgspec.Meta(max_length=80)]
    publicly_available_in: Places = ()
    zone_id: Line = ""
    persons: Annotated[tuple[PersonsOf, ...], msgspec.Meta(max_length=40)] = ()

    @property
    def carried(self) -> Inherited:
        """What it carries into whatever is made from it; what nobody knows of is taken as being in it."""
        there: dict[Carried, bool] = {
            "domestic": self.domestic_pi,
            "important": self.important,
            "personal": self.contains_pi is not False,
            "us": self.us_class != "none" or self.us_government_related is not False,
        }
        return tuple(name for name, is_there in there.items() if is_there)
