"""Provenance as statements of PROV-O."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from exchange.kernel.time import iso
from exchange.lineage.names import BONDED_ZONE, HUB, OWN_ZONE
from exchange.provenance.facets import HOME, run_id
from exchange.provenance.model import Thing
from exchange.provenance.prov import EXCHANGE, Activity, End, Entity, Provenance

PREFIXES = {
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "corridor": f"{HOME}/provenance#",
}
_IRI_SAFE = "/:@!$&'()*+,;=-._~%#"


class Literal(NamedTuple):
    """A value; `datatype` is a name of xsd, or nothing for plain text."""

    text: str
    datatype: str = ""


class Iri(NamedTuple):
    """A thing by its name, whole or with a prefix."""

    iri: str


class Statement(NamedTuple):
    """One statement: of a thing, by a predicate with a prefix."""

    subject: str
    predicate: str
    object: Iri | Literal


def statements(provenance: Provenance) -> Iterator[Statement]:
    """All that is said, thing by thing."""
    ended: dict[str, list[End]] = {}
    for end in provenance.ends:
        ended.setdefault(end.entity, []).append(end)
    for name, entity in provenance.entities.items():
        yield from _entity(name, entity, tuple(provenance.derived.get(name, ())))
        yield from _ends(name, ended.get(name, ()))
    used: dict[str, list[str]] = {}
    for use in provenance.uses.values():
        used.setdefault(use.activity, []).append(use.entity)
    for key, activity in provenance.activities.items():
        yield from _activity(key, activity, used.get(key, ()))
    yield from _agents(provenance)


def _entity(name: str, entity: Entity, sources: tuple[str, ...]) -> Iterator[Statement]:
    subject, thing = iri(name), entity.thing
    yield Statement(subject, "a", Iri("prov:Entity"))
    yield from _described(subject, thing)
    if thing.owner:
        yield Statement(subject, "prov:wasAttributedTo", Iri(agent(thing.owner)))
    if entity.generated_at is not None:
        yield Statement(subject, "prov:generatedAtTime", _time(entity.generated_at))
        yield Statement(subject, "prov:wasGeneratedBy", Iri(activity(entity.generated_by)))
    for key in dict.fromkeys(entity.influenced_by):
        yield Statement(subject, "prov:wasInfluencedBy", Iri(activity(key)))
    for source in sources:
        yield Statement(subject, "prov:wasDerivedFrom", Iri(iri(source)))


def _described(subject: str, thing: Thing) -> Iterator[Statement]:
    if thing.title:
        yield Statement(subject, "rdfs:label", Literal(thing.title))
    if thing.version:
        yield Statement(subject, "dcterms:identifier", Literal(thing.version))
    if thing.consigned is not None:
        yield Statement(subject, "corridor:handbook", Literal(thing.consigned.handbook_no))
    if (taint := thing.taint) is not None:
        for word, said in zip(("domesticPi", "importantData", "separable"), taint, strict=True):
            yield Statement(subject, f"corridor:{word}", Literal(str(said).lower(), "boolean"))


def _ends(name: str, ends: "list[End] | tuple[End, ...]") -> Iterator[Statement]:
    """Some items of a thing that are no more are a specialization of it; all of them are itself."""
    whole = next((end for end in ends if not end.items), None)
    if whole is not None:
        yield from _invalidated(iri(name), whole)
    for end in ends:
        for first, last in end.items:
            part = iri(f"{name}/items/{first}-{last}")
            yield Statement(part, "a", Iri("prov:Entity"))
            yield Statement(part, "prov:specializationOf", Iri(iri(name)))
            yield from _invalidated(part, end)


def _invalidated(subject: str, end: End) -> Iterator[Statement]:
    yield Statement(subject, "prov:invalidatedAtTime", _time(end.at))
    yield Statement(subject, "prov:wasInvalidatedBy", Iri(activity(end.activity)))


def _activity(key: str, told: Activity, used: "list[str] | tuple[str, ...]") -> Iterator[Statement]:
    subject, run = activity(key), told.run
    yield Statement(subject, "a", Iri("prov:Activity"))
    yield Statement(subject, "rdfs:label", Literal(run.doing.name))
    yield Statement(subject, "dcterms:identifier", Literal(key))
    if told.started_at is not None:
        yield Statement(subject, "prov:startedAtTime", _time(told.started_at))
    if told.ended_at is not None:
        yield Statement(subject, "prov:endedAtTime", _time(told.ended_at))
    if told.failed:
        yield Statement(subject, "corridor:failed", Literal(told.failed))
    for name in used:
        yield Statement(subject, "prov:used", Iri(iri(name)))
    for name in (agent(run.agent) if run.agent else "", pool(run.pool) if run.pool else ""):
        if name:
            yield Statement(subject, "prov:wasAssociatedWith", Iri(name))
    if run.parent is not None:
        yield Statement(subject, "dcterms:isPartOf", Iri(activity(run.parent.key)))
    if run.decision is not None:
        yield Statement(subject, "corridor:decision", Literal(run.decision.decision_id))
        yield Statement(subject, "corridor:ruleset", Literal(run.decision.ruleset))


def _agents(provenance: Provenance) -> Iterator[Statement]:
    for name in provenance.agents():
        kind = "prov:SoftwareAgent" if name == EXCHANGE else "prov:Organization"
        yield Statement(agent(name), "a", Iri("prov:Agent"))
        yield Statement(agent(name), "a", Iri(kind))
    for name, behalf in provenance.behalf:
        yield Statement(agent(name), "prov:actedOnBehalfOf", Iri(agent(behalf)))
    for name, processor in provenance.pools.items():
        yield Statement(pool(name), "a", Iri("prov:Agent"))
        if processor:
            yield Statement(pool(name), "prov:actedOnBehalfOf", Iri(agent(processor)))


def iri(name: str) -> str:
    """A name as an IRI: what may not stand in one is quoted."""
    return quote(name, safe=_IRI_SAFE)


def activity(key: str) -> str:
    """A run by its id, the same as in events."""
    return f"urn:uuid:{run_id(key)}"


def agent(name: str) -> str:
    """A participant, or the exchange."""
    kind = "software" if name == EXCHANGE else "participant"
    return iri(f"{HUB}{OWN_ZONE}/{kind}/{name}")


def pool(name: str) -> str:
    """A pool of workers."""
    return iri(f"{HUB}{BONDED_ZONE}/pool/{name}")


def _time(at: int) -> Literal:
    return Literal(iso(at), "dateTime")
