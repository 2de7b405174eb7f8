"""What commands and facts of bonded processing are made of."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Count, Digest, Line, Names, Value
from exchange.kernel.descent import Inherited
from exchange.kernel.fields import Field
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.panel import Constituency
from exchange.kernel.product import Place, Places
from exchange.kernel.safeguard import SafeguardTerms as SafeguardTerms
from exchange.kernel.safeguard import SafeguardType as SafeguardType
from exchange.kernel.time import Day as Day

Sha256 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A line that says something."""
ProductName = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^hub://[^/]+/product/[^/]+/[^/]+\Z")]
"""A product version as lineage names it: `hub://<zone>/product/<id>/<version>`."""
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Links = Annotated[tuple[Id, ...], msgspec.Meta(max_length=10)]
LotName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")]
Unit: TypeAlias = Literal["record", "frame", "image", "minute", "byte"]
"""What a consignment is counted in. Source: lineage.md section 4."""
OutputUnit = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,29}\Z")]
"""What an output is counted in; a by-product has a unit of its own, as `vector` or `label`."""
OutputKind: TypeAlias = Literal["intermediate", "product", "by_product"]
EgressKind: TypeAlias = Literal["export", "return", "transfer"]
Purpose: TypeAlias = Literal[
    "contract",
    "hr",
    "emergency",
    "academic",
    "trade",
    "transport",
    "manufacturing",
    "marketing",
    "sale",
    "other",
]
Flag: TypeAlias = Literal["domestic_pi", "important"]
ErasureMethod: TypeAlias = Literal["clear", "purge", "destroy", "cryptographic_erase"]
"""Source: NIST SP 800-88 Rev 2, which knows clear, purge and destroy; erasing the key is a way to purge."""
IncidentKind: TypeAlias = Literal["undeclared_input", "wrote_outside_fence", "other"]
"""What can be reported of a job run."""
IncidentSort: TypeAlias = Literal["undeclared_input", "wrote_outside_fence", "session_breach", "other"]


class Handbook(Value, frozen=True):
    """The account of a consignment in a business zone."""

    zone_id: Id
    handbook_no: Id


class Party(Value, frozen=True):
    """A participant, as far as bonded processing has to know it.

    Shape: `public_key` is the Ed25519 key of its pre-entry commitment, with which it signs receipts.
    """

    participant_id: ParticipantId
    place: Place
    roles: Names
    beneficial_owner: Id
    public_key: Digest
    active: bool = True
    registered_zones: Names = ()
    ciio: bool = False
    gba_registered: bool = False
    us_covered_person: bool = False
    is_intermediary: bool = False
    bound_by_comparable_law: bool = False


class Lot(Value, frozen=True):
    """A part of a consignment that arrives as one: its items are numbered from 0.

    Units: `quantity` counts the consignment's unit. Shape: `sha256` is that of the lot's content.
    """

    name: LotName
    sha256: Sha256
    quantity: Annotated[int, msgspec.Meta(ge=1, le=2**62)]
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=2**62)]


class ItemRange(Value, frozen=True):
    """Items `first`..`last` of a lot, both included."""

    consignment_id: Id
    lot: LotName
    first: Count
    last: Count


Ranges = Annotated[tuple[ItemRange, ...], msgspec.Meta(max_length=100)]
Outputs = Annotated[tuple[Id, ...], msgspec.Meta(max_length=50)]
Sources = Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)]


class Coefficient(Value, frozen=True):
    """What a job is declared to yield of a by-product: at most `yields` of `unit` from `per_items` items."""

    unit: OutputUnit
    per_items: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    yields: Annotated[int, msgspec.Meta(ge=1, le=2**31)]


class Made(Value, frozen=True):
    """What a job made.

    Shape: `items` are those it holds or was made from; none means all that went into the job. `reference` is the
    maker's own name for it, of a product `P-01/1.0` perhaps; `fields` are those of its records where
    they are declared.
    """

    kind: OutputKind
    reference: Word
    unit: OutputUnit
    quantity: Annotated[int, msgspec.Meta(ge=1, le=2**62)]
    size_bytes: Count
    sha256: Sha256
    items: Ranges = ()
    fields: Annotated[tuple[Field, ...], msgspec.Meta(max_length=100)] = ()


class MadeOutput(Value, frozen=True):
    """An output as it entered the books, with all items behind it spelled out.

    Units: `expected` is what the declared coefficient yields at most; of what is no by-product it is `quantity`.
    """

    output_id: Id
    kind: OutputKind
    reference: Line
    unit: OutputUnit
    quantity: Count
    expected: Count
    size_bytes: Count
    sha256: Digest
    items: tuple[ItemRange, ...]
    fields: tuple[Field, ...] = ()


class Carried(Value, frozen=True):
    """What data carries of where it came from. Source: lineage.md section 3.

    Shape: `unsaid` may be in a source or a consignment though its description does not say so, since it was found of
    the product version that it is of; what is made of it names none.
    """

    origins: Places
    domestic_pi: bool
    important: bool
    separable: bool
    complete: bool
    unsaid: Inherited = ()


class KeptTerms(Value, frozen=True):
    """Under what items go on as another consignment's: those of the consignment that they were of.

    Shape: `carried` is that of the lot.
    """

    title: Line
    consignor_id: ParticipantId
    origin: Place
    unit: Unit
    return_list: Places
    retention_until: Day
    carried: Carried


class Retainted(Value, frozen=True):
    """What a job run's outputs carry since a recomputation, and all sources behind them."""

    job_run_id: Id
    carried: Carried
    source_ids: Names


class BalanceLine(Value, frozen=True):
    """A consignment's account in one unit, beside what was counted.

    Shape: `admitted` + `transferred_in` = `consumed` + `returned` + `transferred_out` + `scrapped` + `destroyed` +
    `in_transit` + `on_hand`; what is in transit is on its way to another business zone, which has not answered yet;
    `counted` is what was found on hand, and may differ by `tolerance`. Source: lineage.md section 4.
    """

    unit: Unit
    admitted: Count
    transferred_in: Count
    consumed: Count
    returned: Count
    transferred_out: Count
    scrapped: Count
    destroyed: Count
    on_hand: Count
    counted: Count
    tolerance: Count
    in_transit: Count = 0


class Part(Value, frozen=True):
    """A piece of content that moves, by the SHA-256 of its bytes."""

    name: Word
    sha256: Sha256


Parts = Annotated[tuple[Part, ...], msgspec.Meta(min_length=1, max_length=100)]


class Erasure(Value, frozen=True):
    """How data was deleted.

    Shape: `key_id` and `key_log_sha256` (of the log that the key store wrote when it destroyed the key) are given for a
    cryptographic erase, and only then; `replicas` lists backups and copies that were deleted too; `partial` where some
    were not.
    """

    method: ErasureMethod
    media: Word
    tool: Word
    tool_version: Word
    key_id: Id | None = None
    key_log_sha256: Sha256 | None = None
    replicas: Annotated[tuple[Word, ...], msgspec.Meta(max_length=50)] = ()
    partial: bool = False
    standard: Word = "NIST SP 800-88 Rev 2"


class PanelSeat(Value, frozen=True):
    """A member of the panel that decides a case."""

    name: Word
    constituency: Constituency
