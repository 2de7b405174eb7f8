"""What several contexts say of a product: its data's traits, its licence, its price, what it was made from."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Count, Line, Names, Value
from exchange.kernel.money import CurrencyCode

Place = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(-[A-Z]{2})?\Z")]
"""ISO 3166-1 alpha-2, or `CN-LG` for the bonded side of the special area."""
Places = Annotated[tuple[Place, ...], msgspec.Meta(max_length=50)]
Version = Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]*\Z")]
TransactionType = Literal["brokerage-sale", "vendor", "employment", "investment", "intra-group", "none"]
"""Kinds of deal that 28 CFR Part 202 tells apart."""
ProductType = Literal[
    "stream",
    "dataset",
    "report",
    "api",
    "model",
    "annotation_service",
    "collection_service",
    "processing_service",
    "compute_hour",
    "line_bandwidth",
    "storage",
    "seat_licence",
    "cultural_digital",
]
"""What may be on offer. Source: market.md section 1."""
MOVES_NO_DATA: frozenset[str] = frozenset(("compute_hour", "line_bandwidth", "storage", "seat_licence"))
"""Types whose delivery is no crossing: an hour of a machine, a circuit, a quota, a key."""
Protection = Literal["open"]
"""`open` protects nothing: for public data and trusted networks."""


class DataTraits(Value, frozen=True):
    """What the fence has to know of a product's data. None means unknown, and unknown is never admitted.

    Units: `persons`, `sensitive_persons`, `us_persons_12m` count distinct natural persons.
    Source: rules.md section 1.
    """

    category: Literal["general", "important", "core"]
    importance_basis: Literal["notified", "published", "self_assessed", "none"]
    contains_pi: bool
    anonymisation: Literal["none", "claimed", "report_passed"]
    sector: Line
    collected_in: Places
    persons: Count | None
    sensitive_persons: Count | None
    us_class: Literal[
        "none", "omic", "genomic", "biometric", "geolocation", "health", "financial", "identifiers"
    ]
    us_persons_12m: Count | None
    us_government_related: bool
    eu_special_category: bool
    eu_art9_condition: bool
    publicly_available_in: Places = ()
    scenario_ids: Names = ()
    field_ids: Names = ()


class LicenceTerms(Value, frozen=True):
    """What a buyer may do, where, and for what. Empty `spatial` or `purposes` permits nothing.

    Units: `term_days` of use from the trade; `seats` None is unlimited.
    """

    title: Line
    spatial: Places
    purposes: Names
    permitted: Names
    prohibited: Names
    term_days: Annotated[int, msgspec.Meta(ge=1, le=36_600)]
    seats: Count | None = None


class Upstream(Value, frozen=True):
    """Something the product was made from, and under which terms."""

    name: Line
    version: Line
    licence: Line
    job: Line


class PricePlan(Value, frozen=True):
    """What it costs.

    Units: `price_minor` of `currency` for one `unit`; the book trades whole units.
    Shape: `book` says how it is sold: at the posted price, in a book of orders, by auction, by quotes, in a pool, or
    by the listing's plan alone; but for a posted price `price_minor` is what the seller has in mind.
    """

    model: Literal["one_off", "subscription"]
    price_minor: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    currency: CurrencyCode
    unit: Literal[
        "licence",
        "day",
        "month",
        "year",
        "term",
        "issue",
        "seat",
        "call",
        "gigabyte",
        "object",
        "minute",
        "hour",
        "lot",
        "Mbps-month",
    ]
    book: Literal["posted", "orders", "auction", "quotes", "pool", "plan"]
