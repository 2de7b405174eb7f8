"""Whether events are valid: against the published schema of a run event, and each facet against its own."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exchange.provenance

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_STANDARD = Path(__file__).parents[1] / "standards" / "openlineage"
_OWN = Path(exchange.provenance.__file__).parent / "schemas"
_CORE = "https://openlineage.io/spec/2-0-2/OpenLineage.json"


@cache
def _documents() -> dict[str, Any]:
    """Schemas by the name of their file: a URL may name another version of one."""
    paths = [_STANDARD / "OpenLineage.json", *(_STANDARD / "facets").glob("*.json"), *_OWN.glob("*.json")]
    return {path.stem: json.loads(path.read_text()) for path in paths}


@cache
def _validator(reference: str) -> "Draft202012Validator":
    # What looks at formats builds grammars while it is imported: seconds for whoever only collects tests.
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    documents = _documents().values()
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in documents
    )
    return Draft202012Validator({"$ref": reference}, registry=registry, format_checker=FormatChecker())


def faults(event: dict[str, Any]) -> list[str]:
    """What is wrong with an event, its facets included."""
    found = [_said(each) for each in _validator(f"{_CORE}#/$defs/RunEvent").iter_errors(event)]
    for key, facet in facets(event):
        url = facet["_schemaURL"]
        document = _documents()[url.partition("#")[0].rpartition("/")[2].removesuffix(".json")]
        if not url.startswith(document["$id"]):
            found.append(f"{key}: {url} is not {document['$id']}")
        found += [f"{key}: {_said(each)}" for each in _validator(document["$id"]).iter_errors({key: facet})]
        found += [f"{key} is unknown to its schema" for _ in (key,) if key not in document["properties"]]
    return found


def facets(event: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every facet of an event with its key."""
    holders = [event["run"]["facets"], event["job"]["facets"]]
    for dataset in event["inputs"] + event["outputs"]:
        holders += [dataset.get(each, {}) for each in ("facets", "inputFacets", "outputFacets")]
    for holder in holders:
        yield from holder.items()


def _said(error: Any) -> str:
    return f"{error.json_path}: {error.message}"
