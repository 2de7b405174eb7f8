"""The report of a run, for people in Markdown and for programs in JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.measures import Section

_HEAD = """\
# Benchmarks

Written by `make bench`; [README.md](README.md) says how to run it and how to read this. Each figure is the median
of the rounds, with the smallest and the largest. Both sides of a ratio took turns in one run; a ratio's rounds compare
neighbours.
"""


def write(
    directory: Path,
    sections: Sequence[Section],
    machine: Mapping[str, Any],
    settings: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Path:
    """Write `report.md` and `report.json`; give the former."""
    run = {"machine": machine, "settings": settings, "load before": before, "load after": after}
    data = {"run": run, "benchmarks": {section.key: section.as_dict() for section in sections}}
    (directory / "report.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    path = directory / "report.md"
    path.write_text("\n".join(_lines(sections, run)) + "\n")
    return path


def _lines(sections: Sequence[Section], run: Mapping[str, Any]) -> Iterator[str]:
    yield _HEAD
    yield from _promised(sections)
    yield from _run(run)
    for section in sections:
        yield from _section(section)


def _promised(sections: Sequence[Section]) -> Iterator[str]:
    yield "## What was promised\n"
    yield from _table(
        ("benchmark", "ratio", "promised", "median", "smallest", "largest", ""),
        [
            (
                f"[{section.title}](#{section.key})",
                ratio.name,
                ratio.target,
                f"**{ratio.median:.2f}**",
                f"{min(ratio.rounds):.2f}",
                f"{max(ratio.rounds):.2f}",
                ratio.verdict,
            )
            for section in sections
            for ratio in section.ratios
            if ratio.held is not None
        ],
    )


def _run(run: Mapping[str, Any]) -> Iterator[str]:
    machine, settings = run["machine"], run["settings"]
    yield "## The run\n"
    rows = [(name, str(value)) for name, value in machine.items() if name != "packages"]
    rows.append(("packages", ", ".join(f"{name} {version}" for name, version in machine["packages"].items())))
    rows += [(name, str(value)) for name, value in settings.items()]
    for when in ("load before", "load after"):
        said = run[when]
        rows.append((when, f"{said['1 min']:.2f}, {said['5 min']:.2f}, {said['15 min']:.2f} at {said['at']}"))
    yield from _table(("", ""), rows)


def _section(section: Section) -> Iterator[str]:
    yield f'<a id="{section.key}"></a>\n\n## {section.title}\n'
    for sentence in section.said:
        yield f"{sentence}\n"
    for sentence in section.checked:
        yield f"Checked: {sentence}\n"
    yield from _table(("setting", ""), [(name, _said(value)) for name, value in section.settings.items()])
    yield from _table(
        ("figure", "median", "smallest", "largest", "unit"),
        [
            (
                name,
                _number(figure.median),
                _number(min(figure.rounds)),
                _number(max(figure.rounds)),
                figure.unit,
            )
            for name, figure in section.figures.items()
        ],
    )
    if section.ratios:
        yield from _table(
            ("ratio", "median", "smallest", "largest", "promised", ""),
            [
                (
                    ratio.name,
                    f"{ratio.median:.2f}",
                    f"{min(ratio.rounds):.2f}",
                    f"{max(ratio.rounds):.2f}",
                    ratio.target,
                    ratio.verdict,
                )
                for ratio in section.ratios
            ],
        )
    for table in section.tables:
        yield f"### {table.title}\n"
        yield from _table(table.head, table.rows)
    for plot in section.plots:
        yield f"![{section.title}]({plot})\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_said(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_said(each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"
