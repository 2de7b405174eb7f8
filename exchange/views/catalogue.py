"""Who takes part and what is on offer: participants, products, opinions, listings."""

from collections.abc import Iterable

from msgspec.structs import asdict

from exchange.registry.barring.facts import ListingBarred
from exchange.registry.body.facts import FACTS as BODY_FACTS
from exchange.registry.cases.facts import FACTS as CASE_FACTS
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    OpinionFiled,
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    ProductDrafted,
    ProductRegistered,
    RulesetActivated,
)
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.reclassifying.facts import (
    CarriedInBond,
    DataReceived,
    DescendantsFollowed,
    ProductReclassified,
)
from exchange.store import Change, Insert, Row, Update
from exchange.views import described
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.groups import HELD
from exchange.views.view import COMMON_IGNORED, Here, View

PARTICIPANTS = table(
    "participants",
    "Who takes part, under which signed commitment",
    text("participant_id", key=True),
    text("display_name"),
    text("place"),
    text("roles", comment="JSON array of roles"),
    text("beneficial_owner"),
    text("currency", comment="the currency it settles in"),
    text("registered_zones", comment="JSON array of zone ids"),
    flag("ciio", comment="operates critical information infrastructure"),
    flag("gba_registered"),
    flag("us_covered_person"),
    flag("is_intermediary"),
    flag("bound_by_comparable_law"),
    text("commitment_digest"),
    text("public_key"),
    text("signature"),
    text("state", comment="active or suspended"),
    text("grounds", comment="why it is suspended"),
    count("at", comment="admitted at"),
    count("changed_at"),
)

PRODUCTS = table(
    "products",
    "Product versions; a version never changes once registered",
    text("product_id", key=True),
    text("version", key=True),
    text("seller_id"),
    text("title"),
    text("description"),
    text("product_type"),
    text("protection"),
    text("stored_in"),
    text("languages"),
    text("traits", comment="what the fence has to know of the data, as JSON"),
    text("licence", comment="what a buyer may do, as JSON"),
    text("upstream", comment="what it was made from, as JSON"),
    text("package_digest"),
    text("state", comment="draft, compliance_review, quality_review, registered or rejected"),
    text("certificate_id", null=True),
    count("at", comment="drafted at"),
    count("registered_at", null=True),
    indexes=[("seller_id",)],
)

OPINIONS = table(
    "opinions",
    "Assessors' opinions on product versions",
    count("partition", key=True),
    count("seq", key=True),
    text("product_id"),
    text("version"),
    text("kind", comment="compliance or quality"),
    flag("passed"),
    text("assessor_id"),
    text("report_digest"),
    text("statement"),
    count("at"),
    indexes=[("product_id", "version")],
)

LISTINGS = table(
    "listings",
    "Product versions on sale, on stated terms",
    text("listing_id", key=True),
    text("product_id"),
    text("version"),
    text("seller_id"),
    text("market_id"),
    text("certificate_id"),
    text("title"),
    text("product_type"),
    text("protection"),
    text("stored_in"),
    text("traits"),
    text("licence"),
    text("licence_digest"),
    text("upstream"),
    text("price_model", comment="one_off or subscription"),
    count("price_minor", comment="for one unit"),
    text("currency"),
    text("unit"),
    text("book", comment="how it is sold: posted, orders, auction, quotes, pool or plan"),
    text("transaction_type"),
    count("acceptance_days"),
    text("state", comment="listed, suspended, withdrawn, or barred: it could be sold nowhere"),
    text("grounds", comment="why it is off sale"),
    count("at", comment="listed at"),
    count("changed_at"),
    indexes=[("product_id", "version"), ("seller_id",)],
)


def _admitted(here: Here, fact: ParticipantAdmitted) -> Iterable[Change]:
    yield Insert(
        PARTICIPANTS,
        {
            "participant_id": fact.participant_id,
            "display_name": fact.display_name,
            "place": fact.place,
            "roles": as_json_list(fact.roles),
            "beneficial_owner": fact.beneficial_owner,
            "currency": fact.currency,
            "registered_zones": as_json_list(fact.registered_zones),
            "ciio": fact.ciio,
            "gba_registered": fact.gba_registered,
            "us_covered_person": fact.us_covered_person,
            "is_intermediary": fact.is_intermediary,
            "bound_by_comparable_law": fact.bound_by_comparable_law,
            "commitment_digest": fact.commitment_digest.hex(),
            "public_key": fact.public_key.hex(),
            "signature": fact.signature.hex(),
            "state": "active",
            "grounds": "",
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _updated(here: Here, fact: ParticipantUpdated) -> Iterable[Change]:
    said = fact.description
    values: Row = {
        **asdict(said),
        "roles": as_json_list(said.roles),
        "registered_zones": as_json_list(said.registered_zones),
    }
    yield Update(PARTICIPANTS, {"participant_id": fact.participant_id}, {**values, "changed_at": here.at})
    yield from described.updated(here, fact)


def _reclassified(here: Here, fact: ProductReclassified) -> Iterable[Change]:
    named: Row = {"product_id": fact.product_id, "version": fact.version}
    yield Update(PRODUCTS, named, {"traits": as_json(fact.traits)})
    yield from described.reclassified(here, fact)


def _suspended(here: Here, fact: ParticipantSuspended) -> Iterable[Change]:
    values: Row = {"state": "suspended", "grounds": fact.grounds, "changed_at": here.at}
    yield Update(PARTICIPANTS, {"participant_id": fact.participant_id}, values)


def _reinstated(here: Here, fact: ParticipantReinstated) -> Iterable[Change]:
    values: Row = {"state": "active", "grounds": "", "changed_at": here.at}
    yield Update(PARTICIPANTS, {"participant_id": fact.participant_id}, values)


def _drafted(here: Here, fact: ProductDrafted) -> Iterable[Change]:
    yield Insert(
        PRODUCTS,
        {
            "product_id": fact.product_id,
            "version": fact.version,
            "seller_id": fact.seller_id,
            "title": fact.title,
            "description": fact.description,
            "product_type": fact.product_type,
            "protection": fact.protection,
            "stored_in": fact.stored_in,
            "languages": as_json_list(fact.languages),
            "traits": as_json(fact.traits),
            "licence": as_json(fact.licence),
            "upstream": as_json(fact.upstream),
            "package_digest": fact.package_digest.hex(),
            "state": "draft",
            "certificate_id": None,
            "at": here.at,
            "registered_at": None,
        },
    )


def _opinion(here: Here, fact: OpinionFiled) -> Iterable[Change]:
    yield Insert(
        OPINIONS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "product_id": fact.product_id,
            "version": fact.version,
            "kind": fact.kind,
            "passed": fact.passed,
            "assessor_id": fact.assessor_id,
            "report_digest": fact.report_digest.hex(),
            "statement": fact.statement,
            "at": here.at,
        },
    )
    state = f"{fact.kind}_review" if fact.passed else "rejected"
    yield Update(PRODUCTS, {"product_id": fact.product_id, "version": fact.version}, {"state": state})


def _registered(here: Here, fact: ProductRegistered) -> Iterable[Change]:
    values: Row = {"state": "registered", "certificate_id": fact.certificate_id, "registered_at": here.at}
    yield Update(PRODUCTS, {"product_id": fact.product_id, "version": fact.version}, values)


def _listed(here: Here, fact: ListingPublished) -> Iterable[Change]:
    yield Insert(
        LISTINGS,
        {
            "listing_id": fact.listing_id,
            "product_id": fact.product_id,
            "version": fact.version,
            "seller_id": fact.seller_id,
            "market_id": fact.market_id,
            "certificate_id": fact.certificate_id,
            "title": fact.title,
            "product_type": fact.product_type,
            "protection": fact.protection,
            "stored_in": fact.stored_in,
            "traits": as_json(fact.traits),
            "licence": as_json(fact.licence),
            "licence_digest": fact.licence_digest.hex(),
            "upstream": as_json(fact.upstream),
            "price_model": fact.price.model,
            "price_minor": fact.price.price_minor,
            "currency": fact.price.currency,
            "unit": fact.price.unit,
            "book": fact.price.book,
            "transaction_type": fact.transaction_type,
            "acceptance_days": fact.acceptance_days,
            "state": "listed",
            "grounds": "",
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _listing_state(listing_id: str, state: str, grounds: str, at: int) -> Iterable[Change]:
    values: Row = {"state": state, "grounds": grounds, "changed_at": at}
    yield Update(LISTINGS, {"listing_id": listing_id}, values)


def _listing_suspended(here: Here, fact: ListingSuspended) -> Iterable[Change]:
    return _listing_state(fact.listing_id, "suspended", fact.grounds, here.at)


def _listing_resumed(here: Here, fact: ListingResumed) -> Iterable[Change]:
    return _listing_state(fact.listing_id, "listed", "", here.at)


def _listing_withdrawn(here: Here, fact: ListingWithdrawn) -> Iterable[Change]:
    return _listing_state(fact.listing_id, "withdrawn", fact.grounds, here.at)


def _listing_barred(here: Here, fact: ListingBarred) -> Iterable[Change]:
    return _listing_state(fact.listing_id, "barred", f"{fact.grounds} {', '.join(fact.codes)}", here.at)


CATALOGUE = View(
    name="catalogue",
    contexts=("registry",),
    tables=(PARTICIPANTS, PRODUCTS, OPINIONS, LISTINGS, *described.TABLES),
    handlers={
        ParticipantAdmitted: _admitted,
        ParticipantUpdated: _updated,
        ProductReclassified: _reclassified,
        DescendantsFollowed: described.followed,
        DataReceived: described.received,
        ParticipantSuspended: _suspended,
        ParticipantReinstated: _reinstated,
        ProductDrafted: _drafted,
        OpinionFiled: _opinion,
        ProductRegistered: _registered,
        ListingPublished: _listed,
        ListingSuspended: _listing_suspended,
        ListingResumed: _listing_resumed,
        ListingWithdrawn: _listing_withdrawn,
        ListingBarred: _listing_barred,
    },
    # Rulesets are shown with the decisions made under them.
    ignores=COMMON_IGNORED.union(CASE_FACTS, BODY_FACTS) | HELD | {RulesetActivated, CarriedInBond},
)
