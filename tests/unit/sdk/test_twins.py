"""Every asynchronous door has its synchronous twin, method by method."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from exchange import sdk
from exchange.sdk import sync, twins

NAMES = ("Analyst", "Assessor", "Buyer", "Custodian", "Door", "Exchange", "Operator", "Safeguards", "Seller")
NOT_FOR_ALL = {("Exchange", "client")}
"""What belongs to one kind of program only."""
OTHER_TYPES = {("Seller", "publish"), ("Buyer", "deliveries")}
"""What iterates takes and gives the synchronous kind of iteration."""


def public(door: type) -> Iterator[str]:
    return (name for name in dir(door) if not name.startswith("_"))


def method(door: type, name: str) -> Any:
    found = inspect.getattr_static(door, name)
    return found.__func__ if isinstance(found, classmethod) else found


def told(door: type, name: str) -> tuple[list[tuple[str, Any, Any]], str]:
    found = inspect.signature(method(door, name))
    return [(each.name, each.kind, each.default) for each in found.parameters.values()], str(
        found.return_annotation
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_twins_have_the_same_methods(name: str) -> None:
    asynchronous, synchronous = set(public(getattr(sdk, name))), set(public(getattr(sync, name)))
    if name not in ("Analyst", "Exchange"):
        asynchronous.add("participant_id")  # An attribute there, a property here.
    assert {each for each in asynchronous if (name, each) not in NOT_FOR_ALL} == synchronous


@pytest.mark.parametrize("name", NAMES)
def test_the_twins_take_and_give_the_same(name: str) -> None:
    ours, theirs = getattr(sync, name), getattr(sdk, name)
    for each in public(ours):
        if each == "participant_id" or isinstance(method(ours, each), property):
            continue
        assert not inspect.iscoroutinefunction(method(ours, each))
        assert told(ours, each)[0] == told(theirs, each)[0], each
        if (name, each) not in OTHER_TYPES and name != "Exchange":
            assert told(ours, each)[1] == told(theirs, each)[1], each


@pytest.mark.parametrize("name", NAMES)
def test_whatever_waits_takes_a_deadline_of_ten_seconds_unless_asked_otherwise(name: str) -> None:
    door = getattr(sdk, name)
    for each in public(door):
        if (inspect.iscoroutinefunction(method(door, each)) and each != "close") or each in ("deliveries",):
            parameter = inspect.signature(method(door, each)).parameters["deadline_s"]
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, each
            assert parameter.default == 10, each


def test_the_written_doors_are_those_in_the_repository() -> None:
    assert twins.TWINS.read_text(encoding="utf-8") == twins.written()
