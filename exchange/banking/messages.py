"""ISO 20022 messages that are read or written here: their names, their schemas, and where things stand in them."""

from pathlib import Path
from typing import TYPE_CHECKING

from exchange.documents.errors import VersionUnknown
from exchange.documents.schemas import carried, check_schema
from exchange.documents.xml import root_of

if TYPE_CHECKING:
    from lxml.etree import _Element

STATEMENT, ADVICE, TRANSFER = "camt.053.001.08", "camt.054.001.08", "pain.001.001.09"
NOT_PROVIDED = "NOTPROVIDED"
"""What a message says in the place of something that there is none of."""
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_CARRIED = {
    STATEMENT: ("camt053", "xsd"),
    ADVICE: ("camt053", "xsd"),
    TRANSFER: ("sepaxml", "schemas"),
}


def message_of(content: bytes, name: str) -> tuple[str, "_Element"]:
    """Which message a file is, and its root; it keeps the schema.

    Raises: VersionUnknown if it is none of those above; what `root_of` and `check_schema` raise.
    """
    root = root_of(content, name)
    namespace, _, local = str(root.tag).removeprefix("{").rpartition("}")
    kind = namespace.removeprefix(NAMESPACE)
    if kind not in _CARRIED or local != "Document":
        raise VersionUnknown(
            f"{name} is a {kind or local!r}, which is not read here; ask for {', '.join(sorted(_CARRIED))}"
        )
    check_schema(root, schema_path(kind), name)
    return kind, root


def schema_path(kind: str) -> Path:
    """Where the schema of a message is. Raises: SchemaMissing."""
    package, directory = _CARRIED[kind]
    return carried(package, directory, f"{kind}.xsd")


def text_at(element: "_Element", path: str) -> str:
    """The text at a path such as `Acct/Id/IBAN`; empty where there is none."""
    return (element.findtext(in_namespace(element, path)) or "").strip()


def first_at(element: "_Element", path: str) -> "_Element | None":
    """The first element at a path, in the namespace of `element`."""
    return element.find(in_namespace(element, path))


def all_at(element: "_Element", path: str) -> "list[_Element]":
    """Every element at a path, in the namespace of `element`."""
    return element.findall(in_namespace(element, path))


def in_namespace(element: "_Element", path: str) -> str:
    """A path with the namespace of `element` at each step."""
    namespace = str(element.tag).partition("}")[0] + "}"
    return "/".join(namespace + step for step in path.split("/"))
