"""The crossing that a trade would bring about, built from what the market knows.

A buyer is believed in four things: its purpose, its place of use, from where else it will look, and whether an
authority abroad is behind its order; the place it is registered in is added to these. What nobody has told the market
of personal information, or of data that is not general, stays None, which the fence reads as unknown. Of general data
without persons the market takes it that there is nobody to split into groups, nothing important mixed in, and no
authority abroad behind an order for it.
"""

from typing import NamedTuple

from msgspec.structs import replace

from exchange.fence.attested import with_attested
from exchange.fence.crossing import (
    Counts,
    Crossing,
    DataTraits,
    Exporter,
    Hop,
    Licence,
    Lineage,
    LinkPath,
    ListRef,
    Recipient,
    Safeguard,
    Storage,
    ZoneState,
)
from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.persons import MAINLAND
from exchange.kernel.product import Places
from exchange.kernel.provenance import Provenance
from exchange.kernel.time import local_date
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.provenance.made_in_bond import BONDED, guarded_in_bond, hops_of
from exchange.market.term import ZONE, ends_at

_NOT_APPLICABLE = "not_applicable"


class Told(NamedTuple):
    """What a market knows besides terms, parties and use.

    Shape: `counts` None says that nobody has counted; `seats_taken` how many of the licence's seats are in use, None
    where nobody counts them; `safeguards`, `list_refs` and `attestations` are those that may matter; `until` is when
    something comes to matter that is not among them, None never; `said` is what a business zone says is behind it, if
    it does.
    """

    counts: Counts | None = None
    seats_taken: int | None = None
    safeguards: tuple[Safeguard, ...] = ()
    group_splitting: str | None = None
    list_refs: tuple[ListRef, ...] = ()
    until: int | None = None
    said: Provenance | None = None
    attestations: tuple[AttestationTerms, ...] = ()


NOTHING_TOLD = Told()


def crossing_of(
    terms: InstrumentTerms, seller: Standing, buyer: Standing, use: Use, at: int, told: Told = NOTHING_TOLD
) -> Crossing:
    """The move of data from where it is stored to where the buyer will use it, decided at `at`."""
    said = told.said
    terms = terms if said is None else _in_bond(terms)
    bonded = BONDED in (terms.stored_in, use.place_of_use)
    traits = terms.traits
    more = guarded(terms) or (said is not None and guarded_in_bond(said))
    hop = Hop(
        as_of=at,
        intent_kind="export",
        origin=terms.stored_in,
        destination=use.place_of_use,
        exporter=_exporter(seller),
        recipient=_recipient(buyer),
        collected_in=traits.collected_in,
        data=_data(terms, use),
        counts=told.counts or _no_counts(terms, at),
        lineage=_lineage(terms),
        purpose=use.purpose,
        delivery_shape="subscription" if terms.subscription else "single",
        txn_type=terms.transaction_type,
        received_under=terms.received_under,
        group_splitting=told.group_splitting if more else "none",
        foreign_authority_request=use.foreign_authority_request if more else False,
        list_refs=told.list_refs,
        link=LinkPath(link_ids=(), kind="none", state="none"),
        storage=Storage(
            zone="bonded" if terms.stored_in == BONDED else "ordinary",
            wrote_outside_fence=None if more or terms.stored_in == BONDED else False,
        ),
        remote_access_from=_seen_from(buyer, use),
        zone=_zone(terms, bonded),
        licence=licence_of(terms, at, told.seats_taken, more),
        safeguards=told.safeguards,
    )
    hops = (hop,) if said is None else hops_of(hop, said, MAINLAND, terms.inherited)
    if told.attestations:
        hops = tuple(with_attested(each, told.attestations) for each in hops)
    return Crossing(hops=hops)


def _in_bond(terms: InstrumentTerms) -> InstrumentTerms:
    """What was made in bond and is in the mainland lies in the zone, whatever its seller says, until it is let out."""
    return replace(terms, stored_in=BONDED) if terms.stored_in in MAINLAND else terms


def guarded(terms: InstrumentTerms) -> bool:
    """Whether more has to be known of the data than that it is general and about nobody, and made from such data."""
    return terms.traits.contains_pi or terms.traits.category != "general" or bool(terms.inherited)


def attestable(terms: InstrumentTerms) -> bool:
    """Whether a party's word could matter: of data about persons, and of US data, which no anonymisation exempts."""
    return guarded(terms) or terms.traits.us_class != "none" or terms.traits.us_government_related


def _seen_from(buyer: Standing, use: Use) -> Places:
    """From where else the data can be seen: a buyer can look from where it is registered, whatever it says."""
    if buyer.place in (use.place_of_use, *use.remote_access_from):
        return use.remote_access_from
    return (*use.remote_access_from, buyer.place)


def _exporter(seller: Standing) -> Exporter:
    return Exporter(
        id=seller.participant_id,
        place=seller.place,
        registered_zones=seller.registered_zones,
        gba_registered=seller.gba_registered,
        ciio=seller.ciio,
    )


def _recipient(buyer: Standing) -> Recipient:
    return Recipient(
        id=buyer.participant_id,
        place=buyer.place,
        registered_zones=buyer.registered_zones,
        gba_registered=buyer.gba_registered,
        us_covered_person=buyer.us_covered_person,
        is_intermediary=buyer.is_intermediary,
        bound_by_comparable_law=buyer.bound_by_comparable_law,
    )


def _data(terms: InstrumentTerms, use: Use) -> DataTraits:
    traits = terms.traits
    return DataTraits(
        category=traits.category,
        importance_basis=traits.importance_basis,
        contains_pi=traits.contains_pi or (None if "personal" in terms.inherited else False),
        anonymisation=None if _taken_out(terms) else traits.anonymisation,
        eu_special_category=traits.eu_special_category,
        eu_art9_condition=traits.eu_art9_condition,
        us_class=None if traits.us_class == "none" and "us" in terms.inherited else traits.us_class,
        us_persons_12m=traits.us_persons_12m,
        us_government_related=traits.us_government_related,
        publicly_available_in=traits.publicly_available_in,
        sector=traits.sector,
        scenario_id=use.scenario_id,
        field_ids=traits.field_ids,
    )


def _taken_out(terms: InstrumentTerms) -> bool:
    """Whether such data was collected in the mainland and lies abroad, so left it before without a decision here.

    The mainland's rules ask where data lies and would have nothing to say of it. In what state it left, anonymised
    or not, declassified or not, nobody has recorded; so the fence is not told either, and every other rule still holds.
    """
    collected_there = bool(MAINLAND.intersection(terms.traits.collected_in))
    return guarded(terms) and collected_there and terms.stored_in not in MAINLAND


def _no_counts(terms: InstrumentTerms, at: int) -> Counts:
    """Data without persons counts nobody; of other data nobody has counted yet."""
    count = None if terms.traits.contains_pi else 0
    year = local_date(at, ZONE).year
    return Counts(year=year, pi_count_cum=count, sensitive_count_cum=count, foreign_count_cum=count)


def leaves_mainland(terms: InstrumentTerms, buyer: Standing, use: Use) -> bool:
    """Whether a use takes data of the mainland out of it, or lets it be seen from outside."""
    places = {use.place_of_use, *_seen_from(buyer, use)}
    return terms.stored_in in MAINLAND and not places <= MAINLAND


def _lineage(terms: InstrumentTerms) -> Lineage:
    """General data without persons has nothing to trace; other data is what it was described as if made from nothing.

    Shape: of data that was made from something else only recorded runs could prove what that was; whether persons of
    the mainland could be taken out again, always. What is found of its upstream later is in it. Source: rules.md
    section 6 (1, 4, 5).
    """
    traits = terms.traits
    if not guarded(terms):
        return Lineage(
            complete=True, domestic_pi_introduced=False, important_introduced=False, separable=None
        )
    notified = traits.importance_basis in ("notified", "published")
    important = traits.category == "core" or (traits.category == "important" and notified)
    return Lineage(
        complete=(bool(traits.collected_in) or None) if terms.source else None,
        domestic_pi_introduced=(traits.contains_pi and bool(MAINLAND.intersection(traits.collected_in)))
        or "domestic" in terms.inherited,
        important_introduced=important if terms.source else "important" in terms.inherited or None,
        separable=None,
    )


def _zone(terms: InstrumentTerms, bonded: bool) -> ZoneState:
    """Whoever is active here has signed the commitment; what a consignment's balance is, nobody has said."""
    return ZoneState(
        commitment_state="active" if bonded else _NOT_APPLICABLE,
        consignment_id=None,
        return_list=(),
        retention_until=None,
        balance_state=None if terms.stored_in == BONDED else _NOT_APPLICABLE,
    )


def licence_of(terms: InstrumentTerms, at: int, seats_taken: int | None, more: bool = False) -> Licence:
    """The licence as it would be granted now; where nobody counts seats, to a buyer who has not seated anyone yet."""
    licence = terms.licence
    if seats_taken is None and licence.seats is not None and not (more or guarded(terms)):
        seats_taken = 0
    return Licence(
        valid_from=local_date(at, ZONE),
        valid_to=local_date(ends_at(terms, at, 1) - 1, ZONE),
        tz=ZONE,
        spatial=licence.spatial,
        purposes=licence.purposes,
        status="active",
        seats=licence.seats,
        seats_used=seats_taken,
    )
