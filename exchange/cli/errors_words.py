"""The words of errors in source text, also where a function or a class puts them around what it is given."""

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_VALUE = "…"
_GIVEN = re.compile("\0(\\w+)\0")
_ROUNDS_MAX = 20
"""Functions that hand words on to one another: more than there are."""


@dataclass
class _Maker:
    """A function, a class or the rest of a module.

    Shape: `given` are the parameters whose words a caller may give, in `says` each is its name between NULs.
    """

    module: int
    name: str
    given: tuple[str, ...]
    calls: Sequence[ast.Call]
    constants: Mapping[str, str]
    says: set[tuple[str, str]] = field(default_factory=set)
    called: bool = False


def said_in(trees: Sequence[ast.Module], kinds: set[str]) -> set[tuple[str, str]]:
    """Every message with the name of its class, values shown as …."""
    makers = [maker for number, tree in enumerate(trees) for maker in _makers(number, tree, kinds)]
    named = {name: [*same] for name, same in itertools.groupby(sorted(makers, key=_name), key=_name)}
    for _ in range(_ROUNDS_MAX):
        before = sum(len(maker.says) for maker in makers)
        for maker in makers:
            maker.says |= set(_said(maker, named, kinds))
        if before == sum(len(maker.says) for maker in makers):
            break
    return {
        (kind, _GIVEN.sub(_VALUE, text))
        for maker in makers
        for kind, text in maker.says
        # With what it is given, it is a message where it is called.
        if not (maker.called and _GIVEN.search(text))
    }


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """The statements directly in a node, and what holds statements: expressions define nothing, and most is they."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.stmt | ast.excepthandler | ast.match_case):
            yield part


def _name(maker: _Maker) -> str:
    return maker.name


def _makers(module: int, tree: ast.Module, kinds: set[str]) -> Iterator[_Maker]:
    constants = dict(_constants(tree))
    for name, node in _functions(tree, kinds):
        arguments = node.args
        given = tuple(each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
        if not (name.startswith("_") or name in kinds or _names(node.returns) & kinds):
            # A public door: what comes in is a value.
            given = ()
        yield _Maker(
            module, name, tuple(each for each in given if each != "self"), list(_calls(node.body)), constants
        )
    yield _Maker(module, "", (), list(_calls(tree.body)), constants)


def _functions(node: ast.AST, kinds: set[str], owner: str = "") -> Iterator[tuple[str, _Function]]:
    """Every function by the name that it is called by: `__init__` by that of its class."""
    for part in parts_of(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (owner if part.name == "__init__" and owner in kinds else part.name), part
        yield from _functions(part, kinds, part.name if isinstance(part, ast.ClassDef) else owner)


def _names(node: ast.AST | None) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} if node else set()


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for part in tree.body:
        match part:
            case ast.Assign(targets=targets, value=ast.Constant(value=str(text))):
                yield from ((each.id, text) for each in targets if isinstance(each, ast.Name))


def _calls(body: Sequence[ast.AST]) -> Iterator[ast.Call]:
    """The calls in a body, without those in functions inside."""
    for part in body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(part, ast.Call):
            yield part
        yield from _calls(list(ast.iter_child_nodes(part)))


def _said(maker: _Maker, named: Mapping[str, list[_Maker]], kinds: set[str]) -> Iterator[tuple[str, str]]:
    for call in maker.calls:
        match call:
            case ast.Call(func=ast.Attribute(attr="__init__", value=ast.Call()), args=[said, *_]):
                if maker.name in kinds:
                    yield from ((maker.name, text) for text in _texts(said, maker))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if called := _called(name, maker, named):
                    for each in called:
                        yield from _filled(call, each, maker)
                elif name in kinds and call.args:
                    yield from ((name, text) for text in _texts(call.args[0], maker))


def _called(name: str, maker: _Maker, named: Mapping[str, list[_Maker]]) -> list[_Maker]:
    """The makers of messages that a name can mean: of the module itself first."""
    found = [each for each in named.get(name, ()) if each is not maker and each.given and each.says]
    own = [each for each in found if each.module == maker.module]
    return own or ([] if name.startswith("_") else found)


def _filled(call: ast.Call, called: _Maker, maker: _Maker) -> Iterator[tuple[str, str]]:
    """What a maker says with what it is given here."""
    called.called = True
    given = dict(zip(called.given, call.args, strict=False))
    given |= {each.arg: each.value for each in call.keywords if each.arg}
    for kind, text in called.says:
        names = list(dict.fromkeys(_GIVEN.findall(text)))
        texts = [_words(given[name], maker) if name in given else [_VALUE] for name in names]
        for chosen in itertools.product(*texts) if names else ():
            words = dict(zip(names, chosen, strict=True))
            yield kind, _GIVEN.sub(lambda found, words=words: words[found[1]], text)  # type: ignore[misc]


def _words(node: ast.AST, maker: _Maker) -> list[str]:
    """What is given: a single word is a value, such as the name of a column."""
    return [text if " " in text or _GIVEN.fullmatch(text) else _VALUE for text in _texts(node, maker)]


def _texts(node: ast.AST, maker: _Maker) -> list[str]:
    """What an expression may read as: more than one text where it chooses."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Name(id=name) if name in maker.given:
            return [f"\0{name}\0"]
        case ast.Name(id=name) if name in maker.constants:
            return [maker.constants[name]]
        case ast.FormattedValue(value=ast.Name() as value, conversion=-1, format_spec=None):
            return _texts(value, maker)
        case ast.JoinedStr(values=values):
            return _joined(values, maker)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([left, right], maker)
        case ast.IfExp(body=body, orelse=orelse):
            return [*_texts(body, maker), *_texts(orelse, maker)]
    return [_VALUE]


def _joined(parts: Sequence[ast.AST], maker: _Maker) -> list[str]:
    return ["".join(chosen) for chosen in itertools.product(*(_texts(part, maker) for part in parts))]
