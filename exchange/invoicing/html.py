"""An invoice for people as one HTML page: read aloud in order, printed on A4, and nothing fetched from anywhere."""

from collections.abc import Iterable
from html import escape

from exchange.invoicing.shown import COLUMNS, Shown, shown
from exchange.invoicing.values import Invoice

_NUMBERS_FROM = 2
"""From this column on, cells hold numbers."""
_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, "Noto Sans CJK SC", "Noto Sans CJK JP", sans-serif; color: #1a1a1a; background: #fff;
  max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1rem; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; } dt { color: #555; } dd { margin: 0; }
.parties { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; }
address { font-style: normal; }
table { width: 100%; border-collapse: collapse; margin: 1.5rem 0; } caption { text-align: left; font-weight: bold; }
th, td { padding: .35rem .5rem; text-align: left; border-bottom: 1px solid #bbb; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr:last-child > .payable, tr:last-child > .payable + td { font-weight: bold; border-bottom: 3px double #1a1a1a; }
@media (max-width: 32rem) { table { font-size: .8rem; } th, td { padding: .3rem .2rem; } }
@page { size: A4; margin: 20mm; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } thead { display: table-header-group; }
  tr, .parties { break-inside: avoid; } }
"""


def write_html(invoice: Invoice) -> str:
    """One page. Raises: what `totals_of` raises."""
    told = shown(invoice)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(told.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(told.title)}</h1>\n{_about(told)}"
        f'<div class="parties">\n{_party("Seller", told.seller)}{_party("Buyer", told.buyer)}</div>\n'
        f"{_lines(told, invoice.currency)}{_sums(told)}"
        f"{''.join(f'<p>{escape(each)}</p>{chr(10)}' for each in told.remarks)}</main>\n</body>\n</html>\n"
    )


def _about(told: Shown) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>\n" for name, text in told.about)
    return f"<dl>\n{rows}</dl>\n"


def _party(role: str, who: Iterable[str]) -> str:
    lines = "<br>\n".join(map(escape, who))
    label = role.lower()
    head = f'<section aria-labelledby="{label}">\n<h2 id="{label}">{role}</h2>\n'
    return f"{head}<address>{lines}</address>\n</section>\n"


def _lines(told: Shown, currency: str) -> str:
    head = "".join(f'<th scope="col"{_class(place)}>{name}</th>' for place, name in enumerate(COLUMNS))
    rows = "".join(
        "<tr>"
        + "".join(f"<td{_class(place)}>{escape(cell)}</td>" for place, cell in enumerate(row))
        + "</tr>\n"
        for row in told.lines
    )
    return (
        f"<table>\n<caption>Lines, in {escape(currency)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table>\n"
    )


def _sums(told: Shown) -> str:
    rows = "".join(
        f'<tr><th scope="row" class="payable">{escape(name)}</th><td class="number">{escape(text)}</td></tr>\n'
        for name, text in told.sums
    )
    return f"<table>\n<caption>Sums</caption>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _class(place: int) -> str:
    return ' class="number"' if place >= _NUMBERS_FROM else ""
