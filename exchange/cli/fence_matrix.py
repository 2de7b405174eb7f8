"""`fence matrix`: where a product could go, as a grid of origins and destinations."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from exchange.cli import completing, standard
from exchange.cli.options import as_json, data, example, exchange_of, print_json
from exchange.cli.rulesets import ruleset_file, ruleset_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.cli.fence_matrix_zone import Bond
    from exchange.fence import Ruleset
    from exchange.market.commands import InstrumentTerms
    from exchange.market.corridors import Corridor
    from exchange.market.state import Market

_WIDTH, _CELL, _MARK = 80, 7, "*"
_SHORT = {"ALLOW_COND": "COND"}
_LEGEND = (
    "ALLOW  it may move                     ASSESS  after a security assessment",
    "COND   it may move, with duties        REVIEW  only people can let it pass",
    "FILE   after a contract is filed or    RULED   the counter lets it pass",
    "       a certificate held              DENY    barred    LIC  by the licence",
)


class _Found(NamedTuple):
    market: "Market"
    at: int


@click.command(
    epilog=example("exchange fence matrix P-07", "exchange fence matrix P-07 --places CN,SG,JP,DE")
)
@click.argument("product", shell_complete=completing.in_tables("listings", "product_id"))
@click.option("--places", metavar="A,B,…", help="Between these; else where anybody or the licence is.")
@click.option("--purpose", metavar="WORD", help="For this purpose; else the best of the licence's.")
@click.option(
    "--buyer",
    metavar="ID",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="As this buyer; else one who is where it would use the data.",
)
@ruleset_file
@click.option("--as-of", metavar="TIME", help="As if it were asked then.")
@click.option(
    "--facts",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="From a market's facts in FILE, as `decide market` writes them; no node is needed.",
)
@click.option(
    "--zone-facts",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="And from a business zone's facts, as `decide bonded` writes them; it may stand alone.",
)
@data
@as_json
def matrix(
    product: str, data: Path, facts: Path | None, zone_facts: Path | None, as_json: bool, **asked: Any
) -> None:
    """Show where a product could go: a grid of origins (rows) and destinations (columns).

    Each cell is what the market would say of an order now, by the rules, rulings and counts that it decides by; rows
    other than the product's own place say what would be if it lay there. The market's journal is folded for it.
    Of what was made in bond its zone says besides what a request to export it would be told; PRODUCT may also be an
    output, as O-0.32.0, that no market sells.
    """
    from exchange.cli import fence_matrix_zone as zone
    from exchange.market.corridors import Question, corridors, places_of, terms_of_product

    given = zone_facts is not None or facts is not None
    if not facts and (zone_facts or not _listed(data, product)):
        _zone_alone(_bond(data, zone_facts, given, product, None, None), product, as_json, asked)
        return
    found = _from_facts(facts) if facts else asyncio.run(_from_node(data, product, quiet=as_json))
    market, terms = found.market, terms_of_product(found.market, product)
    at = _at(asked["as_of"], found.at)
    ruleset = _ruleset(market, asked["ruleset"], at)
    places = _places(asked["places"]) or places_of(market, terms)
    purposes = (asked["purpose"],) if asked["purpose"] else terms.licence.purposes or ("other",)
    origins = (terms.stored_in, *(place for place in places if place != terms.stored_in))
    question = Question(origins, places, purposes, _buyer(market, asked["buyer"]))
    cells = list(corridors(market, terms, ruleset, at, question))
    bond = _bond(data, zone_facts, given, terms.product_id, terms.version, terms.seller_id)
    out = bond and zone.exits_of(bond, places, purposes, asked["buyer"], ruleset, at)
    if as_json:
        egress = {"egress": zone.egress_document(bond, out)} if bond and out else {}
        print_json(_document(terms, ruleset, at, question.purposes, cells) | egress)
        return
    said = [*_lines(terms, ruleset, at, question.purposes, places, cells)]
    click.echo("\n".join([*said, *(zone.egress_lines(bond, out) if bond and out else ())]))


def _zone_alone(bond: "Bond | None", product: str, as_json: bool, asked: dict[str, Any]) -> None:
    """Of what no market sells, what its zone says."""
    from exchange.cli import fence_matrix_zone as zone

    if bond is None:
        raise Misuse(f"product {product} was never listed; `exchange query listings` shows what is on offer")
    at = _at(asked["as_of"], bond.at)
    ruleset = ruleset_of(asked["ruleset"]) if asked["ruleset"] else zone.zone_ruleset(bond, at)
    purposes = (asked["purpose"] or "sale",)
    cells = zone.exits_of(bond, _places(asked["places"]), purposes, asked["buyer"], ruleset, at)
    if as_json:
        print_json({"product_id": product, "egress": zone.egress_document(bond, cells)})
    else:
        click.echo("\n".join([*zone.egress_lines(bond, cells)][1:]))


def _bond(
    data: Path, zone_facts: Path | None, given: bool, product: str, version: str | None, seller_id: str | None
) -> "Bond | None":
    """What a business zone knows of the product; of what was given as facts nothing else is looked up."""
    from exchange.cli import fence_matrix_zone as zone

    if zone_facts is not None:
        return zone.bond_from_facts(zone_facts, product, version, seller_id)
    return None if given else zone.bond_from_node(data, product, version, seller_id)


def _listed(data: Path, product: str) -> bool:
    from exchange.cli.looking import rows_of

    return any(product in (row["product_id"], row["listing_id"]) for row in rows_of(data, "listings"))


def _from_facts(file: Path) -> _Found:
    from streams.filters import state_of_lines

    return _Found(*state_of_lines("market", standard.lines_of(file)))


async def _from_node(path: Path, product: str, *, quiet: bool) -> _Found:
    from exchange.cli.looking import rows_of
    from exchange.cli.steps import Steps
    from streams.foretelling import state_now

    listed = [row for row in rows_of(path, "listings") if product in (row["product_id"], row["listing_id"])]
    if not listed:
        raise Misuse(f"product {product} was never listed; `exchange query listings` shows what is on offer")
    async with exchange_of(path) as exchange:
        number = exchange.client.partition("market", str(listed[-1]["market_id"]))
        at = await exchange.client.exchange_time("market", number)
        with Steps(quiet=quiet) as steps:
            steps.told("folding the market's journal")
            market = await state_now(
                exchange.client, "market", number, lambda facts: steps.moved(facts, unit="facts")
            )
    return _Found(market, at)


def _at(as_of: str | None, now: int) -> int:
    from exchange.cli.asking import moment

    return now if as_of is None else moment(as_of)


def _ruleset(market: "Market", file: Path | None, at: int) -> "Ruleset":
    from exchange.fence import load_rulesets
    from exchange.market.state import ruleset_in_force

    if file is not None:
        return ruleset_of(file)
    adopted = ruleset_in_force(market, at)
    if adopted is None:
        raise Misuse("no ruleset is in force in this market; activate one, or name one with --ruleset")
    found = load_rulesets().get(adopted.digest)
    if found is None:
        raise Misuse(
            f"the market decides by ruleset {adopted.digest}, which is not shipped; name its file with --ruleset"
        )
    return found


def _places(given: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place for each in (given or "").split(",") if (place := each.strip())))


def _buyer(market: "Market", name: str | None) -> Any:
    if name is None:
        return None
    found = market.participants.get(name)
    if found is None:
        raise Misuse(
            f"the market knows no participant {name}; `exchange query participants` names those there are"
        )
    return found


def _document(
    terms: "InstrumentTerms",
    ruleset: "Ruleset",
    at: int,
    purposes: Sequence[str],
    cells: Sequence["Corridor"],
) -> dict[str, Any]:
    from exchange.kernel.time import iso

    return {
        "product_id": terms.product_id,
        "version": terms.version,
        "instrument_id": terms.instrument_id,
        "stored_in": terms.stored_in,
        "at": iso(at),
        "ruleset_version": ruleset.version,
        "ruleset_digest": ruleset.digest,
        "purposes": purposes,
        "corridors": [each._asdict() | {"outcome": each.outcome.value} for each in cells],
    }


def _lines(
    terms: "InstrumentTerms",
    ruleset: "Ruleset",
    at: int,
    purposes: Sequence[str],
    places: Sequence[str],
    cells: Sequence["Corridor"],
) -> Iterator[str]:
    from textwrap import wrap

    from exchange.kernel.time import iso

    yield f"{terms.product_id} {terms.version}, stored in {terms.stored_in}, for {', '.join(purposes)};"
    yield f"ruleset {ruleset.version}, as of {iso(at // 1_000_000 * 1_000_000)}."
    by_pair = {(each.origin, each.destination): each for each in cells}
    origins = list(dict.fromkeys(each.origin for each in cells))
    across = (_WIDTH - _CELL) // _CELL
    for first in range(0, len(places), across):
        block = places[first : first + across]
        yield ""
        yield click.style(
            f"{'from ↓':<{_CELL}}" + "".join(f"{place:<{_CELL}}" for place in block).rstrip(), bold=True
        )
        for origin in origins:
            mark = _MARK if origin == terms.stored_in else ""
            row = "".join(f"{_cell(by_pair[origin, place]):<{_CELL}}" for place in block)
            yield f"{origin + mark:<{_CELL}}{row}".rstrip()
    yield from ("", *_LEGEND, "", f"{_MARK} where it is. From there:")
    for place in places:
        each = by_pair[terms.stored_in, place]
        said = f"{place}: {', '.join(each.codes)}"
        if each.missing:
            said += f"; not known: {', '.join(each.missing)}"
        if each.obligations:
            said += f"; duties: {', '.join(duty.replace('_', ' ') for duty in each.obligations)}"
        yield from wrap(
            said, _WIDTH - 1, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
        )


def _cell(each: "Corridor") -> str:
    if each.by_licence:
        return "LIC"
    if each.admitted and not each.outcome.admitted:
        return "RULED"
    outcome: str = each.outcome.value
    return _SHORT.get(outcome, outcome)
