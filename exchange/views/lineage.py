"""What was made from what. Names follow lineage.md section 1: `hub://<zone>/<kind>/<id>/<part>`.

The zone of a product version is where its data is stored; what lies on the exchange's own topics, the published
ranges and what was delivered of them, has the zone `exchange`.
"""

from collections.abc import Iterable

from exchange.delivery.facts import (
    AcceptanceProposed,
    DeliveryObjected,
    DigestsDiffered,
    EntitlementClosed,
    EntitlementOpened,
    GapClosed,
    GapReported,
    MeterOpened,
    ProductRecorded,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
    RangeUnconfirmed,
    ReadingTaken,
    RejectionProposed,
    UsageMetered,
)
from exchange.kernel.product import Upstream
from exchange.market.quotes.facts import SampleSubmitted
from exchange.market.vocabulary import FACTS as MARKET_FACTS
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
from exchange.store import Change, Insert
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

LINEAGE_EDGES = table(
    "lineage_edges",
    "Downstream was made from upstream by a named run",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    text("downstream"),
    text("upstream"),
    text(
        "kind",
        comment="made (a product version), published (a range of it), delivered (a range to a buyer) or sampled",
    ),
    text("job", comment="what was done"),
    text("run", comment="the one time it was done: the fact that says so"),
    text("terms", comment="the licence under which upstream was used"),
    count("at"),
    indexes=[("downstream",), ("upstream",)],
)

_HUB = "hub://"
_OWN_ZONE = "exchange"


def version_name(zone: str, product_id: str, version: str) -> str:
    """The name of a product version, stored in `zone`."""
    return f"{_HUB}{zone}/product/{product_id}/{version}"


def range_name(product_id: str, first: int, last: int) -> str:
    """The name of a published range."""
    return f"{_HUB}{_OWN_ZONE}/stream/{product_id}/{first}-{last}"


def delivery_name(entitlement_id: str, first: int, last: int) -> str:
    """The name of what was delivered of a range under an entitlement."""
    return f"{_HUB}{_OWN_ZONE}/delivery/{entitlement_id}/{first}-{last}"


def sample_name(award_id: str, number: int) -> str:
    """The name of a sample that was shown for an award."""
    return f"{_HUB}{_OWN_ZONE}/sample/{award_id}/{number}"


def upstream_name(upstream: Upstream) -> str:
    """The name of what a product was made from: as it is if it is a `hub://` name, else one outside the exchange."""
    inside = upstream.name.startswith(_HUB)
    return upstream.name if inside else f"{_HUB}external/{upstream.name}/{upstream.version}"


def _listed(here: Here, fact: ListingPublished) -> Iterable[Change]:
    made = version_name(fact.stored_in, fact.product_id, fact.version)
    for line, upstream in enumerate(fact.upstream):
        yield _edge(here, line, made, upstream_name(upstream), "made", upstream.job, upstream.licence)


def _published(here: Here, fact: RangePublished) -> Iterable[Change]:
    made = range_name(fact.product_id, fact.first, fact.last)
    source = version_name(fact.stored_in, fact.product_id, fact.version)
    yield _edge(here, 0, made, source, "published", f"publish/{fact.seller_id}", "")


def _received(here: Here, fact: RangeReceived) -> Iterable[Change]:
    made = delivery_name(fact.entitlement_id, fact.first, fact.last)
    source = range_name(fact.product_id, fact.first, fact.last)
    yield _edge(here, 0, made, source, "delivered", f"receive/{fact.buyer_id}", fact.entitlement_id)


def _ruled(here: Here, fact: RangeRuled) -> Iterable[Change]:
    """What the exchange's own hash bears out was delivered, whether or not its buyer ever confirms it."""
    if fact.right == "seller":
        made = delivery_name(fact.entitlement_id, fact.first, fact.last)
        source = range_name(fact.product_id, fact.first, fact.last)
        yield _edge(here, 0, made, source, "delivered", "rule/exchange", fact.entitlement_id)


def _sampled(here: Here, fact: SampleSubmitted) -> Iterable[Change]:
    """Every sample is a run of its own, a rework too."""
    made = sample_name(fact.award_id, fact.number)
    source = version_name(fact.stored_in, fact.product_id, fact.version)
    yield _edge(here, 0, made, source, "sampled", f"sample/{fact.seller_id}", fact.award_id)


def _edge(here: Here, line: int, downstream: str, upstream: str, kind: str, job: str, terms: str) -> Change:
    return Insert(
        LINEAGE_EDGES,
        {
            "context": here.context,
            "partition": here.partition,
            "seq": here.seq,
            "line": line,
            "downstream": downstream,
            "upstream": upstream,
            "kind": kind,
            "job": job,
            "run": f"{here.context}/{here.partition}/{here.seq}",
            "terms": terms,
            "at": here.at,
        },
    )


LINEAGE = View(
    name="lineage",
    contexts=("registry", "market", "delivery"),
    tables=(LINEAGE_EDGES,),
    handlers={
        ListingPublished: _listed,
        RangePublished: _published,
        RangeReceived: _received,
        RangeRuled: _ruled,
        SampleSubmitted: _sampled,
    },
    # Nothing is made from anything by these.
    ignores=COMMON_IGNORED.union(set(MARKET_FACTS) - {SampleSubmitted}, CASE_FACTS, BODY_FACTS)
    | {
        ParticipantAdmitted,
        ParticipantSuspended,
        ParticipantReinstated,
        ProductDrafted,
        OpinionFiled,
        ProductRegistered,
        ListingSuspended,
        ListingResumed,
        ListingWithdrawn,
        RulesetActivated,
        ProductRecorded,
        EntitlementOpened,
        EntitlementClosed,
        PublicationCompleted,
        DigestsDiffered,
        RangeUnconfirmed,
        GapReported,
        GapClosed,
        DeliveryObjected,
        AcceptanceProposed,
        RejectionProposed,
        MeterOpened,
        UsageMetered,
        ReadingTaken,
    },
)
