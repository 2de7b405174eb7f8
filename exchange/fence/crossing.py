"""A proposed move of data, in all the facts the rules may ask about.

Where the lack of a fact could hide a duty, the field has no default, and None (or a word the rules do not know) means
"not known": the fence answers that with a review, never by reading it as harmless. Fields with a default are either
descriptive or such that the default is the severe reading.

Source: rules.md section 1. The wire names are those of the source, so `safeguards` is called `instruments` there.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

from exchange.fence.dates import known_zone
from exchange.fence.lineage import LineageGraph
from exchange.kernel.bases import Value
from exchange.kernel.safeguard import SafeguardType as SafeguardType
from exchange.kernel.time import Instant

Place = str
"""ISO 3166 alpha-2, and `CN-LG` for the bonded side of the zone; `CN` is the ordinary mainland."""


def _words(*words: str) -> msgspec.Meta:
    """Marks a text whose known words are `words`; any other word is read as an unknown fact."""
    return msgspec.Meta(extra={"words": frozenset(words)})


IntentKind = Annotated[str, _words("admit", "job", "export", "return", "access")]
Category = Annotated[str, _words("general", "important", "core")]
ImportanceBasis = Annotated[str, _words("notified", "published", "self_assessed", "none")]
Anonymisation = Annotated[str, _words("none", "claimed", "report_passed")]
UsClass = Annotated[
    str,
    _words("none", "omic", "genomic", "biometric", "geolocation", "health", "financial", "identifiers"),
]
Purpose = Annotated[
    str,
    _words(
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
    ),
]
DeliveryShape = Annotated[str, _words("single", "subscription")]
TxnType = Annotated[
    str,
    _words("brokerage-sale", "vendor", "employment", "investment", "intra-group", "other", "none"),
]
GroupSplitting = Annotated[str, _words("none", "suspected", "confirmed")]
LinkKind = Annotated[str, _words("dedicated", "internet", "none")]
LinkState = Annotated[str, _words("in_service", "planned", "building", "down", "none")]
BalanceState = Annotated[str, _words("balanced", "within_tolerance", "unbalanced", "not_applicable")]


class Party(Value, frozen=True, kw_only=True):
    """Who hands data over or takes it."""

    id: str
    place: Place | None
    registered_zones: tuple[str, ...] = ()
    gba_registered: bool = False


class Exporter(Party, frozen=True, kw_only=True):
    """Who hands data over; `ciio` marks an operator of critical information infrastructure."""

    ciio: bool | None


class Recipient(Party, frozen=True, kw_only=True):
    """Who takes data over."""

    us_covered_person: bool | None
    is_intermediary: bool = False
    bound_by_comparable_law: bool = False


class DataTraits(Value, frozen=True, kw_only=True):
    """What the data is. `contains_pi` says whether it held personal information before any anonymisation."""

    category: Category | None
    importance_basis: ImportanceBasis | None
    contains_pi: bool | None
    anonymisation: Anonymisation | None
    eu_special_category: bool | None
    eu_art9_condition: bool | None
    us_class: UsClass | None
    us_persons_12m: int | None
    us_government_related: bool | None
    publicly_available_in: tuple[Place, ...] = ()
    sector: str | None = None
    scenario_id: str | None = None
    field_ids: tuple[str, ...] = ()


class Counts(Value, frozen=True, kw_only=True):
    """Distinct persons exported by this exporter in `year` (from 1 January, Asia/Shanghai), this batch included.

    Whoever builds a crossing supplies the year of its `as_of`; None is a count nobody knows.
    """

    year: int
    pi_count_cum: int | None
    sensitive_count_cum: int | None
    foreign_count_cum: int | None


class Lineage(Value, frozen=True, kw_only=True):
    """What was mixed into the data on its way; derived from recorded runs, never typed in."""

    complete: bool | None
    domestic_pi_introduced: bool | None
    important_introduced: bool | None
    separable: bool | None


class LinkPath(Value, frozen=True, kw_only=True):
    """The physical lines of the path, in order; `state` is the worst of them."""

    link_ids: tuple[str, ...]
    kind: LinkKind | None
    state: LinkState | None


class Storage(Value, frozen=True, kw_only=True):
    """Where the data is kept, and whether a job wrote outside the fenced part of it."""

    zone: str | None
    wrote_outside_fence: bool | None


class ZoneState(Value, frozen=True, kw_only=True):
    """What the zone knows of the party inside it and of the consignment."""

    commitment_state: str | None
    consignment_id: str | None
    return_list: tuple[Place, ...]
    retention_until: date | None
    balance_state: BalanceState | None


class Dated(Value, frozen=True, kw_only=True):
    """Something in force on whole days of its own time zone; None is open."""

    valid_from: date | None
    valid_to: date | None
    tz: str

    def __post_init__(self) -> None:
        known_zone(self.tz)


class Licence(Dated, frozen=True, kw_only=True):
    """The terms under which the data is taken; `seats` None is unlimited."""

    spatial: tuple[str, ...]
    purposes: tuple[str, ...]
    status: str
    seats: int | None = None
    seats_used: int | None = None


class ListRef(Dated, frozen=True, kw_only=True):
    """An entry of a published list (a zone's negative list, a general-data list) that speaks of this data."""

    list_id: str
    kind: Literal["FTZ-NEG", "LG-GENERAL"]
    version: str
    zone_scope: tuple[str, ...]
    covers_scenario: bool
    field_listed: bool
    listed_route: Literal["FILE", "ASSESS"] | None
    registered_with_centre: bool


class Safeguard(Dated, frozen=True, kw_only=True):
    """A legal tool a participant holds; a party of None stands for any.

    `names_destinations` holds countries or `ANY`; an empty one covers nothing.
    """

    id: str
    type: SafeguardType
    exporter_id: str | None
    recipient_id: str | None
    names_destinations: tuple[str, ...]
    status: str
    scope_changed: bool
    recognised_in: tuple[Place, ...] = ()
    tia_current: bool | None = None
    continuing_checks: bool | None = None
    filed_on: date | None = None
    filing_due_on: date | None = None


class Hop(Value, frozen=True, kw_only=True):
    """One change of custodian or of storage place."""

    as_of: Instant
    intent_kind: IntentKind | None
    origin: Place | None
    destination: Place | None
    exporter: Exporter
    recipient: Recipient
    collected_in: tuple[Place, ...]
    data: DataTraits
    counts: Counts
    lineage: Lineage
    purpose: Purpose | None
    delivery_shape: DeliveryShape | None
    txn_type: TxnType | None
    received_under: tuple[SafeguardType, ...]
    group_splitting: GroupSplitting | None
    foreign_authority_request: bool | None
    list_refs: tuple[ListRef, ...]
    link: LinkPath
    storage: Storage
    remote_access_from: tuple[Place, ...]
    zone: ZoneState
    licence: Licence | None
    hop_no: int = 1
    processing_mode: str = "ordinary"
    in_transit_at_origin: bool = False
    art5_basis_documented: bool = False
    us_security_controls: bool = False
    consents: tuple[str, ...] = ()
    safeguards: tuple[Safeguard, ...] = msgspec.field(default=(), name="instruments")
    lineage_graph: LineageGraph | None = None


class Crossing(Value, frozen=True, kw_only=True):
    """A proposed move of data, hop by hop."""

    hops: tuple[Hop, ...]
