"""`fence decide`: intents in, decisions out, a line at a time."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import standard
from exchange.cli.endings import DONE, MISUSE
from exchange.cli.options import as_json_lines, example
from exchange.cli.rulesets import ruleset_file, rulesets_of

if TYPE_CHECKING:
    from exchange.fence.intents import Answer, Faulty, Mind


@click.command(
    epilog=example(
        "exchange fence decide < intents.jsonl > decisions.jsonl",
        "exchange fence decide --as-of 2027-01-01T00:00:00+08:00 < intents.jsonl",
    )
)
@ruleset_file
@click.option("--as-of", metavar="TIME", help="Decide as if every hop took place then.")
@as_json_lines
def decide(ruleset: Path | None, as_of: str | None, as_json: bool) -> int:
    """Decide crossings, one JSON object a line on standard input, and write one decision a line.

    A crossing is {"id": …, "hops": […]}; docs/fence.md tells the fields of a hop and of a decision. A line that cannot
    be read is told of on standard error, by its number, all others are decided, and it ends with 2. Whatever the
    decisions are, it ends with 0.
    """
    from exchange.cli.asking import moment
    from exchange.fence.intents import decide_intents

    rulesets = rulesets_of(ruleset)
    at = None if as_of is None else moment(as_of)
    lines = standard.standard_input("crossings, one JSON a line,")
    faults = _Faults(as_json)
    standard.write_lines(faults.told(decide_intents(lines, rulesets, at)))
    return faults.exit_code


class _Faults:
    """Tells of each line at fault as it comes, so that one who waits for the others sees it in its place."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lines = 0
        self._faulty = 0

    def told(self, answers: "Iterable[Answer | Faulty | Mind]") -> Iterator[str]:
        """The lines of those that were decided."""
        import msgspec

        from exchange.fence.intents import Faulty, Mind

        for answer in answers:
            if isinstance(answer, Mind):
                self._mind(answer)
                continue
            self._lines += 1
            if isinstance(answer, Faulty):
                self._faulty += 1
                self._tell(answer)
            else:
                yield msgspec.json.encode(answer).decode()
        if self._faulty and not self._as_json:
            click.echo(f"exchange: {self._faulty:,} of {self._lines:,} lines were not decided", err=True)

    def _mind(self, mind: "Mind") -> None:
        """Tell that two answers cannot be told apart; both are given, and nothing is at fault."""
        if not self._as_json:
            told = f"line {mind.number} ({mind.id}): line {mind.earlier} has the same id"
            click.echo(f"exchange: mind: {told}", err=True)

    def _tell(self, fault: "Faulty") -> None:
        import msgspec

        named = f" ({fault.id})" if fault.id is not None else ""
        message = f"line {fault.number}{named}: {fault.why}"
        if not self._as_json:
            click.echo(f"exchange: {message}", err=True)
            return
        document = {"kind": "Misuse", "exit_code": MISUSE, "message": message}
        document |= {"line": fault.number, "id": fault.id}
        click.echo(msgspec.json.encode({"error": document}), err=True)

    @property
    def exit_code(self) -> int:
        return MISUSE if self._faulty else DONE
