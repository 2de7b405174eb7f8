"""Runs as OpenLineage run events: one START and one COMPLETE or FAIL for each, by ids that never change.

Source: OpenLineage 2-0-2; lineage.md section 1.
"""

from collections.abc import Iterable

from exchange.kernel.time import iso
from exchange.provenance.facets import (
    PRODUCER,
    Json,
    column_facets,
    dataset_facets,
    input_facets,
    input_field,
    job_facets,
    job_of,
    named,
    output_facets,
    run_facets,
    run_id,
)
from exchange.provenance.model import Run, Thing

SCHEMA_URL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_STATES = {
    "start": ("START",),
    "complete": ("COMPLETE",),
    "fail": ("FAIL",),
    "whole": ("START", "COMPLETE"),
}

__all__ = ["PRODUCER", "SCHEMA_URL", "events_of", "run_id"]


def events_of(run: Run) -> tuple[Json, ...]:
    """The events that tell of a run; of one that failed at once both, as of any other."""
    states = _STATES[run.phase]
    if run.phase == "fail" and run.key == run.place:
        states = ("START", "FAIL")
    return tuple(_event(run, state) for state in states)


def _event(run: Run, state: str) -> Json:
    begins = state == "START" and run.phase != "start"
    return {
        "eventType": state,
        "eventTime": iso(run.at),
        "producer": PRODUCER,
        "schemaURL": SCHEMA_URL,
        # Why it failed is not known when it begins.
        "run": {
            "runId": str(run_id(run.key)),
            "facets": run_facets(run._replace(failed="") if begins else run),
        },
        "job": {**job_of(run.doing), "facets": job_facets(run)},
        "inputs": [_input(each) for each in run.inputs],
        "outputs": [] if begins else [_output(each, run.inputs) for each in run.outputs],
    }


def _input(thing: Thing) -> Json:
    return {**named(thing.name), "facets": dataset_facets(thing), "inputFacets": input_facets(thing)}


def _output(thing: Thing, inputs: Iterable[Thing]) -> Json:
    sources = thing.made_from or tuple(each.name for each in inputs)
    facets = {**dataset_facets(thing), **column_facets(_columns(thing, inputs), sources)}
    return {**named(thing.name), "facets": facets, "outputFacets": output_facets(thing)}


def _columns(thing: Thing, inputs: Iterable[Thing]) -> Json:
    """Fields as they are declared, and those of one name in an input where nothing else is said."""
    columns: dict[str, Json] = {}
    for each in thing.columns:
        source = input_field(each.upstream, each.source_field, each.way, each.masked)
        columns.setdefault(each.field, {"inputFields": []})["inputFields"].append(source)
    passed = {each.name for each in thing.fields if each.made_from is None} - columns.keys()
    for source_thing in inputs:
        for name in sorted(passed & {each.name for each in source_thing.fields}):
            source = input_field(source_thing.name, name, "identity", False)
            columns.setdefault(name, {"inputFields": []})["inputFields"].append(source)
    return columns
