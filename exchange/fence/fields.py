"""The fields of a hop that a rule may ask for by dotted path, with the values each can take."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import inspect

from exchange.fence.crossing import Hop

Kind = Literal["flag", "number", "word"]


class Field(NamedTuple):
    """A single-valued field; `words` lists the words it may hold, None meaning any."""

    kind: Kind
    words: frozenset[str] | None
    read: Callable[[Hop], Any]


@cache
def fields() -> Mapping[str, Field]:
    """Every single-valued field of a hop by its dotted path. Lists and dates are asked for by derived facts."""
    return dict(_walk(inspect.type_info(Hop), ""))


def _walk(of: inspect.Type, prefix: str) -> Iterator[tuple[str, Field]]:
    if not isinstance(of, inspect.StructType):
        return
    for field in of.fields:
        path = prefix + field.name
        inner, words = _bare(field.type)
        if isinstance(inner, inspect.StructType) and not prefix:
            yield from _walk(inner, path + ".")
        kind = _kind(inner)
        if kind is not None:
            yield path, Field(kind, words, _reader(path))


def _bare(of: inspect.Type) -> tuple[inspect.Type, frozenset[str] | None]:
    """The type without its None and its annotations, and the words it is restricted to."""
    words: frozenset[str] | None = None
    if isinstance(of, inspect.UnionType):
        of = next(each for each in of.types if not isinstance(each, inspect.NoneType))
    if isinstance(of, inspect.Metadata):
        words = (of.extra or {}).get("words")
        of = of.type
    return of, words


def _kind(of: inspect.Type) -> Kind | None:
    match of:
        case inspect.BoolType():
            return "flag"
        case inspect.IntType():
            return "number"
        case inspect.StrType():
            return "word"
    return None


def _reader(path: str) -> Callable[[Hop], Any]:
    """Read `path`; a part that is not there (a hop without a licence) reads as None."""
    head, _, tail = path.partition(".")
    if not tail:
        return attrgetter(path)
    outer = attrgetter(head)

    def read(hop: Hop) -> Any:
        part: msgspec.Struct | None = outer(hop)
        return None if part is None else getattr(part, tail)

    return attrgetter(path) if head != "licence" else read
