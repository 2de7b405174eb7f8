"""PromQL as a tree. What is not part of the subset is an error, never guessed."""

import re
from dataclasses import dataclass
from typing import TypeAlias

UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
AGGREGATIONS = ("sum", "max", "min", "count")
FUNCTIONS = ("rate", "increase", "absent", "vector", "histogram_quantile")
_LEVELS = (("or",), ("and", "unless"), ("==", "!=", ">=", "<=", ">", "<"), ("+", "-"), ("*", "/"))
_TOKEN = re.compile(
    r"""\s*(?:(?P<duration>\d+(?:ms|[smhd])\b)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
    |(?P<text>"(?:[^"\\]|\\.)*")|(?P<sign>==|!=|>=|<=|=~|!~|[-+*/()\[\]{},=<>]))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Selector:
    name: str
    matchers: tuple[tuple[str, str, str], ...] = ()
    range_s: float | None = None


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True)
class Aggregation:
    name: str
    by: tuple[str, ...]
    of: "Tree"


@dataclass(frozen=True)
class Binary:
    sign: str
    left: "Tree"
    right: "Tree"


Tree: TypeAlias = Number | Selector | Call | Aggregation | Binary


def parse(text: str) -> Tree:
    """The tree of an expression."""
    parser = _Parser(_tokens(text))
    tree = parser.binary(0)
    parser.expect("end", "")
    return tree


def seconds(duration: str) -> float:
    """`90s`, `5m`, `1h30m` as seconds."""
    parts = re.findall(r"(\d+)(ms|[smhd])", duration)
    assert "".join(map("".join, parts)) == duration != "", f"{duration!r} is no duration"
    return sum(int(count) * UNITS_S[unit] for count, unit in parts)


def metrics_of(tree: Tree) -> set[str]:
    """The names of the metrics in an expression."""
    if isinstance(tree, Selector):
        return {tree.name}
    below: tuple[Tree, ...] = ()
    if isinstance(tree, Call):
        below = tree.arguments
    elif isinstance(tree, Aggregation):
        below = (tree.of,)
    elif isinstance(tree, Binary):
        below = (tree.left, tree.right)
    return {name for each in below for name in metrics_of(each)}


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match is not None, f"not understood: {text[place:]!r}"
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return [*found, ("end", "")]


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0

    def take(self) -> tuple[str, str]:
        self._place += 1
        return self._tokens[self._place - 1]

    def is_next(self, *texts: str) -> bool:
        return self._tokens[self._place][1] in texts and self._tokens[self._place][0] != "text"

    def expect(self, kind: str, text: str | None = None) -> str:
        found = self.take()
        assert found == (kind, found[1] if text is None else text), (
            f"{found[1]!r} where {text or kind!r} was due"
        )
        return found[1]

    def binary(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self.single()
        left = self.binary(level + 1)
        while self.is_next(*_LEVELS[level]):
            sign = self.take()[1]
            left = Binary(sign, left, self.binary(level + 1))
        return left

    def single(self) -> Tree:
        kind, text = self.take()
        if kind == "number":
            return Number(float(text))
        if (kind, text) == ("sign", "("):
            inner = self.binary(0)
            self.expect("sign", ")")
            return inner
        assert kind == "name", f"{text!r} where an expression was due"
        if text in AGGREGATIONS:
            return self._aggregation(text)
        if self.is_next("("):
            assert text in FUNCTIONS, f"function {text} is not part of the subset"
            return Call(text, self._arguments())
        return self._selector(text)

    def _aggregation(self, name: str) -> Tree:
        by: tuple[str, ...] = ()
        if self.is_next("by"):
            self.take()
            self.expect("sign", "(")
            names = [self.expect("name")]
            while self.is_next(","):
                self.take()
                names.append(self.expect("name"))
            self.expect("sign", ")")
            by = tuple(names)
        (of,) = self._arguments()
        return Aggregation(name, by, of)

    def _arguments(self) -> tuple[Tree, ...]:
        self.expect("sign", "(")
        found = [self.binary(0)]
        while self.is_next(","):
            self.take()
            found.append(self.binary(0))
        self.expect("sign", ")")
        return tuple(found)

    def _selector(self, name: str) -> Tree:
        matchers = []
        if self.is_next("{"):
            self.take()
            while not self.is_next("}"):
                label, sign = self.expect("name"), self.expect("sign")
                assert sign in ("=", "!=", "=~", "!~"), f"{sign!r} matches nothing"
                matchers.append((label, sign, self.expect("text")[1:-1]))
                if self.is_next(","):
                    self.take()
            self.take()
        range_s = None
        if self.is_next("["):
            self.take()
            range_s = seconds(self.expect("duration"))
            self.expect("sign", "]")
        return Selector(name, tuple(matchers), range_s)
