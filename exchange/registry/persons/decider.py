"""The rules about the counting of persons: declared by exporters, and splitting found by the governance."""

from collections.abc import Sequence
from typing import Final

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.persons import UnitedPersons
from exchange.kernel.product import DataTraits
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import local_date
from exchange.kernel.unions import not_counted
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.persons.bounds import impossible
from exchange.registry.persons.commands import COMMANDS, ConfirmSplitting, DeclarePersons, WithdrawSplitting
from exchange.registry.persons.facts import FACTS, PersonsDeclared, SplittingConfirmed, SplittingWithdrawn
from exchange.registry.persons.state import group_year
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.state import Registry

TZ: Final = "Asia/Shanghai"
DECLARED_MAX: Final = 100
"""Declarations of one exporter that count at a time."""


def declare(registry: Registry, command: DeclarePersons, cause: Cause) -> Sequence[Fact]:
    """Let a union count that can be one, of versions that are the exporter's own and hold persons."""
    if (refusal := lacking(registry, command, cause, Role.SELLER)) is not None:
        return (refusal,)
    this_year = local_date(cause.at, TZ).year
    if (detail := not_counted(command.year, this_year)) is not None:
        return (refused(command, Reason.PERSONS_YEAR, str(command.year), detail),)
    parts = _parts(registry, command, cause.actor)
    if isinstance(parts, Refused):
        return (parts,)
    declared = registry.persons.declared.get(cause.actor, [])
    if (fault := next(impossible(command, parts, declared), None)) is not None:
        return (refused(command, Reason.PERSONS_IMPOSSIBLE, cause.actor, fault),)
    others = [each for each in declared if each.year >= this_year and not _same(each, command)]
    if len(others) >= DECLARED_MAX:
        detail = f"{DECLARED_MAX} declarations of {cause.actor} count; declare one of all versions together"
        return (refused(command, Reason.PERSONS_TOO_MANY, cause.actor, detail),)
    united = UnitedPersons(
        declaration_id=derived_id("PD", cause.partition, cause.offset, 0),
        exporter_id=cause.actor,
        year=command.year,
        versions=tuple(sorted(set(command.versions), key=str)),
        persons=command.persons,
        sensitive_persons=command.sensitive_persons,
        foreign_persons=command.foreign_persons,
        sets=command.sets,
    )
    return (PersonsDeclared(united=united),)


def _parts(registry: Registry, command: DeclarePersons, exporter_id: str) -> list[DataTraits] | Refused:
    """What is known of the versions; or why they cannot be counted."""
    found = []
    for name in command.versions:
        product = registry.products.get(name.product_id)
        version = None if product is None else product.versions.get(name.version)
        if product is None or version is None:
            detail = f"product {name.product_id} version {name.version} was never drafted; check the name"
            return refused(command, Reason.PRODUCT_UNKNOWN, name.product_id, detail)
        if product.seller_id != exporter_id:
            detail = (
                f"product {name.product_id} is {product.seller_id}'s; each exporter counts its own persons"
            )
            return refused(command, Reason.PRODUCT_NOT_OWN, name.product_id, detail)
        if not version.traits.contains_pi:
            detail = f"product {name.product_id} version {name.version} is described as without personal information"
            return refused(command, Reason.PERSONS_NONE, name.product_id, detail)
        found.append(version.traits)
    return found


def _same(united: UnitedPersons, command: DeclarePersons | UnitedPersons) -> bool:
    return united.year == command.year and set(united.versions) == set(command.versions)


def confirm_splitting(registry: Registry, command: ConfirmSplitting, cause: Cause) -> Sequence[Fact]:
    """Remember that a group splits, which bars its personal information from leaving for the year."""
    if (refusal := lacking(registry, command, cause, Role.GOVERNANCE)) is not None:
        return (refusal,)
    owner = command.beneficial_owner
    if all(each.beneficial_owner != owner for each in registry.participants.values()):
        detail = f"no participant's beneficial owner is {owner}; check the name"
        return (refused(command, Reason.GROUP_UNKNOWN, owner, detail),)
    if group_year(owner, command.year) in registry.persons.splitting:
        detail = f"{owner} was found to split in {command.year} before; nothing is left to do"
        return (refused(command, Reason.SPLITTING_STATE, owner, detail),)
    return (
        SplittingConfirmed(
            beneficial_owner=owner,
            year=command.year,
            grounds=command.grounds,
            reference=command.reference,
            by_id=cause.actor,
        ),
    )


def withdraw_splitting(registry: Registry, command: WithdrawSplitting, cause: Cause) -> Sequence[Fact]:
    """Forget that a group splits."""
    if (refusal := lacking(registry, command, cause, Role.GOVERNANCE)) is not None:
        return (refusal,)
    owner = command.beneficial_owner
    if group_year(owner, command.year) not in registry.persons.splitting:
        detail = f"{owner} was not found to split in {command.year}; check name and year"
        return (refused(command, Reason.SPLITTING_STATE, owner, detail),)
    return (
        SplittingWithdrawn(
            beneficial_owner=owner, year=command.year, grounds=command.grounds, by_id=cause.actor
        ),
    )


def _declared(registry: Registry, fact: PersonsDeclared, at: int) -> None:
    united = fact.united
    before = registry.persons.declared.get(united.exporter_id, [])
    kept = [each for each in before if each.year >= united.year - 1 and not _same(each, united)]
    registry.persons.declared[united.exporter_id] = [*kept, united]


def _confirmed(registry: Registry, fact: SplittingConfirmed, at: int) -> None:
    registry.persons.splitting.append(group_year(fact.beneficial_owner, fact.year))


def _withdrawn(registry: Registry, fact: SplittingWithdrawn, at: int) -> None:
    registry.persons.splitting.remove(group_year(fact.beneficial_owner, fact.year))


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        DeclarePersons: declare,
        ConfirmSplitting: confirm_splitting,
        WithdrawSplitting: withdraw_splitting,
    },
    folds={
        PersonsDeclared: _declared,
        SplittingConfirmed: _confirmed,
        SplittingWithdrawn: _withdrawn,
    },
    due={},
)
