"""Runs and what goes in and comes out of them, before they are put into the words of any standard."""

from typing import Literal, NamedTuple, TypeAlias

from exchange.kernel.fields import Field

Phase: TypeAlias = Literal["start", "complete", "fail", "whole"]
"""What a fact says of a run: that it began, how it ended, or all of it at once."""
Change: TypeAlias = Literal["ALTER", "CREATE", "DROP", "TRUNCATE"]
Treatment: TypeAlias = Literal[
    "admitted", "processed", "transferred", "returned", "scrapped", "destroyed", "written_off"
]
"""What a run does to the items of a consignment."""
Kind: TypeAlias = Literal["data", "paper", "outside"]
"""Data that the exchange knows, a document about data, and what was never here."""


class Taint(NamedTuple):
    """What data carries."""

    domestic_pi: bool
    important: bool
    separable: bool


class Consigned(NamedTuple):
    """The consignment that data belongs to."""

    consignment_id: str
    handbook_no: str
    zone: str
    return_list: tuple[str, ...]


class Items(NamedTuple):
    """Items `first`..`last` of a lot, both included."""

    first: int
    last: int


class Assertion(NamedTuple):
    """A test that data was put to, and whether it passed."""

    name: str
    passed: bool
    expected: str = ""
    actual: str = ""


class ColumnSource(NamedTuple):
    """A field of a thing and a field of an input that it was made from."""

    field: str
    upstream: str
    source_field: str
    way: str
    masked: bool


class Thing(NamedTuple):
    """Something a run takes in, makes or destroys, as much as is known of it.

    Shape: `items` are those of a lot that the run is about; none where all of it is.
    """

    name: str
    kind: Kind = "data"
    title: str = ""
    version: str = ""
    owner: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    columns: tuple[ColumnSource, ...] = ()
    rows: int | None = None
    size_bytes: int | None = None
    change: Change | None = None
    consigned: Consigned | None = None
    treatment: Treatment | None = None
    taint: Taint | None = None
    assertions: tuple[Assertion, ...] = ()
    items: tuple[Items, ...] = ()
    made_from: tuple[str, ...] = ()
    """Which of the inputs exactly, where that is known."""
    also: tuple[tuple[str, str], ...] = ()
    """Other names of it, and of which sort each is."""


class Decision(NamedTuple):
    """A decision of the fence, and the ruleset it was made under."""

    decision_id: str
    ruleset: str


class Doing(NamedTuple):
    """What a run is an instance of, in which zone."""

    zone: str
    name: str
    processing: Literal["BATCH", "STREAMING"] = "BATCH"
    sort: Literal["JOB", "TASK"] = "TASK"


class Parent(NamedTuple):
    """The run that another one is a part of."""

    key: str
    doing: Doing


class Run(NamedTuple):
    """One time that something was done, or one thing that a fact says of it.

    Shape: `key` names it for ever; `place` is the fact that says so. `destroys` are things among `inputs` that are not
    there afterwards. `agent` did it, `behalf` for whom, `pool` with whose hands. Units: microseconds since the epoch.
    """

    key: str
    phase: Phase
    at: int
    place: str
    doing: Doing
    inputs: tuple[Thing, ...] = ()
    outputs: tuple[Thing, ...] = ()
    destroys: tuple[Thing, ...] = ()
    agent: str = ""
    behalf: str = ""
    pool: str = ""
    parent: Parent | None = None
    decision: Decision | None = None
    certificate_id: str = ""
    term: tuple[int, int] | None = None
    failed: str = ""
