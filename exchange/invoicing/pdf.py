"""An invoice for people as PDF: the same bytes for the same invoice; Chinese and Japanese names are readable.

Names in those scripts are set in the fonts that Adobe's character collections name and every viewer brings or
replaces; nothing is embedded, and no font file is needed where it is written.
"""

import unicodedata
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from exchange.invoicing.shown import COLUMNS, Shown, shown
from exchange.invoicing.values import Invoice

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

_LATIN, _BOLD, _CHINESE, _JAPANESE, _KOREAN = (
    "Helvetica", "Helvetica-Bold", "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium",
)  # fmt: skip
_MARGIN_MM = 20
_WIDTHS_MM = (12, 66, 26, 26, 16, 24)
_NUMBERS_FROM = 2
_SIZE, _TITLE_SIZE, _LEADING = 9, 16, 4
_IDEOGRAPHIC = 0x2E7F
"""Signs beyond this one are of East Asian scripts."""


def write_pdf(invoice: Invoice) -> bytes:
    """Pages of A4. Raises: what `totals_of` raises."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    _fonts()
    told = shown(invoice)
    written = BytesIO()
    margin = _MARGIN_MM * mm
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        title=told.title,
        author=invoice.seller.name,
        lang="en",
        invariant=1,
    )
    document.build(_story(told, invoice.currency))
    return written.getvalue()


def font_of(text: str) -> str:
    """The font that has the signs of a text: by its script, kana before Chinese characters alone."""
    names = {
        unicodedata.name(each, "").split()[0] for each in text if ord(each) > _IDEOGRAPHIC and each.strip()
    }
    if names & {"HIRAGANA", "KATAKANA", "HALFWIDTH"}:
        return _JAPANESE
    if "HANGUL" in names:
        return _KOREAN
    return _CHINESE if names else _LATIN


def _story(told: Shown, currency: str) -> list[Any]:
    from reportlab.lib.units import mm
    from reportlab.platypus import Spacer

    gap = Spacer(1, 6 * mm)
    about = [_said(f"{name}: {text}") for name, text in told.about]
    remarks = [_said(each) for each in told.remarks]
    return [
        _said(told.title, _TITLE_SIZE),
        gap,
        *about,
        gap,
        _parties(told),
        gap,
        _lines(told, currency),
        gap,
        _sums(told),
        gap,
        *remarks,
    ]


def _parties(told: Shown) -> Any:
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    sides = [
        [_said(role, bold=True), *map(_said, who)]
        for role, who in (("Seller", told.seller), ("Buyer", told.buyer))
    ]
    return Table([sides], colWidths=[85 * mm, 85 * mm], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])


def _lines(told: Shown, currency: str) -> Any:
    from reportlab.lib.colors import black, lightgrey
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    head = [*COLUMNS[:-1], f"{COLUMNS[-1]}, {currency}"]
    rows = [[_cell(text, place, bold=True) for place, text in enumerate(head)]]
    rows += [[_cell(text, place) for place, text in enumerate(row)] for row in told.lines]
    rules: Any = [
        ("LINEBELOW", (0, 0), (-1, 0), 1, black),
        ("LINEBELOW", (0, 1), (-1, -1), 1, lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table(rows, colWidths=[width * mm for width in _WIDTHS_MM], repeatRows=1, style=rules)


def _sums(told: Shown) -> Any:
    from reportlab.lib.colors import black
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    last = len(told.sums) - 1
    rows = [
        [_said(name, bold=place == last), _cell(text, _NUMBERS_FROM, bold=place == last)]
        for place, (name, text) in enumerate(told.sums)
    ]
    return Table(rows, colWidths=[120 * mm, 50 * mm], style=[("LINEABOVE", (0, last), (-1, last), 1, black)])


def _cell(text: str, place: int, *, bold: bool = False) -> Any:
    return _said(text, bold=bold, right=place >= _NUMBERS_FROM)


def _said(text: str, size: int = _SIZE, *, bold: bool = False, right: bool = False) -> Any:
    from reportlab.platypus import Paragraph

    font = font_of(text)
    font = _BOLD if font == _LATIN and (bold or size > _SIZE) else font
    return Paragraph(escape(text), _style(font, size, right))


@cache
def _style(font: str, size: int, right: bool) -> "ParagraphStyle":
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    wrap = "LTR" if font in (_LATIN, _BOLD) else "CJK"
    alignment: Any = TA_RIGHT if right else TA_LEFT
    return ParagraphStyle(
        f"{font}-{size}-{right}",
        fontName=font,
        fontSize=size,
        leading=size + _LEADING,
        alignment=alignment,
        wordWrap=wrap,
    )


@cache
def _fonts() -> None:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    for name in (_CHINESE, _JAPANESE, _KOREAN):
        registerFont(UnicodeCIDFont(name))
