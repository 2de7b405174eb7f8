"""The errors of the exchange, read from its source: every class with its cause and remedy, every message with both."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import exchange
import streams
from exchange.cli.errors_words import parts_of, said_in

_BASE = "ExchangeError"
_PARTS = "; "


class Kind(NamedTuple):
    """A class of errors. Shape: `parent` is the class it derives from; an empty `remedy` is the parent's."""

    name: str
    parent: str
    cause: str
    remedy: str


class Message(NamedTuple):
    """What an error may say. Shape: values are shown as …; `remedy` is what follows the first semicolon."""

    kind: str
    cause: str
    remedy: str


class Errors(NamedTuple):
    """All of them, kinds in the order of the tree, messages in the order of the alphabet."""

    kinds: Sequence[Kind]
    messages: Sequence[Message]


def errors_in(sources: Iterable[str]) -> Errors:
    """What a number of source texts define and say."""
    trees = [ast.parse(source) for source in sources]
    found = {each.name: each for tree in trees for each in _kinds(tree)}
    kinds = list(_in_order(found, _BASE))
    said = said_in(trees, {kind.name for kind in kinds})
    return Errors(kinds, sorted({message for name, text in said for message in _message(name, text)}))


@cache
def our_errors() -> Errors:
    """All of them that the modules of the exchange define and say."""
    return errors_in(our_sources())


def our_sources() -> Iterator[str]:
    """Every module of the exchange, in a fixed order."""
    for package in (exchange, streams):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            yield path.read_text(encoding="utf-8")


def _kinds(tree: ast.AST) -> Iterator[Kind]:
    for node in parts_of(tree):
        if isinstance(node, ast.ClassDef) and node.bases and isinstance(node.bases[0], ast.Name):
            cause = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
            yield Kind(node.name, node.bases[0].id, cause, _remedy(node))
        yield from _kinds(node)


def _remedy(node: ast.ClassDef) -> str:
    for part in node.body:
        match part:
            case ast.Assign(targets=[ast.Name(id="remedy")], value=value):
                return str(ast.literal_eval(value))
            case ast.AnnAssign(target=ast.Name(id="remedy"), value=ast.expr() as value):
                return str(ast.literal_eval(value))
    return ""


def _in_order(kinds: dict[str, Kind], name: str) -> Iterator[Kind]:
    if name in kinds:
        yield kinds[name]
    for kind in sorted(kinds.values()):
        if kind.parent == name:
            yield from _in_order(kinds, kind.name)


def _message(name: str, text: str) -> Iterator[Message]:
    cause, _, remedy = text.partition(_PARTS)
    # What is put together elsewhere has its words there.
    if any(letter.isalpha() for letter in cause):
        yield Message(name, cause, remedy if any(letter.isalpha() for letter in remedy) else "")
