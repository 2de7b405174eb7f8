"""What may be asked of the registry."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Digest, Line, Names, Text, Value
from exchange.kernel.fields import Fields
from exchange.kernel.ids import Id, MarketId, ParticipantId, ProductId
from exchange.kernel.money import CurrencyCode
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
from exchange.kernel.time import Instant
from exchange.registry.approvals import Approvals


class Role(StrEnum):
    """What a participant does here."""

    OPERATOR = "operator"
    GOVERNANCE = "governance"
    COUNTER = "counter"
    OBSERVER = "observer"
    SELLER = "seller"
    BUYER = "buyer"
    ASSESSOR = "assessor"
    CERTIFIER = "certifier"
    CUSTODIAN = "custodian"
    BROKER = "broker"
    PROCESSOR = "processor"
    ANALYST = "analyst"


class Commitment(Value, frozen=True):
    """A participant's signed pre-entry commitment.

    Shape: `text_digest` is the BLAKE2b-256 of the text committed to; `public_key` and `signature`
    are Ed25519 (32 and 64 bytes) over `exchange.registry.decider.commitment_bytes`.
    """

    text_digest: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    public_key: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


class AdmitParticipant(Command, frozen=True):
    """Let a participant take part. The first one admitted is an operator who admits itself."""

    participant_id: ParticipantId
    display_name: Line
    place: Place
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1, max_length=12)]
    beneficial_owner: Id
    currency: CurrencyCode
    commitment: Commitment
    registered_zones: Names = ()
    ciio: bool = False
    gba_registered: bool = False
    us_covered_person: bool = False
    is_intermediary: bool = False
    bound_by_comparable_law: bool = False


class SuspendParticipant(Command, frozen=True):
    """Stop a participant from trading; what it holds stays what it is."""

    participant_id: ParticipantId
    grounds: Text


class ReinstateParticipant(Command, frozen=True):
    """Let a suspended participant trade again."""

    participant_id: ParticipantId


class DraftProduct(Command, frozen=True):
    """Describe a product version that is to be sold. The version never changes once registered.

    Shape: `stored_in` is where the data lies; `protection` is `open` for a stream anyone on the
    network may read; `upstream` is what it was made from; `fields` are those of its records, where they are declared.
    """

    product_id: ProductId
    version: Version
    title: Line
    description: Text
    product_type: ProductType
    protection: Protection
    stored_in: Place
    languages: Names
    traits: DataTraits
    licence: LicenceTerms
    upstream: Annotated[tuple[Upstream, ...], msgspec.Meta(max_length=50)]
    fields: Fields = ()


class FileOpinion(Command, frozen=True):
    """An assessor's opinion on a drafted product: of its compliance first, then of its quality."""

    product_id: ProductId
    version: Version
    kind: Literal["compliance", "quality"]
    passed: bool
    report_digest: Digest
    statement: Text


class RegisterProduct(Command, frozen=True):
    """Issue the registration certificate of a product both of whose opinions passed."""

    product_id: ProductId
    version: Version


class ListProduct(Command, frozen=True):
    """Put a registered product version on sale in a market on stated terms.

    Units: `acceptance_days` is how long the buyer has to object once a delivery is complete.
    Shape: with a `plan` its units are sold by that price plan too, or by it alone where the price says so.
    """

    product_id: ProductId
    version: Version
    market_id: MarketId
    price: PricePlan
    transaction_type: TransactionType
    acceptance_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 7
    plan: PlanTerms | None = None


class SuspendListing(Command, frozen=True):
    """Take a listing off sale for now; running entitlements go on."""

    listing_id: Id
    grounds: Text


class ResumeListing(Command, frozen=True):
    """Put a suspended listing back on sale."""

    listing_id: Id


class WithdrawListing(Command, frozen=True):
    """Take a listing off sale for good; running entitlements go on."""

    listing_id: Id
    grounds: Text


class ActivateRuleset(Command, frozen=True):
    """Have the fence decide by this ruleset from `effective_at` on.

    Shape: `ruleset_digest` is the hex BLAKE2b-256 of the ruleset's content; `approvals` are the management body's, one
    of each constituency, over `exchange.registry.body.signing.ruleset_bytes`. Only a first ruleset needs none, while
    the body was never complete.
    """

    ruleset_version: Line
    ruleset_digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    effective_at: Instant
    approvals: Approvals = ()


COMMANDS: tuple[type[Command], ...] = (
    AdmitParticipant,
    SuspendParticipant,
    ReinstateParticipant,
    DraftProduct,
    FileOpinion,
    RegisterProduct,
    ListProduct,
    SuspendListing,
    ResumeListing,
    WithdrawListing,
    ActivateRuleset,
)
