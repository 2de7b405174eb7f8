"""Unions and findings of splitting come to a market from the registry; what is sold abroad it counts itself."""

from collections.abc import Sequence

from msgspec import structs

from exchange.kernel.bases import Cause, Fact
from exchange.market.agenda import settle
from exchange.market.book_fold import try_again
from exchange.market.deadlines import TELL_ZONE
from exchange.market.fencing import Rulesets
from exchange.market.order_fold import counted_out, forget_group
from exchange.market.persons.commands import COMMANDS, BringExport, BringPersons, BringSplitting
from exchange.market.persons.counting import union_of
from exchange.market.persons.exporting import by_origin
from exchange.market.persons.facts import (
    FACTS,
    ExportBrought,
    PersonsBrought,
    SoldFromBond,
    SplittingBrought,
)
from exchange.market.persons.state import Untold
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.state import Market


def bring_persons(market: Market, command: BringPersons, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember a union as the registry knows it."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (PersonsBrought(united=command.united),)


def bring_splitting(
    market: Market, command: BringSplitting, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Remember what the governance has found of a group."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (
        SplittingBrought(
            beneficial_owner=command.beneficial_owner, year=command.year, confirmed=command.confirmed
        ),
    )


def bring_export(market: Market, command: BringExport, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember what left a business zone, as the zone knows it."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    return (ExportBrought(**structs.asdict(command)),)


def tell_zone(market: Market, name: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Say for its zone what was sold of what it made."""
    return (SoldFromBond(**market.persons.untold[name]._asdict()),)


def _let_out(market: Market, fact: ExportBrought, at: int) -> None:
    counted_out(market, fact.exporter_id, fact.year, by_origin(fact.persons), fact.by, fact.owner)
    try_again(market, at)


def _told(market: Market, fact: SoldFromBond, at: int) -> None:
    sale = Untold(**structs.asdict(fact))
    name = next(name for name, each in market.persons.untold.items() if each == sale)
    del market.persons.untold[name]
    settle(market.agenda, TELL_ZONE, name)


def _united(market: Market, fact: PersonsBrought, at: int) -> None:
    name, union = fact.united.exporter_id, union_of(fact.united)
    kept = [
        each
        for each in market.persons.united.get(name, ())
        if each.year >= union.year - 1 and (each.year, each.versions) != (union.year, union.versions)
    ]
    market.persons.united[name] = [*kept, union]
    if name in market.participants:
        forget_group(market, market.participants[name].beneficial_owner)
    try_again(market, at)


def _found(market: Market, fact: SplittingBrought, at: int) -> None:
    years = [each for each in market.persons.splitting.pop(fact.beneficial_owner, ()) if each != fact.year]
    if fact.confirmed:
        years.append(fact.year)
    if years:
        market.persons.splitting[fact.beneficial_owner] = years
    forget_group(market, fact.beneficial_owner)
    try_again(market, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={BringPersons: bring_persons, BringSplitting: bring_splitting, BringExport: bring_export},
    folds={
        PersonsBrought: _united,
        SplittingBrought: _found,
        ExportBrought: _let_out,
        SoldFromBond: _told,
    },
    due={TELL_ZONE: tell_zone},
)
