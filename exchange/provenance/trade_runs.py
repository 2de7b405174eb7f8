"""Runs outside business zones: versions made and registered, ranges published, deliveries, samples, readings."""

from collections.abc import Callable, Iterable

from exchange.delivery.facts import (
    DigestsDiffered,
    EntitlementClosed,
    EntitlementOpened,
    ProductRecorded,
    RangePublished,
    RangeReceived,
    RangeRuled,
    ReadingTaken,
)
from exchange.kernel.bases import Digest, Fact
from exchange.kernel.fields import Field
from exchange.kernel.product import Upstream
from exchange.lineage.names import (
    OWN_ZONE,
    delivery_name,
    distinct,
    gateway_name,
    paper_name,
    range_name,
    sample_name,
    upstream_name,
    version_name,
)
from exchange.market.quotes.facts import SampleSubmitted
from exchange.provenance.known import Known
from exchange.provenance.model import Assertion, ColumnSource, Doing, Parent, Run, Thing
from exchange.provenance.place import Place
from exchange.registry.facts import ListingPublished, ProductDrafted, ProductRegistered

_GIVEN = "digest equals the seller's"


def _drafted(known: Known, place: Place, fact: ProductDrafted) -> Iterable[Run]:
    """A version is made of its upstream, by the jobs that its seller names; it never changes from then on."""
    made = version_thing(known, fact.product_id, fact.version)._replace(change="CREATE")
    sources = {each.name: upstream_name(each) for each in fact.upstream}
    made = made._replace(
        columns=columns_of(fact.fields, lambda of: sources.get(of, of)), made_from=distinct(sources.values())
    )
    jobs = distinct(each.job for each in fact.upstream) or ("draft",)
    yield Run(
        key=place.key,
        phase="whole",
        at=place.at,
        place=place.key,
        doing=Doing(fact.stored_in, f"make/{fact.product_id}/{'+'.join(jobs)}"),
        inputs=tuple(_upstream(each) for each in fact.upstream),
        outputs=(made,),
        agent=fact.seller_id,
    )


def _upstream(upstream: Upstream) -> Thing:
    name = upstream_name(upstream)
    outside = name.startswith("hub://external/")
    return Thing(
        name=name,
        kind="outside" if outside else "data",
        version=upstream.version,
        tags=(("licence", upstream.licence),),
    )


def version_thing(known: Known, product_id: str, version: str, stored_in: str = "") -> Thing:
    """A product version, with all that its listing or its draft says of it."""
    name, found = (
        known.version_of(product_id, version, stored_in),
        known.versions.get((product_id, version)),
    )
    if found is None:
        return Thing(name=name, version=version)
    traits = found.traits
    return Thing(
        name=name,
        title=found.title,
        version=version,
        owner=found.seller_id,
        tags=(
            ("productType", found.product_type),
            ("category", traits.category),
            ("sector", traits.sector),
            *(("collectedIn", each) for each in traits.collected_in),
            ("licence", found.licence.title),
        ),
        fields=found.fields,
        taint=known.taint_of(traits),
        also=_as_listed(found),
    )


def _as_listed(found: ProductDrafted | ListingPublished) -> tuple[tuple[str, str], ...]:
    """What a version is called where it is on sale. Source: lineage.md section 1."""
    if isinstance(found, ProductDrafted):
        return ()
    return ((version_name(found.stored_in, found.listing_id, found.version), "LISTING"),)


def columns_of(fields: Iterable[Field], named: Callable[[str], str]) -> tuple[ColumnSource, ...]:
    """What fields are declared to be made from; `named` turns what they are made of into names of lineage edges."""
    return tuple(
        ColumnSource(field.name, named(source.of), source.field, source.way, source.masked)
        for field in fields
        for source in field.made_from or ()
    )


def same_columns(fields: Iterable[Field], upstream: str) -> tuple[ColumnSource, ...]:
    """Fields that are passed on as they are."""
    return tuple(ColumnSource(each.name, upstream, each.name, "identity", False) for each in fields)


def _registered(known: Known, place: Place, fact: ProductRegistered) -> Iterable[Run]:
    version = version_thing(known, fact.product_id, fact.version)
    opinions = known.opinions.get((fact.product_id, fact.version), ())
    tests = tuple(
        Assertion(each.kind, each.passed, actual=f"report {each.report_digest.hex()}") for each in opinions
    )
    certificate = Thing(
        name=paper_name("certificate", fact.certificate_id),
        kind="paper",
        title=f"Registration of {fact.product_id} {fact.version}",
        version=fact.package_digest.hex(),
        change="CREATE",
        made_from=(version.name,),
    )
    yield Run(
        key=place.key,
        phase="whole",
        at=place.at,
        place=place.key,
        doing=Doing(OWN_ZONE, "register"),
        inputs=(version._replace(assertions=tests),),
        outputs=(certificate,),
        agent=place.actor,
    )


def _recorded(known: Known, place: Place, fact: ProductRecorded) -> Iterable[Run]:
    if fact.product_type == "api":
        source = version_thing(known, fact.product_id, fact.version, fact.stored_in)
        made = Thing(
            name=gateway_name(fact.product_id),
            title=fact.title,
            owner=fact.seller_id,
            fields=source.fields,
            columns=same_columns(source.fields, source.name),
            change="CREATE",
            taint=source.taint,
            made_from=(source.name,),
        )
        doing = Doing(OWN_ZONE, f"serve/{fact.product_id}", "STREAMING")
        yield _one(place, doing, source, made, fact.seller_id)


def _published(known: Known, place: Place, fact: RangePublished) -> Iterable[Run]:
    source = version_thing(known, fact.product_id, fact.version, fact.stored_in)
    made = _range(known, fact.product_id, source, fact.first, fact.last, fact.digest)
    made = made._replace(rows=fact.count, size_bytes=fact.size_bytes, change="CREATE", owner=fact.seller_id)
    doing = Doing(OWN_ZONE, f"publish/{fact.product_id}", "STREAMING")
    yield _one(place, doing, source, made, fact.seller_id)


def _range(known: Known, product_id: str, source: Thing, first: int, last: int, digest: Digest) -> Thing:
    return Thing(
        name=range_name(product_id, first, last),
        title=source.title,
        version=digest.hex(),
        owner=source.owner,
        fields=source.fields,
        columns=same_columns(source.fields, source.name),
        taint=source.taint,
        made_from=(source.name,),
    )


def _received(known: Known, place: Place, fact: RangeReceived) -> Iterable[Run]:
    test = Assertion(_GIVEN, True)
    yield _delivered(known, place, fact, f"receive/{fact.product_id}", fact.buyer_id, test)


def _ruled(known: Known, place: Place, fact: RangeRuled) -> Iterable[Run]:
    """What the exchange's own hash bears out was delivered."""
    if fact.right == "seller":
        test = Assertion(_GIVEN, True)
        yield _delivered(known, place, fact, f"rule/{fact.product_id}", OWN_ZONE, test)


def _differed(known: Known, place: Place, fact: DigestsDiffered) -> Iterable[Run]:
    """Something arrived, and not what was published: nothing was delivered yet."""
    test = Assertion(_GIVEN, False, fact.seller_digest.hex(), fact.buyer_digest.hex())
    source = _source_range(
        known, fact.entitlement_id, fact.product_id, fact.first, fact.last, fact.seller_digest
    )
    yield _under(known, place, fact.entitlement_id, f"receive/{fact.product_id}", fact.buyer_id)._replace(
        phase="fail",
        inputs=(source._replace(rows=fact.seller_count, assertions=(test,)),),
        failed=f"{fact.buyer_count} records arrived whose digest is not the seller's of {fact.seller_count}",
    )


def _delivered(
    known: Known, place: Place, fact: RangeReceived | RangeRuled, job: str, agent: str, test: Assertion
) -> Run:
    source = _source_range(known, fact.entitlement_id, fact.product_id, fact.first, fact.last, fact.digest)
    opened = known.entitlements.get(fact.entitlement_id)
    made = Thing(
        name=delivery_name(fact.entitlement_id, fact.first, fact.last),
        title=source.title,
        version=fact.digest.hex(),
        owner=opened.buyer_id if opened else "",
        fields=source.fields,
        columns=same_columns(source.fields, source.name),
        rows=fact.count,
        change="CREATE",
        taint=source.taint,
        made_from=(source.name,),
    )
    inputs = (source._replace(rows=fact.count, assertions=(test,)),)
    return _under(known, place, fact.entitlement_id, job, agent)._replace(inputs=inputs, outputs=(made,))


def _source_range(
    known: Known, entitlement_id: str, product_id: str, first: int, last: int, digest: Digest
) -> Thing:
    """The range that was delivered, as the entitlement's version has it."""
    opened = known.entitlements.get(entitlement_id)
    version = version_thing(known, product_id, opened.version if opened else "")
    return _range(known, product_id, version, first, last, digest)._replace(columns=(), made_from=())


def _under(known: Known, place: Place, entitlement_id: str, job: str, agent: str) -> Run:
    """A run that is part of what an entitlement confers, in its term, on the trade's decision."""
    opened = known.entitlements.get(entitlement_id)
    run = Run(place.key, "whole", place.at, place.key, Doing(OWN_ZONE, job, "STREAMING"), agent=agent)
    if opened is None:
        return run
    return run._replace(
        parent=_of_entitlement(opened),
        behalf=opened.buyer_id if agent != opened.buyer_id else "",
        decision=known.trade_decisions.get(opened.trade_id),
        term=(opened.starts_at, opened.ends_at),
    )


def _of_entitlement(opened: EntitlementOpened) -> Parent:
    return Parent(
        f"entitlement/{opened.entitlement_id}", Doing(OWN_ZONE, f"deliver/{opened.product_id}", sort="JOB")
    )


def _opened(known: Known, place: Place, fact: EntitlementOpened) -> Iterable[Run]:
    """All deliveries under an entitlement are parts of one run, which ends with it."""
    whole = _of_entitlement(fact)
    yield Run(
        key=whole.key,
        phase="start",
        at=place.at,
        place=place.key,
        doing=whole.doing,
        agent=fact.seller_id,
        behalf=fact.buyer_id,
        decision=known.trade_decisions.get(fact.trade_id),
        term=(fact.starts_at, fact.ends_at),
    )


def _closed(known: Known, place: Place, fact: EntitlementClosed) -> Iterable[Run]:
    opened = known.entitlements.get(fact.entitlement_id)
    if opened is not None:
        whole = _of_entitlement(opened)
        accepted = fact.verdict == "accepted"
        yield Run(
            key=whole.key,
            phase="complete" if accepted else "fail",
            at=place.at,
            place=place.key,
            doing=whole.doing,
            agent=opened.seller_id,
            failed="" if accepted else "the purchase was refunded",
        )


def _metered(known: Known, place: Place, fact: ReadingTaken) -> Iterable[Run]:
    opened = known.entitlements.get(fact.entitlement_id)
    used = fact.total - fact.before
    source = Thing(name=gateway_name(fact.product_id), owner=opened.seller_id if opened else "")
    version = version_thing(known, fact.product_id, opened.version if opened else "")
    made = Thing(
        name=delivery_name(fact.entitlement_id, fact.before, fact.total - 1),
        title=version.title,
        owner=fact.buyer_id,
        fields=version.fields,
        columns=same_columns(version.fields, source.name),
        rows=used if fact.counts == "calls" else None,
        size_bytes=None if fact.counts == "calls" else used,
        change="CREATE",
        taint=version.taint,
        made_from=(source.name,),
    )
    run = _under(known, place, fact.entitlement_id, f"use/{fact.product_id}", fact.buyer_id)
    yield run._replace(inputs=(source,), outputs=(made,))


def _sampled(known: Known, place: Place, fact: SampleSubmitted) -> Iterable[Run]:
    source = version_thing(known, fact.product_id, fact.version, fact.stored_in)
    made = Thing(
        name=sample_name(fact.award_id, fact.number),
        title=source.title,
        version=fact.digest.hex(),
        owner=fact.buyer_id,
        fields=source.fields,
        columns=same_columns(source.fields, source.name),
        change="CREATE",
        taint=source.taint,
        made_from=(source.name,),
    )
    yield _one(place, Doing(OWN_ZONE, f"sample/{fact.product_id}"), source, made, fact.seller_id)


def _one(place: Place, doing: Doing, source: Thing, made: Thing, agent: str) -> Run:
    """One thing out of one other, all at once."""
    return Run(place.key, "whole", place.at, place.key, doing, (source,), (made,), agent=agent)


TRADE_RUNS: dict[type[Fact], Callable[..., Iterable[Run]]] = {
    ProductDrafted: _drafted,
    ProductRegistered: _registered,
    ProductRecorded: _recorded,
    RangePublished: _published,
    RangeReceived: _received,
    RangeRuled: _ruled,
    DigestsDiffered: _differed,
    EntitlementOpened: _opened,
    EntitlementClosed: _closed,
    ReadingTaken: _metered,
    SampleSubmitted: _sampled,
}
