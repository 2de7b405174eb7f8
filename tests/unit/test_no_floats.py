"""No floats where money, prices and quantities live: not as a type, not as a literal, not by true division."""

import ast
from pathlib import Path

import pytest

import exchange

ROOT = Path(exchange.__file__).parent
# The doors may wait and show seconds; everything else of the exchange counts in integers.
DOORS = ("cli", "web", "sdk")
SOURCES = [
    path.relative_to(ROOT)
    for path in sorted(ROOT.rglob("*.py"))
    if path.relative_to(ROOT).parts[0] not in DOORS
]


def floats_in(source: str) -> list[str]:
    """Where a source text names, writes or makes a float."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}" for node in ast.walk(ast.parse(source)) if _is_float(node)
    ]


def _is_float(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="float") | ast.Constant(value=float()):
            return True
        case ast.BinOp(op=ast.Div(), left=left) | ast.AugAssign(op=ast.Div(), target=left):
            return not _is_path(left)
        case _:
            return False


def _is_path(node: ast.expr) -> bool:
    """Whether the left side of a `/` reads as a path: a name or call that says so."""
    return any(word in ast.unparse(node).lower() for word in ("path", "files", "folder", "directory", "root"))


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_no_module_of_the_exchange_uses_a_float(source: Path) -> None:
    assert floats_in((ROOT / source).read_text()) == []


@pytest.mark.parametrize("line", ["x: float", "x = 1.5", "x = float(y)", "x = y / z", "x /= 2", "x = 1e6"])
def test_a_float_is_seen(line: str) -> None:
    assert len(floats_in(line)) == 1


@pytest.mark.parametrize("line", ["x = y // z", "x = 10**6", "path = root / 'x'", "x: 'int' = 3"])
def test_an_integer_or_a_path_is_not_taken_for_a_float(line: str) -> None:
    assert floats_in(line) == []
