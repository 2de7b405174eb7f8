"""Lines that could be read in two ways are read in none; answers that cannot be told apart are minded."""

import json
from typing import Any

import pytest

from exchange.fence.intents import Faulty, Mind, decide_intents
from tests.unit.fence.cases import shipped, vectors


def hop(**changes: Any) -> dict[str, Any]:
    (plain,) = vectors()["T-05"]["hops"]
    return {**plain, **changes}


def decided(*lines: str) -> list[Any]:
    return list(decide_intents([line.encode() for line in lines], {shipped().digest: shipped()}))


def line(*hops: dict[str, Any], name: Any = "A") -> str:
    return json.dumps({"id": name, "hops": hops}, default=str)


SHOWN = {
    "id": "I-1", "type": "CN-CERT", "exporter_id": None, "recipient_id": None, "names_destinations": ["ANY"],
    "valid_from": None, "valid_to": None, "tz": "Asia/Shanghai", "status": "active", "scope_changed": False,
}  # fmt: skip


ENTITY = {"id": "E-1", "source": True, "origins": ["CN"], "domestic_pi": True, "important": False}
JOB = {"id": "J-1", "inputs": ["E-1"], "outputs": ["E-2"]}


def graph(entities: list[Any], jobs: list[Any]) -> dict[str, Any]:
    return {"target": "E-1", "entities": entities, "jobs": jobs}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            line(hop(lineage_graph=graph([ENTITY, {**ENTITY, "domestic_pi": False}], []))),
            "hop 1 has two entities in its lineage graph of the id E-1",
        ),
        (
            line(hop(lineage_graph=graph([ENTITY], [JOB, JOB]))),
            "hop 1 has two jobs in its lineage graph of the id J-1",
        ),
        (line(hop())[:-3] + ', "origin": "SG"}]}', "'origin' is said twice in one object"),
        ('{"id": "B", ' + line(hop())[1:], "'id' is said twice in one object"),
        (line(hop()).replace('"id": "A"', '"id" : "A", "id"\t: "B"'), "'id' is said twice"),
        (line(hop(hop_no=1), hop(hop_no=1)), "two hops have the number 1; give each a `hop_no` of its own"),
        (line(hop(instruments=[SHOWN, SHOWN])), "hop 1 shows two instruments of the id I-1"),
        (line(hop(as_of="2026-13-01T00:00:00Z")), "as_of`"),
    ],
)
def test_what_could_be_read_in_two_ways_is_told_of_and_not_decided(text: str, why: str) -> None:
    (fault,) = decided(text)
    assert isinstance(fault, Faulty)
    assert why in fault.why


def test_words_that_look_like_names_are_words() -> None:
    (answer,) = decided(line(hop(exporter={**hop()["exporter"], "id": 'E": "x": '})))
    assert answer["outcome"] == "FILE"


def test_an_id_that_was_given_before_is_decided_and_minded() -> None:
    first, second, mind, third = decided(line(hop()), line(hop(origin="SG")), line(hop(), name=1))
    assert (first["id"], second["id"], third["id"]) == ("A", "A", 1)
    assert mind == Mind(number=2, id="A", earlier=1)


def test_hops_in_any_order_and_counts_of_any_size_are_decided() -> None:
    huge = hop(counts={**hop()["counts"], "pi_count_cum": 10**30})
    two, big = decided(line(hop(hop_no=2), hop(hop_no=1)), line(huge, name="B"))
    assert [each["hop_no"] for each in two["per_hop"]] == [2, 1]
    assert big["outcome"] == "ASSESS"
