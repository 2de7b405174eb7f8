"""Instances of commands and facts made from their classes' types, within the bounds these state.

A strategy costs more than a value drawn from it, most of all one of a pattern: each is made once in a process.
"""

import re
import string
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from exchange.kernel.bases import CommandMeta, FactMeta

LONG = 2**63

_TEXT = st.characters(exclude_categories=["Cs"])
_FIRST_THEN_OTHERS = re.compile(r"\^(\[[A-Za-z0-9._:/-]+\])(\[[A-Za-z0-9._:/-]+\])\*\\Z")
"""Most patterns are these two sets: two texts are drawn in a tenth of the time of signs one by one."""


@cache
def made(cls: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Instances of `cls`."""
    struct = inspect.type_info(cls)
    assert isinstance(struct, inspect.StructType)
    return st.builds(cls, **{field.name: made_of(field.type) for field in struct.fields})


def made_of(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Values of one kind."""
    match kind:
        case inspect.Metadata(type=inner):
            return made_of(inner)
        case inspect.StructType(cls=cls):
            return made(cls)
        case inspect.UnionType(types=types):
            return st.one_of(*map(made_of, types))
        case inspect.VarTupleType(item_type=item, min_length=low, max_length=high):
            return st.lists(made_of(item), min_size=low or 0, max_size=min(high or 3, 3)).map(tuple)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(made_of(key), made_of(value), max_size=3)
    return _simple(kind)


def _simple(kind: inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.EnumType(cls=cls):
            return st.sampled_from(list(cls))
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.IntType(ge=low, le=high):
            return st.integers(-LONG if low is None else low, LONG - 1 if high is None else high)
        case inspect.BytesType(min_length=low, max_length=high):
            return st.binary(min_size=low or 0, max_size=high)
        case inspect.StrType(pattern=pattern, min_length=low, max_length=high):
            return _text(pattern, low or 0, high)
    raise TypeError(f"no way to make a {kind}")


@cache
def _text(pattern: str | None, low: int, high: int | None) -> st.SearchStrategy[str]:
    if pattern is None:
        return st.text(_TEXT, min_size=low, max_size=min(high or 40, 40))
    most = high or LONG
    if (sets := _FIRST_THEN_OTHERS.fullmatch(pattern)) and high:
        first, others = ("".join(re.findall(each, string.printable)) for each in sets.groups())
        return st.builds(
            str.__add__, st.sampled_from(first), st.text(others, min_size=max(low - 1, 0), max_size=most - 1)
        )
    return st.from_regex(pattern, fullmatch=True).filter(lambda text: low <= len(text) <= most)


COMMAND_METAS = made(CommandMeta)
FACT_METAS = made(FactMeta)
