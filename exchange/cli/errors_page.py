"""docs/errors.md, written from the code: `python -m exchange.cli.errors_page`, with --check to compare only."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from exchange.cli.endings import code_of
from exchange.cli.errors_source import Errors, Kind, our_errors
from exchange.fence import load_rulesets
from exchange.fence.reasons import Backstop, NotAdmitted, SafeguardFailure
from exchange.kernel import errors as kernel_errors
from exchange.kernel.protocol import PassReason, ProtocolReason, UnreadReason
from exchange.kernel.reasons import Why
from streams.vocabulary import REASONS

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"

REFUSALS: Mapping[str, type[Why]] = {
    "Every context": ProtocolReason,
    **{context.capitalize(): reasons for context, reasons in REASONS.items()},
}
OTHER_REASONS: Mapping[str, type[Why]] = {
    "Records that cannot be read": UnreadReason,
    "Commands that get no fact of their own": PassReason,
    "Answers of the fence that do not admit": NotAdmitted,
    "Safeguards that do not count": SafeguardFailure,
    "Where the fence's rules are silent": Backstop,
}

_HEAD = """\
# Reasons and errors

Written from the code by `make docs`; `make check` fails where it differs.

A **refusal** is the exchange's own answer: a fact with a reason, in the journal for ever. `exchange` prints it with its
remedy and ends with 1. An **error** is why there is no answer. Both are one line on standard error; with `--json` they
are one JSON document there, and standard output holds nothing but what was asked for:

```json
{"error": {"kind": "Refusal", "exit_code": 1, "message": "PlaceOrder refused: FUNDS_INSUFFICIENT, BU-1: …",
 "remedy": "Have a custodian confirm a deposit, …", "command": "PlaceOrder", "reason": "FUNDS_INSUFFICIENT",
 "subject": "BU-1", "detail": "…", "codes": []}}
```

`kind` is a class of the table under [Errors](#errors), or `Interrupted` (Ctrl-C), or `Bug`: an exception that nobody
expected. A bug is one line too; its trace is in the file that the line names (`~/.local/state/corridor/`, or
`XDG_STATE_HOME`), and with `EXCHANGE_DEBUG=1` on the terminal.

| exit code | means |
|---|---|
| 0 | done; with `--dry-run`: it could be done |
| 1 | the exchange refused it; with `--dry-run`: it would be refused now |
| 2 | misuse: the caller has to change something |
| 3 | something is out of reach; the same may be tried again |
| 4 | a journal or a table is not what it must be, or a bug |
| 130 | interrupted |
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *_reasons(), *_rules(), *_errors(our_errors())))


def _reasons() -> Iterator[str]:
    yield "## Reasons of refusals\n"
    for title, reasons in REFUSALS.items():
        yield f"### {title}\n"
        yield _table(("reason", "cause", "remedy"), _rows(reasons))
    yield "## Other reasons\n"
    for title, reasons in OTHER_REASONS.items():
        yield f"### {title}\n"
        yield _table(("reason", "cause", "remedy"), _rows(reasons))


def _rows(reasons: type[Why]) -> Iterator[tuple[str, ...]]:
    return ((f"`{why.value}`", why.cause, why.remedy) for why in reasons)


def _rules() -> Iterator[str]:
    yield "## Codes of the fence's rules\n"
    yield (
        "A refusal with `FENCE_REFUSED` names the codes that decided it. The cause of each is its rule, at its"
        " citation; the remedy is that of the [answer](#answers-of-the-fence-that-do-not-admit), and the duties named"
        " here. Codes without an answer are notes.\n"
    )
    for ruleset in load_rulesets().values():
        yield f"### Ruleset {ruleset.version}\n"
        rows = (
            (
                f"`{rule.reason_code}`",
                rule.outcome.value if rule.outcome else "note",
                rule.id,
                rule.citation,
                ", ".join(rule.obligations).replace("_", " ") or "none",
            )
            for rule in ruleset.rules
            if rule.reason_code is not None
        )
        yield _table(("code", "answer", "rule", "cause", "duties"), rows)


def _errors(errors: Errors) -> Iterator[str]:
    parents = {kind.name: kind.parent for kind in errors.kinds}
    yield "## Errors\n"
    rows = (
        (f"`{kind.name}`", f"`{kind.parent}`", str(_exit_code(kind, parents)), kind.cause, kind.remedy)
        for kind in errors.kinds
    )
    yield _table(("error", "is a", "exit code", "cause", "remedy"), rows)
    yield "## What errors say\n"
    yield (
        "Every message there is, by its error; … stands for a value. Where a line has no remedy of its own, it is that"
        " of the error, which stands above.\n"
    )
    for kind in errors.kinds:
        said = [each for each in errors.messages if each.kind == kind.name]
        if said:
            yield f"### {kind.name}\n"
            yield f"{kind.remedy}\n"
            yield _table(("says", "remedy"), ((each.cause, each.remedy) for each in said))


def _exit_code(kind: Kind, parents: Mapping[str, str]) -> int:
    name = kind.name
    while not hasattr(kernel_errors, name):
        name = parents[name]
    return code_of(getattr(kernel_errors, name))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def main(arguments: list[str]) -> int:
    """Write the page, or compare it with the code."""
    if arguments != ["--check"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is not what the code says; `make docs` writes it anew", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
