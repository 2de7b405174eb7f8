"""XML of others: refused by size before it is parsed, by a document type before anything of that is looked at."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from exchange.documents.errors import DoctypeRefused, DocumentTooLarge, DocumentUnreadable
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from lxml.etree import _Element

SIZE_MAX = 16 * 2**20
"""A document of more bytes is refused; a statement line takes about 1,500."""
_MEBIBYTE = 2**20
_PROLOG_MAX = 65_536
"""The first tag ends before that: searching for it further takes time that grows faster than the file."""


class _Begun(Exception):
    """The root element was reached: what could declare entities lies behind."""


def read_document(path: Path) -> bytes:
    """The bytes of a file. Raises: Misuse if it cannot be read; DocumentTooLarge before more than the bound is."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
    except OSError as error:
        raise Misuse(
            f"{path} cannot be read ({error.strerror}); name a file that this user may read"
        ) from error
    if len(content) > SIZE_MAX:
        raise _too_large(str(path))
    return content


def root_of(content: bytes, name: str) -> "_Element":
    """The root element of a document.

    Raises: DocumentTooLarge, DoctypeRefused, DocumentUnreadable. Shape: entities are not expanded, nothing is
    fetched, and what is nested or inflated beyond libxml2's own bounds is not well-formed.
    """
    from lxml import etree

    if len(content) > SIZE_MAX:
        raise _too_large(name)
    _see_prolog(content, name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(name, str(error)) from error
    found: Any = root.getroottree().docinfo  # its stub does not know all that it has
    if found.doctype:
        raise _with_doctype(name)
    return root


def _see_prolog(content: bytes, name: str) -> None:
    """Read up to the root element. Raises: DoctypeRefused, DocumentUnreadable."""
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def doctype(*declared: object) -> None:
        raise _with_doctype(name)

    def begun(*element: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begun
    try:
        parser.Parse(content[:_PROLOG_MAX], len(content) <= _PROLOG_MAX)
    except _Begun:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _unreadable(name, str(error)) from error
    raise _unreadable(name, f"its root does not begin and end its first tag within {_PROLOG_MAX:,} bytes")


def _too_large(name: str) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"{name} has more than {SIZE_MAX // _MEBIBYTE} MiB and was not parsed; ask for it in parts"
    )


def _with_doctype(name: str) -> DoctypeRefused:
    return DoctypeRefused(
        f"{name} declares a document type and was not parsed further; ask for it without <!DOCTYPE …>"
    )


def _unreadable(name: str, why: str) -> DocumentUnreadable:
    return DocumentUnreadable(f"{name} is no well-formed XML ({why}); fetch it again, whole")
