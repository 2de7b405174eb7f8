"""A crossing of data that was made in bond: what its zone says stands in place of what its seller says.

One hop for each consignment behind it, since each has its own return list, last day and balance. Its seller can make
it graver than its zone says, never milder.
"""

from datetime import date

from msgspec.structs import replace

from exchange.fence.crossing import DataTraits, Hop, LinkPath, Storage, ZoneState
from exchange.fence.lineage import Taint
from exchange.fence.provenance import with_taint
from exchange.kernel.descent import Inherited
from exchange.kernel.provenance import Behind, Provenance
from exchange.market.commands import InstrumentTerms
from exchange.market.persons.counting import PERSONAL, UNKNOWN, numbers_of
from exchange.market.persons.state import Numbers

BONDED = "CN-LG"
_CATEGORIES = ("general", "important", "core")
_LEAST = ("report_passed", "claimed", "none")
_ANONYMISATION = frozenset(_LEAST)
_SPLITTING = ("none", None, "suspected", "confirmed")
"""From what hinders nothing to what bars."""


def holds_persons(terms: InstrumentTerms, said: Provenance | None) -> bool:
    """Whether there is, or may be, personal information in a version: by its description, what is behind it, or what is
    found of its upstream.
    """
    described = terms.traits.contains_pi or (said is not None and said.contains_pi is not False)
    return described or not PERSONAL.isdisjoint(terms.inherited)


def guarded_in_bond(said: Provenance) -> bool:
    """Whether more has to be known of what is behind a version than that it is general and about nobody."""
    return said.contains_pi is not False or said.category != "general" or said.domestic_pi or said.important


def persons_in(terms: InstrumentTerms, said: Provenance | None) -> Numbers:
    """How many persons a version holds: from the mainland, sensitive ones of these, from elsewhere.

    Shape: where a zone says what is behind it, its description counts for nothing. How many of those whom nobody has
    looked for are in it nobody knows.
    """
    if not PERSONAL.isdisjoint(terms.inherited):
        return UNKNOWN
    if said is None:
        return numbers_of(terms)
    return Numbers(said.domestic_persons, said.sensitive_persons, said.foreign_persons)


def hops_of(
    hop: Hop, said: Provenance, mainland: frozenset[str], inherited: Inherited = ()
) -> tuple[Hop, ...]:
    """The hops of a product version, made of the one that the market would ask about; abroad it is in no zone.

    Shape: what is found of its upstream on the exchange is in it too, whatever its zone says of what is behind it.
    """
    known = _known(hop, said, mainland, inherited)
    if hop.origin != BONDED:
        return (_left(known, said),)
    known = replace(known, link=_link(hop, said), processing_mode="bonded")
    return tuple(_behind(known, number, each) for number, each in enumerate(said.consignments, start=1)) or (
        replace(known, storage=Storage(zone="bonded", wrote_outside_fence=False)),
    )


def _known(hop: Hop, said: Provenance, mainland: frozenset[str], inherited: Inherited) -> Hop:
    taint = Taint(
        origins=frozenset(said.origins),
        domestic_pi=said.domestic_pi or "domestic" in inherited,
        important=said.important or "important" in inherited,
        separable=said.separable,
        complete=said.complete and not inherited,
    )
    return replace(
        with_taint(hop, taint, mainland),
        data=_data(hop.data, said),
        received_under=tuple(sorted({*hop.received_under, *said.received_under})),
        group_splitting=max(hop.group_splitting, said.group_splitting, key=_SPLITTING.index),
        foreign_authority_request=_asked_abroad(
            hop.foreign_authority_request, said.foreign_authority_request
        ),
    )


def _left(hop: Hop, said: Provenance) -> Hop:
    """Data of the mainland that lies abroad: in what state it left, nobody has recorded."""
    if said.domestic_pi or said.important:
        return replace(hop, data=replace(hop.data, anonymisation=None))
    return hop


def _asked_abroad(by_buyer: bool | None, by_seller: bool) -> bool | None:
    """Whether an authority abroad asks for it: it does if either party says so; that none does, the buyer says."""
    return True if by_seller else by_buyer


def _behind(hop: Hop, number: int, each: Behind) -> Hop:
    return replace(
        hop,
        hop_no=number,
        storage=Storage(zone="bonded", wrote_outside_fence=each.fence_broken),
        zone=ZoneState(
            commitment_state=hop.zone.commitment_state,
            consignment_id=each.consignment_id,
            return_list=each.return_list,
            retention_until=date.fromisoformat(each.retention_until),
            balance_state=each.balance_state,
        ),
    )


def _data(told: DataTraits, said: Provenance) -> DataTraits:
    """The traits of what is behind it, and of it itself where these are graver."""
    graver = said.category is not None and _rank(told.category) > _rank(said.category)
    us_class, us_persons_12m = _american(told, said)
    return replace(
        told,
        category=told.category if graver else said.category,
        importance_basis=told.importance_basis if graver else said.importance_basis,
        contains_pi=_either(told.contains_pi, said.contains_pi),
        anonymisation=_anonymised(told, said),
        eu_special_category=True if told.eu_special_category else said.eu_special_category,
        eu_art9_condition=_conditioned(told, said),
        us_class=us_class,
        us_persons_12m=us_persons_12m,
        us_government_related=True if told.us_government_related else said.us_government_related,
        publicly_available_in=tuple(
            sorted({*told.publicly_available_in}.intersection(said.publicly_available_in))
        ),
    )


def _anonymised(told: DataTraits, said: Provenance) -> str | None:
    """How far persons were taken out, by whoever says that there are any: the least of two, None if one is unknown."""
    if said.contains_pi is False:
        return told.anonymisation
    if told.contains_pi is False:
        return said.anonymisation
    both = (told.anonymisation, said.anonymisation)
    return None if not _ANONYMISATION.issuperset(both) else max(both, key=_LEAST.index)


def _conditioned(told: DataTraits, said: Provenance) -> bool | None:
    """Whether a condition is met for special categories, by all that say that there are any."""
    if said.eu_special_category is False:
        return told.eu_art9_condition
    if told.eu_special_category is False:
        return said.eu_art9_condition
    both = (told.eu_art9_condition, said.eu_art9_condition)
    return False if False in both else None if None in both else True


def _american(told: DataTraits, said: Provenance) -> tuple[str | None, int | None]:
    """Its class of US data, and how many persons; of two classes at once nobody knows what it is."""
    if said.us_class == "none":
        return told.us_class, told.us_persons_12m
    if told.us_class not in ("none", said.us_class):
        return None, said.us_persons_12m
    if told.us_class == "none" or said.us_persons_12m is None:
        return said.us_class, said.us_persons_12m
    return said.us_class, max(said.us_persons_12m, told.us_persons_12m or 0)


def _either(one: bool | None, other: bool | None) -> bool | None:
    """Whether one of two is so; None where one that may be is not known."""
    return True if one or other else None if None in (one, other) else False


def _rank(category: str | None) -> int:
    return len(_CATEGORIES) if category is None else _CATEGORIES.index(category)


def _link(hop: Hop, said: Provenance) -> LinkPath:
    found = next((each for each in said.routes if each.place == hop.destination), None)
    if found is None:
        return hop.link
    return LinkPath(link_ids=found.link_ids, kind="dedicated", state="in_service")
