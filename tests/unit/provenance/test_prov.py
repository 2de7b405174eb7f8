"""Provenance of whole stories, read back by somebody else's library; and what it may not say."""

from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import PROV, RDF, RDFS

from exchange.provenance.events import run_id
from exchange.provenance.model import Doing, Items, Run, Thing
from exchange.provenance.prov import Provenance
from exchange.provenance.prov_checks import faults
from exchange.provenance.prov_statements import activity, agent, iri, statements
from exchange.provenance.prov_text import json_ld, turtle
from tests.unit.bonded.tables import a_story_of_consignments
from tests.unit.provenance.told import runs_in
from tests.unit.views.story import a_story

LOT = "hub://CN-LG/consignment/C-0.15.0/L-1"
EXPORTED = "hub://DE/delivery/X-0.20.0/O-0.19.0"


@pytest.fixture(scope="module")
def bonded() -> Provenance:
    told = Provenance()
    told.extend(runs_in((a_story_of_consignments(),)))
    return told


def text(provenance: Provenance, form: Any) -> str:
    return "".join(f"{line}\n" for line in form(statements(provenance)))


@pytest.fixture(scope="module")
def graph(bonded: Provenance) -> Graph:
    return Graph().parse(data=text(bonded, turtle), format="turtle")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")
def test_turtle_and_json_ld_say_the_same_also_of_odd_names(bonded: Provenance) -> None:
    whole = Provenance()
    whole.extend(runs_in(a_story()))
    odd = Thing(name='hub://external/a "b" <c>\\d/é 1#x', title='say "\\\n\t\0é"', owner="PR 1")
    whole.take(Run("one", "whole", 1, "x/0/0", Doing("CN", "job"), outputs=(odd,), failed="so\nit is"))
    for each in (bonded, whole):
        read = Graph().parse(data=text(each, turtle), format="turtle")
        assert set(read) == set(Graph().parse(data=text(each, json_ld), format="json-ld"))
        assert len(read) > 150
    assert (URIRef(iri(odd.name)), RDFS.label, Literal(odd.title)) in read


def test_what_was_exported_leads_up_to_the_raw_lot_and_to_whom_it_belongs(graph: Graph) -> None:
    asked = """
        SELECT ?source ?owner WHERE { ?made prov:wasDerivedFrom+ ?source . ?source prov:wasAttributedTo ?owner }
    """
    found = {
        (str(row[0]), str(row[1])) for row in graph.query(asked, initBindings={"made": URIRef(EXPORTED)})
    }
    assert (LOT, agent("SE-DE-01")) in found
    assert ("hub://DE/raw/HB-0001/L-1", agent("SE-DE-01")) in found


def test_a_job_run_is_an_activity_of_its_processor_for_the_importer(graph: Graph) -> None:
    run = URIRef(activity("job/J-0.18.0"))
    assert str(run) == f"urn:uuid:{run_id('job/J-0.18.0')}"
    assert (run, RDF.type, PROV.Activity) in graph
    assert (run, PROV.used, URIRef(LOT)) in graph
    processor = URIRef(agent("PR-CN-01"))
    assert (run, PROV.wasAssociatedWith, processor) in graph
    assert (processor, PROV.actedOnBehalfOf, URIRef(agent("SE-DE-01"))) in graph
    assert (URIRef("hub://CN-LG/output/O-0.19.0"), PROV.wasGeneratedBy, run) in graph
    assert graph.value(run, PROV.startedAtTime) < graph.value(run, PROV.endedAtTime)


def test_what_was_destroyed_is_invalidated_part_by_part_and_then_whole(graph: Graph) -> None:
    part = URIRef(f"{LOT}/items/9950-9999")
    assert (part, PROV.specializationOf, URIRef(LOT)) in graph
    assert (part, PROV.wasInvalidatedBy, URIRef(activity("deletion/DC-0.26.0"))) in graph
    assert (URIRef(LOT), PROV.wasInvalidatedBy, URIRef(activity("consignment/C-0.15.0"))) in graph
    assert graph.value(part, PROV.invalidatedAtTime) < graph.value(URIRef(LOT), PROV.invalidatedAtTime)
    certificate = URIRef("hub://exchange/certificate/DC-0.26.0")
    assert (certificate, PROV.wasGeneratedBy, URIRef(activity("deletion/DC-0.26.0"))) in graph


def test_the_story_of_consignments_is_sound(bonded: Provenance) -> None:
    assert list(faults(bonded)) == []


def a_run(key: str, at: int, used: str = "", made: str = "", **said: Any) -> Run:
    inputs = (Thing(name=used, items=said.pop("items", ())),) if used else ()
    outputs = (Thing(name=made, made_from=(used,) if used else ()),) if made else ()
    return Run(key, "whole", at, key, Doing("CN", "job"), inputs, outputs, **said)


def wrong(*runs: Run) -> list[str]:
    told = Provenance()
    told.extend(runs)
    return list(faults(told))


def test_nothing_comes_from_itself() -> None:
    around = [a_run(str(at), at, used, made) for at, (used, made) in enumerate(("ab", "bc", "ca"), 1)]
    assert wrong(*around[:2]) == []
    found = wrong(*around)
    assert [each for each in found if "derived from itself" in each] == [
        "b is derived from itself, by way of c"
    ]
    assert "2 uses" not in " ".join(found)


def test_nothing_is_used_before_it_is_there() -> None:
    made, used = a_run("maker", 5, made="a"), a_run("user", 5, "a", "b")
    assert wrong(made, used) == []
    assert wrong(made, used._replace(at=4)) == [
        "user uses a at 1970-01-01T00:00:00.000004Z, which was generated later, at 1970-01-01T00:00:00.000005Z"
    ]


@pytest.mark.parametrize(
    ("gone", "items", "at", "sound"),
    [
        ((), (), 6, False),
        ((), (), 5, True),
        ((Items(0, 9),), (Items(10, 19),), 6, True),
        ((Items(0, 9),), (Items(9, 19),), 6, False),
        ((Items(0, 9),), (), 6, False),
    ],
)
def test_nothing_is_used_when_it_is_gone(
    gone: tuple[Items, ...], items: tuple[Items, ...], at: int, sound: bool
) -> None:
    ending = a_run("end", 5, "a", items=gone, destroys=(Thing(name="a", items=gone),))
    found = wrong(a_run("maker", 1, made="a"), ending, a_run("user", at, "a", items=items))
    assert (found == []) is sound
    assert all("was invalidated by end before" in each for each in found)
