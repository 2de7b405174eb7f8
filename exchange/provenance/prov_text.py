"""Statements as text: Turtle, and JSON-LD. Source: W3C RDF 1.1 Turtle; JSON-LD 1.1."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from exchange.provenance.prov_statements import PREFIXES, Iri, Literal, Statement

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def turtle(said: Iterable[Statement]) -> Iterator[str]:
    """Lines of a Turtle document."""
    for prefix, whole in PREFIXES.items():
        yield f"@prefix {prefix}: <{whole}> ."
    yield ""
    for subject, each in groupby(said, key=lambda statement: statement.subject):
        said_of = [f"  {predicate} {_term(value)}" for _, predicate, value in each]
        yield f"<{subject}>\n" + " ;\n".join(said_of) + " ."


def _term(value: Iri | Literal) -> str:
    if isinstance(value, Iri):
        return value.iri if value.iri.partition(":")[0] in PREFIXES else f"<{value.iri}>"
    text = f'"{_escaped(value.text)}"'
    return f"{text}^^xsd:{value.datatype}" if value.datatype else text


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(each) or (each if each >= " " else f"\\u{ord(each):04X}") for each in text)


def json_ld(said: Iterable[Statement]) -> Iterator[str]:
    """Lines of a JSON-LD document, a node a line."""
    yield '{"@context": ' + json.dumps(PREFIXES) + ', "@graph": ['
    before = ""
    for subject, each in groupby(said, key=lambda statement: statement.subject):
        yield before + json.dumps(_node(subject, each), ensure_ascii=False)
        before = ","
    yield "]}"


def _node(subject: str, said: Iterable[Statement]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": subject}
    for _, predicate, value in said:
        if predicate == "a":
            assert isinstance(value, Iri)
            node.setdefault("@type", []).append(value.iri)
        else:
            node.setdefault(predicate, []).append(_value(value))
    return node


def _value(value: Iri | Literal) -> dict[str, str]:
    if isinstance(value, Iri):
        return {"@id": value.iri}
    typed = {"@type": f"xsd:{value.datatype}"} if value.datatype else {}
    return {"@value": value.text, **typed}
