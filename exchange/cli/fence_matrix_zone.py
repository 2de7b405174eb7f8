"""The part of `fence matrix` that its business zone answers: where an export of what was made in bond could go."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.bonded.corridors import Exit
    from exchange.bonded.state import Bonded
    from exchange.fence import Ruleset

_WIDTH, _CELL = 80, 7
_SHORT = {"ALLOW_COND": "COND"}


class Bond(NamedTuple):
    """An output that is asked about, and the partition of its zone."""

    bonded: "Bonded"
    output_id: str
    at: int


def bond_from_facts(file: Path, product: str, version: str | None, seller_id: str | None) -> Bond | None:
    """From a zone's facts, as `decide bonded` writes them."""
    from exchange.cli import standard
    from streams.filters import state_of_lines

    bonded, at = state_of_lines("bonded", standard.lines_of(file))
    output_id = _output_of(bonded, product, version, seller_id)
    return None if output_id is None else Bond(bonded, output_id, at)


def bond_from_node(path: Path, product: str, version: str | None, seller_id: str | None) -> Bond | None:
    """From the journal of the zone that says which output the product is; None where none does."""
    from exchange.cli.looking import rows_of

    offered = [
        row["output_id"]
        for row in rows_of(path, "bonded_products", product=product)
        if version in (None, row["version"]) and seller_id in (None, row["seller_id"])
    ]
    made = [product] if not offered and _is_output(path, product) else offered
    return asyncio.run(_folded(path, made[-1])) if made else None


def zone_ruleset(bond: Bond, at: int) -> "Ruleset":
    """The ruleset that its zone decides by at `at`. Raises: Misuse if none is in force, or it is not shipped."""
    from exchange.bonded.fencing import ruleset_in_force
    from exchange.fence import load_rulesets

    found = ruleset_in_force(bond.bonded, at, load_rulesets())
    if found is None:
        raise Misuse("no ruleset is in force in this zone; activate one, or name one with --ruleset")
    return found


def exits_of(
    bond: Bond, places: Sequence[str], purposes: Sequence[str], buyer: str | None, rules: "Ruleset", at: int
) -> "list[Exit]":
    """What a request to export it to each place would be told."""
    from exchange.bonded.corridors import Asked, exits

    if buyer is not None and buyer not in bond.bonded.parties:
        raise Misuse(
            f"the zone knows no participant {buyer}; `exchange query participants` names those there are"
        )
    named = tuple(places) or places_of(bond)
    return list(exits(bond.bonded, Asked(bond.output_id, named, purposes, buyer), rules, at))


def places_of(bond: Bond) -> tuple[str, ...]:
    """Where what is behind it may return to, and where anybody is."""
    run = bond.bonded.job_runs[bond.bonded.outputs[bond.output_id].job_run_id]
    behind = (bond.bonded.consignments[name].proposed for name in run.started.consignment_ids)
    residents = {each.place for each in bond.bonded.parties.values()}
    return tuple(sorted(residents.union(*(each.return_list for each in behind))))


def egress_document(bond: Bond, cells: "Sequence[Exit]") -> dict[str, Any]:
    """What the zone says, for programs."""
    return {
        "output_id": bond.output_id,
        "zone_id": bond.bonded.outputs[bond.output_id].zone_id,
        "exits": [each._asdict() | {"outcome": each.outcome.value} for each in cells],
    }


def egress_lines(bond: Bond, cells: "Sequence[Exit]") -> Iterator[str]:
    """What the zone says, for people."""
    zone_id = bond.bonded.outputs[bond.output_id].zone_id
    yield from ("", f"Out of business zone {zone_id}, were an export of {bond.output_id} asked for:")
    across = (_WIDTH - _CELL) // _CELL
    for first in range(0, len(cells), across):
        block = cells[first : first + across]
        head = f"{'':<{_CELL}}" + "".join(f"{each.destination:<{_CELL}}" for each in block).rstrip()
        row = "".join(f"{_cell(each):<{_CELL}}" for each in block).rstrip()
        yield from (click.style(head, bold=True), f"{'bond':<{_CELL}}{row}")
    for each in cells:
        said = f"{each.destination}: {', '.join(each.codes)}"
        if each.missing:
            said += f"; not known: {', '.join(each.missing)}"
        if each.obligations:
            said += f"; duties: {', '.join(duty.replace('_', ' ') for duty in each.obligations)}"
        yield from wrap(
            said, _WIDTH - 1, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
        )


def _cell(each: "Exit") -> str:
    if each.admitted != each.outcome.admitted:
        return "RULED" if each.admitted else "REVIEW"
    outcome: str = each.outcome.value
    return _SHORT.get(outcome, outcome)


def _output_of(bonded: "Bonded", product: str, version: str | None, seller_id: str | None) -> str | None:
    """The output that is the newest version of a product, or that has this id."""
    if product in bonded.outputs:
        return product
    offered = [
        (said.version, said.output_id)
        for said in bonded.on_sale.values()
        if said.product_id == product
        and version in (None, said.version)
        and seller_id in (None, said.seller_id)
    ]
    return max(offered)[1] if offered else None


def _is_output(path: Path, name: str) -> bool:
    from exchange.cli.looking import rows_of

    return any(row["output_id"] == name for row in rows_of(path, "job_outputs"))


async def _folded(path: Path, output_id: str) -> Bond:
    from exchange.cli.options import exchange_of
    from exchange.sdk.zones import place_of
    from streams.foretelling import state_now

    async with exchange_of(path) as exchange:
        number = place_of(output_id)
        at = await exchange.client.exchange_time("bonded", number)
        return Bond(await state_now(exchange.client, "bonded", number), output_id, at)
