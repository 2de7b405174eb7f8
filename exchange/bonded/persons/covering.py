"""Distinct persons of several consignments and sources, by what their exporter has declared of them together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from exchange.bonded.persons.state import Union
from exchange.bonded.traits import Behind, is_foreign, persons
from exchange.kernel.persons import MAINLAND
from exchange.kernel.unions import Numbers, least_union


def together_in(
    unions: Iterable[Union], behind: Sequence[Behind], kind: Literal["persons", "sensitive", "foreign"]
) -> int | None:
    """How many persons of a kind several hold together; None where nobody has said it.

    Shape: `unions` are the exporter's of the year. One that was declared before a part was found to hold more says
    nothing of that part.
    """
    alone = {each.origin_id: persons(each, sensitive=kind == "sensitive") for each in behind}
    declared = [
        (each.held.keys(), getattr(each, kind)) for each in unions if not _outgrown(each, alone, kind)
    ]
    return least_union(alone, declared)


def _outgrown(union: Union, alone: Mapping[str, int | None], kind: str) -> bool:
    """Whether a part has come to hold more than when it was declared, or nobody knows."""
    return any(
        count is None or count > getattr(union.held[name], kind)
        for name, count in alone.items()
        if name in union.held
    )


def held_by(each: Behind) -> Numbers:
    """How many persons a consignment or a source holds; where mainland and elsewhere are mixed, all count as either."""
    domestic, foreign = each.carried.domestic_pi, is_foreign(each.carried, MAINLAND)
    return Numbers(
        persons(each) if domestic else 0,
        persons(each, sensitive=True) if domestic else 0,
        persons(each) if foreign else 0,
    )
