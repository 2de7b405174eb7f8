"""What became of every command, and what the journals say of themselves: noise, unreadable input, clock shifts."""

from collections.abc import Callable, Iterable
from typing import Any

from exchange.bonded.facts import FACTS as BONDED_FACTS
from exchange.delivery.facts import FACTS as DELIVERY_FACTS
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Claimed, ClockShifted, InputUnreadable, Passed, Refused, Repeated, Sealed
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.registry.vocabulary import FACTS as REGISTRY_FACTS
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.view import Handler, Here, View

OUTCOMES = table(
    "outcomes",
    "What became of each command: the facts it brought, or why it brought none",
    text("context", key=True),
    count("partition", key=True),
    count("first_seq", key=True),
    count("last_seq"),
    count("cause", comment="offset of the command"),
    text("command_id"),
    text("actor"),
    text("kind", comment="accepted, refused, repeated, unreadable or passed"),
    text("command", null=True, comment="the type of the command, where the facts say it"),
    text("reason", null=True),
    text("subject", null=True, comment="what a refusal is about"),
    text("detail", null=True),
    text("codes", null=True, comment="JSON array of the fence's codes, where it was the fence"),
    count("first_answer", null=True, comment="of a repeated command: where its first answer begins"),
    count("at"),
    indexes=[("command_id",), ("context", "partition", "cause")],
)

PASSED_RUNS = table(
    "passed_runs",
    "Commands that needed no outcome of their own",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    count("first_offset"),
    count("last_offset"),
    count("commands"),
    text("reason"),
    count("at"),
    clustered=True,
)

UNREADABLE_INPUTS = table(
    "unreadable_inputs",
    "Records of the command topics that no known schema explains",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("cause", comment="offset of the record"),
    text("reason"),
    text("detail"),
    count("size_bytes"),
    text("digest"),
    count("at"),
)

CLOCK_SHIFTS = table(
    "clock_shifts",
    "From where on exchange time runs ahead of the log's, and how far",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("shift_us"),
    count("at"),
    clustered=True,
)

_NOTHING: Row = dict.fromkeys(("command", "reason", "subject", "detail", "codes", "first_answer"))


def _outcome(here: Here, kind: str, said: Row) -> Iterable[Change]:
    """The row of the outcome a fact belongs to: its first fact brings it, one that tells more completes it."""
    meta = here.meta
    if meta.index == 0:
        row = {
            **_NOTHING,
            "context": here.context,
            "partition": here.partition,
            "first_seq": meta.seq,
            "last_seq": meta.seq + meta.last,
            "cause": meta.cause,
            "command_id": meta.command_id,
            "actor": meta.actor,
            "kind": kind,
            "at": meta.at,
            **said,
        }
        yield Insert(OUTCOMES, row)
    elif kind != "accepted":
        key: Row = {"context": here.context, "partition": here.partition, "first_seq": meta.seq - meta.index}
        yield Update(OUTCOMES, key, {"kind": kind, **said})


def _any(here: Here, fact: Fact) -> Iterable[Change]:
    return _outcome(here, "accepted", {})


def _refused(here: Here, fact: Refused) -> Iterable[Change]:
    said = {
        "command": fact.command,
        "reason": fact.reason,
        "subject": fact.subject,
        "detail": fact.detail,
        "codes": as_json_list(fact.codes),
    }
    return _outcome(here, "refused", said)


def _repeated(here: Here, fact: Repeated) -> Iterable[Change]:
    return _outcome(here, "repeated", {"first_answer": fact.first})


def _unreadable(here: Here, fact: InputUnreadable) -> Iterable[Change]:
    yield from _outcome(here, "unreadable", {"reason": fact.reason, "detail": fact.detail})
    row = {
        **_spot(here),
        "cause": here.meta.cause,
        "reason": fact.reason,
        "detail": fact.detail,
        "size_bytes": fact.size_bytes,
        "digest": fact.digest.hex(),
    }
    yield Insert(UNREADABLE_INPUTS, row)


def _passed(here: Here, fact: Passed) -> Iterable[Change]:
    yield from _outcome(here, "passed", {})
    for line, run in enumerate(fact.runs):
        row = {
            **_spot(here),
            "line": line,
            "first_offset": run.first,
            "last_offset": run.last,
            "commands": run.count,
            "reason": run.reason,
        }
        yield Insert(PASSED_RUNS, row)


def _clock_shifted(here: Here, fact: ClockShifted) -> Iterable[Change]:
    yield from _outcome(here, "accepted", {"command": "ShiftClock"})
    yield Insert(CLOCK_SHIFTS, {**_spot(here), "shift_us": fact.shift_us})


def _spot(here: Here) -> dict[str, Any]:
    return {"context": here.context, "partition": here.partition, "seq": here.seq, "at": here.at}


_OF_COMMON: dict[type[Fact], Callable[[Here, Any], Iterable[Change]]] = {
    Refused: _refused,
    Repeated: _repeated,
    InputUnreadable: _unreadable,
    Passed: _passed,
    ClockShifted: _clock_shifted,
}
_OF_CONTEXTS: dict[type[Fact], Handler] = dict.fromkeys(
    (*REGISTRY_FACTS, *MARKET_FACTS, *DELIVERY_FACTS, *BONDED_FACTS, *SETTLEMENT_FACTS), _any
)

OPERATIONS = View(
    name="operations",
    contexts=("registry", "market", "delivery", "bonded", "settlement"),
    tables=(OUTCOMES, PASSED_RUNS, UNREADABLE_INPUTS, CLOCK_SHIFTS),
    # Whatever a context's fact says, it is part of an outcome.
    handlers={**_OF_COMMON, **_OF_CONTEXTS},
    # The journal's reader takes these two for itself.
    ignores=frozenset({Claimed, Sealed}),
)
