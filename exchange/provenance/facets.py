"""Facets of OpenLineage events: the standard's own, and four of this exchange whose schemas lie in `schemas/`.

Source: OpenLineage 2-0-2 and its facets; lineage.md section 1.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from exchange.kernel.fields import DIRECT
from exchange.kernel.time import iso
from exchange.lineage.names import namespace_of
from exchange.provenance.model import Doing, Items, Parent, Run, Thing

Json: TypeAlias = dict[str, Any]

HOME = "https://corridor.invalid"
"""Where the project would be: a name that no registry gives out. What its own URLs name lies in the package."""
PRODUCER = f"{HOME}/exchange"
_STANDARD = "https://openlineage.io/spec/facets"
_OWN = f"{HOME}/schemas/lineage/1-0-0"
_VERSIONS = {
    "BaseSubsetDatasetFacet": "1-0-0",
    "ColumnLineageDatasetFacet": "1-2-0",
    "DataQualityAssertionsDatasetFacet": "1-1-0",
    "DatasetVersionDatasetFacet": "1-0-1",
    "DocumentationDatasetFacet": "1-1-0",
    "ErrorMessageRunFacet": "1-0-1",
    "InputStatisticsInputDatasetFacet": "1-0-0",
    "JobTypeJobFacet": "2-0-4",
    "LifecycleStateChangeDatasetFacet": "1-0-1",
    "LineageDatasetFacet": "1-0-0",
    "NominalTimeRunFacet": "1-0-1",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
    "OwnershipDatasetFacet": "1-0-1",
    "OwnershipJobFacet": "1-0-1",
    "ParentRunFacet": "1-2-0",
    "SchemaDatasetFacet": "1-2-0",
    "SymlinksDatasetFacet": "1-0-1",
    "TagsDatasetFacet": "1-0-0",
    "TagsRunFacet": "1-0-0",
}
_FILES = {"LineageDatasetFacet": "LineageFacet"}
"""Facets whose schemas lie in files of other names."""


def run_id(key: str) -> UUID:
    """The id of a run, the same however often it is told."""
    return uuid5(NAMESPACE_URL, f"{HOME}/run/{key}")


def named(name: str) -> Json:
    """A thing as events name it."""
    namespace, rest = namespace_of(name)
    return {"namespace": namespace, "name": rest}


def job_of(doing: Doing) -> Json:
    """A job as events name it."""
    return {"namespace": f"hub://{doing.zone}", "name": doing.name}


def run_facets(run: Run) -> Json:
    """What is said of a run as a whole."""
    facets: Json = {}
    if run.parent is not None:
        facets["parent"] = _parent(run.parent)
    if run.term is not None:
        first, last = map(iso, run.term)
        facets["nominalTime"] = _standard("NominalTimeRunFacet", nominalStartTime=first, nominalEndTime=last)
    if run.failed:
        facets["errorMessage"] = _standard(
            "ErrorMessageRunFacet", message=run.failed, programmingLanguage="none"
        )
    tags = [("fact", run.place), *(("pool", each) for each in (run.pool,) if each)]
    facets["tags"] = _standard("TagsRunFacet", tags=_tags(tags))
    if run.decision is not None:
        facets["hub_decision"] = _own(
            "HubDecisionRunFacet", decisionId=run.decision.decision_id, ruleset=run.decision.ruleset
        )
    if run.certificate_id:
        facets["hub_deletion"] = _own("HubDeletionRunFacet", certificateId=run.certificate_id)
    return facets


def _parent(parent: Parent) -> Json:
    run = {"runId": str(run_id(parent.key))}
    return _standard("ParentRunFacet", run=run, job=job_of(parent.doing))


def job_facets(run: Run) -> Json:
    """What kind of job it is, and whose."""
    kind = _standard(
        "JobTypeJobFacet",
        processingType=run.doing.processing,
        integration="CORRIDOR",
        jobType=run.doing.sort,
    )
    owners = [{"name": f"participant:{name}", "type": sort} for name, sort in _people(run) if name]
    return {
        "jobType": kind,
        **({"ownership": _standard("OwnershipJobFacet", owners=owners)} if owners else {}),
    }


def _people(run: Run) -> tuple[tuple[str, str], ...]:
    return (run.agent, "EXECUTOR"), (run.behalf, "PRINCIPAL")


def dataset_facets(thing: Thing) -> Json:
    """What is known of a thing itself."""
    facets: Json = {}
    if thing.title:
        facets["documentation"] = _standard("DocumentationDatasetFacet", description=thing.title)
    if thing.fields:
        fields = [_field(each.name, each.data_type) for each in thing.fields]
        facets["schema"] = _standard("SchemaDatasetFacet", fields=fields)
    if thing.version:
        facets["version"] = _standard("DatasetVersionDatasetFacet", datasetVersion=thing.version)
    if thing.owner:
        owners = [{"name": f"participant:{thing.owner}", "type": "OWNER"}]
        facets["ownership"] = _standard("OwnershipDatasetFacet", owners=owners)
    if thing.also:
        known_as = [{**named(name), "type": sort} for name, sort in thing.also]
        facets["symlinks"] = _standard("SymlinksDatasetFacet", identifiers=known_as)
    if thing.tags:
        facets["tags"] = _standard("TagsDatasetFacet", tags=_tags(thing.tags))
    if thing.change is not None:
        facets["lifecycleStateChange"] = _standard(
            "LifecycleStateChangeDatasetFacet", lifecycleStateChange=thing.change
        )
    return facets | _hub_facets(thing)


def _field(name: str, data_type: str) -> Json:
    return {"name": name, "type": data_type} if data_type else {"name": name}


def _hub_facets(thing: Thing) -> Json:
    facets: Json = {}
    if (consigned := thing.consigned) is not None:
        facets["hub_consignment"] = _own(
            "HubConsignmentDatasetFacet",
            consignmentId=consigned.consignment_id,
            treatment=thing.treatment or "processed",
            handbookNo=consigned.handbook_no,
            zone=consigned.zone,
            returnList=list(consigned.return_list),
        )
    if (taint := thing.taint) is not None:
        facets["hub_taint"] = _own(
            "HubTaintDatasetFacet",
            domesticPi=taint.domestic_pi,
            importantData=taint.important,
            separable=taint.separable,
        )
    return facets


def column_facets(columns: Json, sources: Sequence[str]) -> Json:
    """Which inputs an output comes from, and which fields of which its fields do.

    Shape: said twice, as `lineage` of the thing and its fields, and as the `columnLineage` that is read more widely.
    """
    facets: Json = {}
    if sources:
        inputs = [{**named(name), "type": "DATASET"} for name in sources]
        fields = {field: {"inputs": _explicit(said["inputFields"])} for field, said in columns.items()}
        facets["lineage"] = _standard(
            "LineageDatasetFacet", inputs=inputs, **({"fields": fields} if fields else {})
        )
    if columns:
        facets["columnLineage"] = _standard("ColumnLineageDatasetFacet", fields=columns)
    return facets


def _explicit(sources: Sequence[Json]) -> list[Json]:
    return [{**each, "type": "DATASET"} for each in sources]


def input_field(name: str, field: str, way: str, masked: bool) -> Json:
    """A field of an input, and how another follows from it."""
    how = {
        "type": "DIRECT" if way in DIRECT else "INDIRECT",
        "subtype": way.upper(),
        "description": "",
        "masking": masked,
    }
    return {**named(name), "field": field, "transformations": [how]}


def input_facets(thing: Thing) -> Json:
    """What a run read of an input, and how that was tested."""
    facets: Json = {}
    if counts := _counts(thing):
        facets["inputStatistics"] = _standard("InputStatisticsInputDatasetFacet", **counts)
    if thing.items:
        facets["subset"] = _standard("BaseSubsetDatasetFacet", inputCondition=_within(thing.items))
    if thing.assertions:
        tests = [
            {
                "assertion": each.name,
                "success": each.passed,
                **{key: said for key in ("expected", "actual") if (said := getattr(each, key))},
            }
            for each in thing.assertions
        ]
        facets["dataQualityAssertions"] = _standard("DataQualityAssertionsDatasetFacet", assertions=tests)
    return facets


def _within(items: Sequence[Items]) -> Json:
    """The condition that an item is in one of some ranges."""
    condition, *others = (
        {
            "type": "binary",
            "operator": "AND",
            "left": _compared("GREATER_EQUAL_THAN", first),
            "right": _compared("LESS_EQUAL_THAN", last),
        }
        for first, last in items
    )
    for each in others:
        condition = {"type": "binary", "operator": "OR", "left": condition, "right": each}
    return condition


def _compared(comparison: str, number: int) -> Json:
    return {
        "type": "compare",
        "comparison": comparison,
        "left": {"type": "field", "field": "item"},
        "right": {"type": "literal", "value": str(number)},
    }


def output_facets(thing: Thing) -> Json:
    """What a run wrote of an output."""
    counts = _counts(thing)
    return {"outputStatistics": _standard("OutputStatisticsOutputDatasetFacet", **counts)} if counts else {}


def _counts(thing: Thing) -> Json:
    known = {"rowCount": thing.rows, "size": thing.size_bytes}
    return {key: count for key, count in known.items() if count is not None}


def _tags(tags: Sequence[tuple[str, str]]) -> list[Json]:
    return [{"key": key, "value": value, "source": "CORRIDOR"} for key, value in tags]


def _standard(facet: str, **said: Any) -> Json:
    url = f"{_STANDARD}/{_VERSIONS[facet]}/{_FILES.get(facet, facet)}.json#/$defs/{facet}"
    return {"_producer": PRODUCER, "_schemaURL": url, **said}


def _own(facet: str, **said: Any) -> Json:
    return {"_producer": PRODUCER, "_schemaURL": f"{_OWN}/{facet}.json#/$defs/{facet}", **said}
