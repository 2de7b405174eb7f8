"""What was made from what: data from data, and the documents and entries that are about it."""

from collections.abc import Callable, Iterable
from typing import Any

from exchange.bonded.facts import FACTS as BONDED_FACTS
from exchange.delivery.facts import FACTS as DELIVERY_FACTS
from exchange.delivery.facts import (
    ProductRecorded,
    RangePublished,
    RangeReceived,
    RangeRuled,
    ReadingTaken,
)
from exchange.kernel.bases import Fact
from exchange.lineage.names import (
    delivery_name,
    entry_name,
    gateway_name,
    paper_name,
    range_name,
    sample_name,
    trade_name,
    upstream_name,
    version_name,
)
from exchange.market.facts import TradeMatched
from exchange.market.quotes.facts import SampleSubmitted
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.registry.facts import ListingPublished, ProductDrafted, ProductRegistered
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change
from exchange.views.bonded_edges import BONDED_EDGES
from exchange.views.edges import LINEAGE_COLUMNS, LINEAGE_EDGES, LINEAGE_FIELDS, edge, field_rows
from exchange.views.invoice_edges import INVOICE_EDGES
from exchange.views.postings import TEMPLATES, entry_of
from exchange.views.view import COMMON_IGNORED, Handler, Here, View


def _drafted(here: Here, fact: ProductDrafted) -> Iterable[Change]:
    source = version_name(fact.stored_in, fact.product_id, fact.version)
    yield edge(here, 0, package_name(fact), source, "packaged", f"draft/{fact.seller_id}", "")


def _registered(here: Here, fact: ProductRegistered) -> Iterable[Change]:
    made, source = paper_name("certificate", fact.certificate_id), package_name(fact)
    yield edge(here, 0, made, source, "certified", f"register/{here.meta.actor}", "")


def package_name(fact: ProductDrafted | ProductRegistered) -> str:
    """The name of what was drafted, which its registration certificate is about."""
    return paper_name("package", fact.package_digest.hex())


def _listed(here: Here, fact: ListingPublished) -> Iterable[Change]:
    made = version_name(fact.stored_in, fact.product_id, fact.version)
    line = 0
    for line, upstream in enumerate(fact.upstream, 1):
        yield edge(here, line - 1, made, upstream_name(upstream), "made", upstream.job, upstream.licence)
    listing, certificate = (
        paper_name("listing", fact.listing_id),
        paper_name("certificate", fact.certificate_id),
    )
    yield edge(here, line, listing, made, "listed", f"list/{fact.seller_id}", fact.licence.title)
    yield edge(here, line + 1, certificate, listing, "certified", f"list/{fact.seller_id}", "")
    yield from field_rows(here, 0, made, fact.fields, _upstream_of(fact))


def _upstream_of(fact: ListingPublished) -> Callable[[str], str]:
    """How the fields of a version name what they were made from; no draft names anything that is not upstream."""
    names = {each.name: upstream_name(each) for each in fact.upstream}
    return lambda of: names.get(of, of)


def _recorded(here: Here, fact: ProductRecorded) -> Iterable[Change]:
    """What has a gateway is handed out by it, reading by reading."""
    if fact.product_type == "api":
        source = version_name(fact.stored_in, fact.product_id, fact.version)
        yield edge(
            here,
            0,
            gateway_name(fact.product_id),
            source,
            "served",
            f"serve/{fact.seller_id}",
            fact.listing_id,
        )


def _published(here: Here, fact: RangePublished) -> Iterable[Change]:
    made = range_name(fact.product_id, fact.first, fact.last)
    source = version_name(fact.stored_in, fact.product_id, fact.version)
    yield edge(here, 0, made, source, "published", f"publish/{fact.seller_id}", "")


def _received(here: Here, fact: RangeReceived) -> Iterable[Change]:
    made = delivery_name(fact.entitlement_id, fact.first, fact.last)
    source = range_name(fact.product_id, fact.first, fact.last)
    job = f"receive/{fact.buyer_id}"
    yield edge(here, 0, made, source, "delivered", job, fact.entitlement_id)
    receipt = paper_name("receipt", fact.entitlement_id, f"{fact.first}-{fact.last}")
    yield edge(here, 1, receipt, made, "receipted", job, fact.entitlement_id)


def _ruled(here: Here, fact: RangeRuled) -> Iterable[Change]:
    """What the exchange's own hash bears out was delivered, whether or not its buyer ever confirms it."""
    if fact.right == "seller":
        made = delivery_name(fact.entitlement_id, fact.first, fact.last)
        source = range_name(fact.product_id, fact.first, fact.last)
        yield edge(here, 0, made, source, "delivered", "rule/exchange", fact.entitlement_id)


def _metered(here: Here, fact: ReadingTaken) -> Iterable[Change]:
    """Units from the reading before up to this one."""
    made = delivery_name(fact.entitlement_id, fact.before, fact.total - 1)
    source = gateway_name(fact.product_id)
    yield edge(here, 0, made, source, "metered", f"use/{fact.buyer_id}", fact.entitlement_id)


def _sampled(here: Here, fact: SampleSubmitted) -> Iterable[Change]:
    """Every sample is a run of its own, a rework too."""
    made = sample_name(fact.award_id, fact.number)
    source = version_name(fact.stored_in, fact.product_id, fact.version)
    yield edge(here, 0, made, source, "sampled", f"sample/{fact.seller_id}", fact.award_id)


def _sold(here: Here, fact: TradeMatched) -> Iterable[Change]:
    trade, listing = trade_name(fact.trade_id), paper_name("listing", fact.listing_id)
    yield edge(here, 0, trade, listing, "sold", f"buy/{fact.buyer_id}", fact.trade_id)
    yield from _posted(here, fact, line=1)


def _posted(here: Here, fact: Any, line: int = 0) -> Iterable[Change]:
    """A fact about the money of a trade is an entry of its own, if it moves any."""
    if entry_of(fact).postings:
        entry = entry_name(here.context, here.partition, here.seq)
        yield edge(here, line, entry, trade_name(fact.trade_id), "posted", "post/exchange", fact.trade_id)


_ABOUT_TRADES: dict[type[Fact], Handler] = {
    each: _posted for each in TEMPLATES if "trade_id" in each.__struct_fields__
}
_HANDLERS: dict[type[Fact], Handler] = {
    ProductDrafted: _drafted,
    ProductRegistered: _registered,
    ListingPublished: _listed,
    ProductRecorded: _recorded,
    RangePublished: _published,
    RangeReceived: _received,
    RangeRuled: _ruled,
    ReadingTaken: _metered,
    SampleSubmitted: _sampled,
    **_ABOUT_TRADES,
    TradeMatched: _sold,
    **BONDED_EDGES,
    **INVOICE_EDGES,
}

LINEAGE = View(
    name="lineage",
    contexts=("registry", "market", "delivery", "bonded", "settlement"),
    tables=(LINEAGE_EDGES, LINEAGE_FIELDS, LINEAGE_COLUMNS),
    handlers=_HANDLERS,
    # Nothing is made from anything by these, nothing handed over, given back or destroyed.
    ignores=COMMON_IGNORED
    | (
        frozenset((*REGISTRY_FACTS, *MARKET_FACTS, *DELIVERY_FACTS, *BONDED_FACTS, *SETTLEMENT_FACTS))
        - set(_HANDLERS)
    ),
)
