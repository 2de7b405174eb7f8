"""`fence replay`: what another ruleset would have said of everything that was decided."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.options import as_json, data, example, opened, print_json
from exchange.cli.rulesets import ruleset_of

if TYPE_CHECKING:
    from exchange.fence import Ruleset
    from exchange.views.queries.shadow import Shadowed
    from exchange.views.queries.shadow_sums import Report, Sums

_SAID = {
    "refused": "would be refused",
    "admitted": "would be admitted",
    "outcome": "other answer, same effect",
    "grounds": "same answer, other grounds",
    "none": "no change",
}


@click.command(
    epilog=example(
        "exchange fence replay --ruleset candidate.yaml",
        "exchange fence replay --ruleset candidate.yaml --json --changes 1000",
    )
)
@click.option(
    "--ruleset",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    metavar="FILE",
    help="The candidate.",
)
@click.option(
    "--as-of", metavar="TIME", help="Ask as if every crossing took place then: for rules that begin later."
)
@click.option(
    "--changes",
    type=click.IntRange(0, 1_000_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Changed decisions to tell one by one, at most.",
)
@data
@as_json
def replay(ruleset: Path, as_of: str | None, changes: int, data: Path, as_json: bool) -> None:
    """Decide the whole recorded history again under a candidate ruleset, and say what would change.

    Every recorded crossing is decided again whole, at its own moment; trades that rest on a decision are summed up by
    currency. It reads the tables, touches nothing, and works while the node is down.
    """
    from exchange.cli.asking import moment
    from exchange.cli.steps import Steps
    from exchange.store import open_store
    from exchange.views.queries.fence import history
    from exchange.views.queries.shadow import shadow
    from exchange.views.queries.shadow_sums import Report

    candidate = ruleset_of(ruleset)
    at = None if as_of is None else moment(as_of)
    with closing(open_store(opened(data).store_url)) as store, Steps(quiet=as_json) as steps:
        steps.told("deciding the recorded crossings again")
        report = Report(changes)
        for each in shadow(history(store), candidate, at):
            report.add(each)
            if not report.decisions % 500:
                steps.moved(report.decisions, unit="decisions")
    if as_json:
        print_json(_document(report, candidate, as_of))
    else:
        click.echo("\n".join(_lines(report, candidate)))


def _document(report: "Report", candidate: "Ruleset", as_of: str | None) -> dict[str, Any]:
    from exchange.kernel.time import iso

    return {
        "ruleset": {"id": candidate.id, "version": candidate.version, "digest": candidate.digest},
        "as_of": as_of,
        "decisions": report.decisions,
        "first_at": None if report.first_at is None else iso(report.first_at),
        "last_at": None if report.last_at is None else iso(report.last_at),
        "changed": report.changed,
        "by_change": {name: sums.as_dict() for name, sums in report.by_change.items()},
        "by_answer": [
            {"was": was, "would_be": would_be, **sums.as_dict()}
            for (was, would_be), sums in sorted(report.by_answer.items())
        ],
        "by_buyer": [
            {"buyer_id": buyer, "change": change, **sums.as_dict()}
            for (buyer, change), sums in sorted(report.by_buyer.items())
        ],
        "rules_new": dict(report.rules_new.most_common()),
        "rules_gone": dict(report.rules_gone.most_common()),
        "rules_other": dict(report.rules_other.most_common()),
        "changes": [_change(each) for each in report.shown],
    }


def _change(each: "Shadowed") -> dict[str, Any]:
    from exchange.kernel.time import iso

    row = each.row
    return {
        "decision_id": each.decision_id,
        "at": iso(row["at"]),
        "product_id": row["product_id"],
        "seller_id": row["seller_id"],
        "buyer_id": row["buyer_id"],
        "change": each.change,
        "was": each.was.value,
        "was_admitted": each.was_admitted,
        "would_be": each.would_be.outcome.value,
        "would_be_admitted": each.would_be_admitted,
        "deciding_codes": each.would_be.deciding_codes,
        "rules_new": each.rules_new,
        "rules_gone": each.rules_gone,
        "rules_other": each.rules_other,
        "trades": int(row["trades"]),
        "currency": row["currency"],
        "amount_minor": int(row["amount_minor"]),
    }


def _lines(report: "Report", candidate: "Ruleset") -> Iterator[str]:
    from exchange.cli.grid import laid_out
    from exchange.kernel.time import iso

    if report.first_at is None or report.last_at is None:
        yield "Nothing has been decided at the fence yet."
        return
    seconds = [iso(at // 1_000_000 * 1_000_000) for at in (report.first_at, report.last_at)]
    yield f"Ruleset {candidate.version} ({candidate.id}) over the decisions recorded"
    yield f"from {seconds[0]} to {seconds[1]}. Nothing was touched."
    yield ""
    rows = [(_SAID[change], *_sums(sums)) for change, sums in report.by_change.items()]
    yield from laid_out(("effect", "decisions", "buyers", "products", "trades", "traded on them"), rows, None)
    if not report.changed:
        return
    yield ""
    answers = [
        (f"{was} → {would_be}", *_sums(sums)) for (was, would_be), sums in sorted(report.by_answer.items())
    ]
    head = ("answer", "decisions", "buyers", "products", "trades", "traded on them")
    yield from laid_out(head, answers, None)
    yield from _by_buyer(report)
    yield ""
    for what, rules in (
        ("Rules that would speak anew", report.rules_new),
        ("No longer", report.rules_gone),
        ("Otherwise", report.rules_other),
    ):
        if rules:
            yield f"{what}: {', '.join(f'{name} ({count:,})' for name, count in rules.most_common())}"
    if report.shown:
        yield from ("", f"{len(report.shown):,} of {report.changed:,} changed:")
    for each in report.shown:
        yield from _told(each)


def _by_buyer(report: "Report") -> Iterator[str]:
    from exchange.cli.grid import laid_out

    if not report.by_buyer:
        return
    rows = [
        (buyer, _SAID[change], sums.decisions, sums.trades, _amounts(sums))
        for (buyer, change), sums in sorted(report.by_buyer.items())
    ]
    yield ""
    yield from laid_out(("buyer", "effect", "decisions", "trades", "traded on them"), rows, None)


def _sums(sums: "Sums") -> tuple[int, int, int, int, str]:
    return sums.decisions, len(sums.buyers), len(sums.products), sums.trades, _amounts(sums)


def _amounts(sums: "Sums") -> str:
    return ", ".join(_money(amount, currency) for currency, amount in sorted(sums.amounts_minor.items()))


def _money(amount_minor: int, currency: str) -> str:
    from exchange.kernel.errors import Misuse
    from exchange.kernel.money import format_minor

    try:
        return format_minor(amount_minor, currency)
    except Misuse:
        return f"{currency} {amount_minor} minor units"


def _told(each: "Shadowed") -> Iterator[str]:
    from textwrap import fill

    row = each.row
    traded = f", {_money(int(row['amount_minor']), row['currency'])} traded on it" if row["trades"] else ""
    answers = f"{each.was.value} → {each.would_be.outcome.value}"
    yield f"{each.decision_id}: {row['product_id']} to {row['buyer_id']}, {answers}{traded}"
    rules = [
        f"{name} {what}"
        for what, names in (
            ("new", each.rules_new),
            ("gone", each.rules_gone),
            ("otherwise", each.rules_other),
        )
        for name in names
    ]
    said = f"{_SAID[each.change]}: {', '.join(each.would_be.deciding_codes)}" + (
        f" ({'; '.join(rules)})" if rules else ""
    )
    yield fill(said, 79, initial_indent="  ", subsequent_indent="    ")
