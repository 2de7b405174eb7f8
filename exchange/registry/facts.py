"""What happened in the registry."""

from exchange.kernel.bases import Digest, Fact, Line, Names, Text
from exchange.kernel.descent import Inherited
from exchange.kernel.fields import Field
from exchange.kernel.ids import Id, MarketId, ParticipantId, ProductId
from exchange.kernel.plan import PlanTerms
from exchange.kernel.product import (
    DataTraits,
    LicenceTerms,
    Place,
    PricePlan,
    ProductType,
    Protection,
    TransactionType,
    Upstream,
    Version,
)
from exchange.kernel.safeguard import ReceivedUnder
from exchange.kernel.time import Instant
from exchange.registry.approvals import Approvals
from exchange.registry.commands import Role
from exchange.registry.reasons import Reason as Reason


class ParticipantAdmitted(Fact, frozen=True):
    """A participant may take part; its commitment's signature was verified.

    Shape: `commitment_digest` is the BLAKE2b-256 of the text that `signature` commits it to.
    """

    participant_id: ParticipantId
    display_name: Line
    place: Place
    roles: tuple[Role, ...]
    beneficial_owner: Id
    currency: Line
    registered_zones: Names
    ciio: bool
    gba_registered: bool
    us_covered_person: bool
    is_intermediary: bool
    bound_by_comparable_law: bool
    commitment_digest: Digest
    public_key: Digest
    signature: Digest


class ParticipantSuspended(Fact, frozen=True):
    """A participant may no longer trade."""

    participant_id: ParticipantId
    grounds: Text


class ParticipantReinstated(Fact, frozen=True):
    """A suspended participant may trade again."""

    participant_id: ParticipantId


class ProductDrafted(Fact, frozen=True):
    """A product version was described by its seller."""

    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    title: Line
    description: Text
    product_type: ProductType
    protection: Protection
    stored_in: Place
    languages: Names
    traits: DataTraits
    licence: LicenceTerms
    upstream: tuple[Upstream, ...]
    package_digest: Digest
    fields: tuple[Field, ...] = ()


class OpinionFiled(Fact, frozen=True):
    """An assessor gave its opinion on a product version."""

    product_id: ProductId
    version: Version
    kind: Line
    passed: bool
    assessor_id: ParticipantId
    report_digest: Digest
    statement: Text


class ProductRegistered(Fact, frozen=True):
    """The registration certificate of a product version was issued.

    Shape: `package_digest` is the BLAKE2b-256 of what was drafted, `certificate_id` is unique; `traits` are what it was
    registered as, None in facts that are older than that; `received_under` are the kinds of safeguards that bind it.
    """

    product_id: ProductId
    version: Version
    certificate_id: Id
    package_digest: Digest
    traits: DataTraits | None = None
    received_under: ReceivedUnder = ()


class ListingPublished(Fact, frozen=True):
    """A product version is on sale. Carries all that a market and the delivery need to know of it.

    Shape: `certificate_id` is the listing's own certificate; `licence_digest` the BLAKE2b-256 of the
    licence's canonical JSON; `assessor_ids` are those who gave an opinion and so may not trade it; `plan` is the
    price plan its units are sold by, if it came with one; `inherited` is what is found of its upstream since somebody
    looked at it, `received_under` the kinds of safeguards that bind its seller in where it goes.
    """

    listing_id: Id
    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    market_id: MarketId
    certificate_id: Id
    title: Line
    product_type: ProductType
    protection: Protection
    stored_in: Place
    traits: DataTraits
    licence: LicenceTerms
    licence_digest: Digest
    upstream: tuple[Upstream, ...]
    price: PricePlan
    transaction_type: TransactionType
    acceptance_days: int
    assessor_ids: Names = ()
    plan: PlanTerms | None = None
    fields: tuple[Field, ...] = ()
    inherited: Inherited = ()
    received_under: ReceivedUnder = ()


class ListingSuspended(Fact, frozen=True):
    """A listing is off sale for now; if `by_operator`, only an operator may put it back."""

    listing_id: Id
    market_id: MarketId
    grounds: Text
    by_operator: bool = False


class ListingResumed(Fact, frozen=True):
    """A suspended listing is on sale again."""

    listing_id: Id
    market_id: MarketId


class ListingWithdrawn(Fact, frozen=True):
    """A listing is off sale for good."""

    listing_id: Id
    market_id: MarketId
    grounds: Text


class RulesetActivated(Fact, frozen=True):
    """The fence decides by this ruleset from `effective_at` on. Shape: `approvals` are the management body's."""

    ruleset_version: Line
    ruleset_digest: Line
    effective_at: Instant
    approvals: Approvals = ()


FACTS: tuple[type[Fact], ...] = (
    ParticipantAdmitted,
    ParticipantSuspended,
    ParticipantReinstated,
    ProductDrafted,
    OpinionFiled,
    ProductRegistered,
    ListingPublished,
    ListingSuspended,
    ListingResumed,
    ListingWithdrawn,
    RulesetActivated,
)
