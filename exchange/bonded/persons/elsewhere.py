"""Persons that left other business zones: whether a group splits shows only over all of them."""

from collections.abc import Sequence

from msgspec.structs import asdict, replace

from exchange.bonded.parties import not_a_policy
from exchange.bonded.persons.commands import RecordLetOut
from exchange.bonded.persons.counting import ask_again_of
from exchange.bonded.persons.facts import LetOutRecorded
from exchange.bonded.persons.state import received_key
from exchange.bonded.state import Bonded
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.persons import PersonsOf


def record(bonded: Bonded, command: RecordLetOut, cause: Cause) -> Sequence[Fact]:
    """Remember what left, wherever that was."""
    refusal = not_a_policy(command, cause)
    return (refusal or LetOutRecorded(**asdict(command)),)


def recorded(bonded: Bonded, fact: LetOutRecorded, at: int) -> None:
    """Remember what did not leave from here, and have asked again what rests on it."""
    key = received_key(fact.owner, fact.year)
    held = bonded.elsewhere.get(key, {}).get(fact.exporter_id, {})
    fresh = {
        each.origin_id: _more(held.get(each.origin_id, each), each)
        for each in fact.persons
        if each.origin_id not in bonded.origins
    }
    if all(held.get(name) == each for name, each in fresh.items()):
        return
    bonded.elsewhere.setdefault(key, {}).setdefault(fact.exporter_id, {}).update(fresh)
    ask_again_of(bonded, fact.exporter_id, fact.owner, "", at)


def _more(one: PersonsOf, other: PersonsOf) -> PersonsOf:
    return replace(
        one,
        persons=_larger(one.persons, other.persons),
        sensitive_persons=_larger(one.sensitive_persons, other.sensitive_persons),
        foreign_persons=_larger(one.foreign_persons, other.foreign_persons),
    )


def _larger(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
