"""`fence rules`, `fence check`: what a ruleset says, and whether it is in order."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.endings import DONE, MISUSE
from exchange.cli.options import as_json, example, print_json
from exchange.cli.rulesets import ruleset_file, ruleset_of, rulesets_of, text_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.fence import Rule, Ruleset

_INDENT, _WIDTH = 9, 79


@click.command(epilog=example("exchange fence rules CN-12", "exchange fence rules --regime EU"))
@click.argument("rule", required=False)
@ruleset_file
@click.option("--regime", metavar="NAME", help="Only of this regime, such as CN or EU.")
@as_json
def rules(rule: str | None, ruleset: Path | None, regime: str | None, as_json: bool) -> None:
    """List the rules of a ruleset in the order in which they are tried, or show one.

    Of several that the exchange ships it is the one that takes effect last.
    """
    from exchange.fence import newest

    found = newest(rulesets_of(ruleset))
    wanted = [each for each in found.rules if rule in (None, each.id) and regime in (None, each.regime)]
    if not wanted:
        what = f"rule {rule}" if rule else f"rule of regime {regime}"
        raise Misuse(f"ruleset {found.version} has no {what}; `exchange fence rules` lists those it has")
    if as_json:
        print_json({**_about(found), "rules": [_document(each) for each in wanted]})
        return
    click.echo(f"Ruleset {found.version} ({found.id}), {_days(found)}")
    for each in wanted:
        click.echo("\n".join(_lines(each)))


@click.command(epilog=example("exchange fence check candidate.yaml"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@as_json
def check(file: Path, as_json: bool) -> int:
    """See whether a ruleset is in order, and what it changes of the one that is shipped.

    Everything that is wrong is told at once, with the rule that it is about; it then ends with 2.
    """
    from exchange.fence import load_rulesets, newest
    from exchange.fence.parsing import ruleset_faults

    if faults := ruleset_faults(text_of(file)):
        _tell_faults(file, faults, as_json)
        return MISUSE
    candidate, shipped = ruleset_of(file), newest(load_rulesets())
    remarks = list(_remarks(candidate, shipped))
    if as_json:
        from exchange.fence.comparing import differences

        changes = differences(candidate, shipped)._asdict()
        print_json({"in_order": True, **_about(candidate), "changes": changes, "remarks": remarks})
    else:
        click.echo("\n".join((f"{file} is in order.", *_summary(candidate), *_changes(candidate, shipped))))
        for remark in remarks:
            click.echo(f"Mind: {remark}.")
    return DONE


def _tell_faults(file: Path, faults: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        print_json({"in_order": False, "faults": faults})
        return
    for fault in faults:
        click.echo(f"exchange: {file}: {fault}", err=True)
    click.echo(f"exchange: {file} is not in order: {len(faults)} to mend", err=True)


def _about(ruleset: "Ruleset") -> dict[str, Any]:
    return {
        "ruleset_id": ruleset.id,
        "ruleset_version": ruleset.version,
        "ruleset_digest": ruleset.digest,
        "effective_from": ruleset.effective_from,
        "effective_to": ruleset.effective_to,
        "change_note": ruleset.change_note,
    }


def _document(rule: "Rule") -> dict[str, Any]:
    import msgspec

    from exchange.fence.plain import answer_said, conditions_said

    plain: dict[str, Any] = msgspec.to_builtins(rule)
    del plain["conditions"]
    return plain | {"when": conditions_said(rule.conditions), "answer": answer_said(rule)}


def _days(ruleset: "Ruleset") -> str:
    until = "" if ruleset.effective_to is None else f" until {ruleset.effective_to}"
    return f"in effect from {ruleset.effective_from}{until}"


def _lines(rule: "Rule") -> Iterator[str]:
    from textwrap import fill

    from exchange.fence.plain import EVIDENCE, answer_said, conditions_said, validity_said

    code = rule.reason_code or "code of the failed safeguard"
    yield click.style(f"{rule.id:<{_INDENT - 1}} {answer_said(rule)}  {code}", bold=True)
    ends = "; then its regime ends" if rule.stops else ""
    said = [f"when {conditions_said(rule.conditions)}{ends}"]
    if rule.obligations:
        said.append(f"duties: {', '.join(rule.obligations)}")
    said.append(f"source: {rule.citation} ({EVIDENCE[rule.evidence]})")
    if rule.valid_from is not None or rule.valid_to is not None:
        said.append(validity_said(rule))
    margin = " " * _INDENT
    for each in said:
        yield fill(
            each, _WIDTH, initial_indent=margin, subsequent_indent=f"{margin}  ", break_on_hyphens=False
        )


def _summary(ruleset: "Ruleset") -> Iterator[str]:
    regimes = Counter(rule.regime for rule in ruleset.rules)
    grades = Counter(rule.evidence for rule in ruleset.rules)
    yield f"Ruleset  {ruleset.version} ({ruleset.id}), {_days(ruleset)}"
    yield f"Digest   {ruleset.digest}"
    yield f"Rules    {len(ruleset.rules)}: {', '.join(f'{name} {count}' for name, count in regimes.items())}"
    yield f"Evidence {', '.join(f'{name} {count}' for name, count in grades.items())}"


def _changes(candidate: "Ruleset", shipped: "Ruleset") -> Iterator[str]:
    from exchange.fence.comparing import differences

    found = differences(candidate, shipped)
    if not found.any:
        yield f"It decides like {shipped.version}, which is shipped."
        return
    yield f"Beside {shipped.version}, which is shipped:"
    for what, names in (
        ("new rules", found.added),
        ("rules left out", found.removed),
        ("rules changed", found.changed),
        ("changed besides", found.terms),
    ):
        if names:
            yield f"  {what}: {', '.join(names)}"
    if found.reordered:
        yield "  rules stand in another order"


def _remarks(candidate: "Ruleset", shipped: "Ruleset") -> Iterator[str]:
    from exchange.fence.comparing import never_tried, said_otherwise

    for rule, before in never_tried(candidate):
        yield f"rule {rule} is never tried, since {before} before it always matches and stops"
    yield from said_otherwise(candidate)
    if candidate.version == shipped.version and candidate.digest != shipped.digest:
        yield (
            f"its version is that of the shipped ruleset, {shipped.version}, and its text is another; give it a version"
            " of its own"
        )
