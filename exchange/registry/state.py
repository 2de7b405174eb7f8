"""What the registry remembers."""

from enum import StrEnum

import msgspec

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.product import DataTraits
from exchange.kernel.safeguard import SafeguardTerms
from exchange.registry.body.state import Body
from exchange.registry.cases.state import Cases
from exchange.registry.commands import Role
from exchange.registry.facts import ProductDrafted
from exchange.registry.lists.state import Lists
from exchange.registry.participants.description import Description
from exchange.registry.persons.state import Persons
from exchange.registry.reclassifying.state import Descent


class Participant(msgspec.Struct):
    """What is known of a participant: that is said again in full whenever some of it becomes otherwise."""

    described: Description
    public_key: bytes
    active: bool = True

    @property
    def roles(self) -> tuple[Role, ...]:
        """What it does here."""
        return self.described.roles

    @property
    def beneficial_owner(self) -> str:
        """Whose it is."""
        return self.described.beneficial_owner

    @property
    def gba_registered(self) -> bool:
        """Whether it is registered in the Greater Bay Area."""
        return self.described.gba_registered


class VersionState(StrEnum):
    """How far a product version has come. Source: market.md section 6."""

    DRAFT = "draft"
    COMPLIANCE_REVIEW = "compliance_review"
    QUALITY_REVIEW = "quality_review"
    REGISTERED = "registered"
    REJECTED = "rejected"


class ProductVersion(msgspec.Struct):
    """A product version: what was drafted, who assessed it, and the markets it is on offer in.

    Shape: `traits` are what is known of it now; `listed_in` maps a market to the listing that was not withdrawn.
    """

    drafted: ProductDrafted
    traits: DataTraits
    state: VersionState = VersionState.DRAFT
    assessor_ids: tuple[str, ...] = ()
    listed_in: dict[str, str] = msgspec.field(default_factory=dict)


class Product(msgspec.Struct):
    """A product belongs to the seller who drafted its first version."""

    seller_id: str
    versions: dict[str, ProductVersion] = msgspec.field(default_factory=dict)


class ListingState(StrEnum):
    """Whether a listing is on sale."""

    LISTED = "listed"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    BARRED = "barred"


OVER = frozenset((ListingState.WITHDRAWN, ListingState.BARRED))
"""Off sale for good."""


class Listing(msgspec.Struct):
    """A product version on offer in a market; `held_by_operator` if only an operator may resume it."""

    product_id: str
    version: str
    seller_id: str
    market_id: str
    state: ListingState = ListingState.LISTED
    held_by_operator: bool = False


class ActivatedRuleset(msgspec.Struct, frozen=True):
    """A ruleset that decides from `effective_at` on, until the next one does."""

    digest: str
    effective_at: int


class Registry(msgspec.Struct):
    """The registry's one partition.

    Units: `rulesets_from` is when the latest activated ruleset takes effect, None before the first. Shape: `rulesets`
    are the last ones, in order; `agenda` has what happens by itself in order, `due` when each of it does; `site` tells
    this exchange from every other; `safeguards` and `attestations` as they stand, those
    over too, whose names are taken for good.
    """

    partition: int
    participants: dict[str, Participant] = msgspec.field(default_factory=dict)
    products: dict[str, Product] = msgspec.field(default_factory=dict)
    listings: dict[str, Listing] = msgspec.field(default_factory=dict)
    rulesets_from: int | None = None
    site: str = ""
    cases: Cases = msgspec.field(default_factory=Cases)
    body: Body = msgspec.field(default_factory=Body)
    agenda: list[tuple[int, str, str]] = msgspec.field(default_factory=list)
    due: dict[str, int] = msgspec.field(default_factory=dict)
    safeguards: dict[str, SafeguardTerms] = msgspec.field(default_factory=dict)
    attestations: dict[str, AttestationTerms] = msgspec.field(default_factory=dict)
    persons: Persons = msgspec.field(default_factory=Persons)
    descent: Descent = msgspec.field(default_factory=Descent)
    lists: Lists = msgspec.field(default_factory=Lists)
    rulesets: list[ActivatedRuleset] = msgspec.field(default_factory=list)
