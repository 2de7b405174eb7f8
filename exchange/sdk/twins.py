"""Writes the synchronous doors from the asynchronous ones (`make twins`); with --check it only compares."""

import ast
import subprocess
import sys
from collections.abc import Container, Iterator
from pathlib import Path

HERE = Path(__file__).parent
TWINS = HERE / "sync" / "doors.py"
DOORS = (
    "door",
    "party",
    "trader",
    "operator",
    "seller",
    "buyer",
    "custodian",
    "assessor",
    "counter",
    "bonded",
    "safeguards",
    "analyst",
    "lineage",
    "ledger",
    "market_data",
)
ROOMS = (
    "publishing",
    "rooms.auctions",
    "rooms.pools",
    "rooms.lines",
    "rooms.quotes",
    "rooms.plans",
    "rooms.purchases",
    "rooms.fenced",
    "rooms.settling",
    "rooms.invoices",
    "rooms.purses",
    "rooms.penalties",
    "rooms.subsidies",
    "rooms.bank_files",
    "rooms.described",
    "rooms.attesting",
)
"""Where parts of doors are written: in their twins they are one."""
BY_HAND = frozenset({"publish", "deliveries", "feed", "candle_feed"})
"""What iterates or is iterated over crosses threads in a way of its own: `exchange/sdk/sync/streaming.py`."""

_IN_THIS_FILE = {"Door", "Party", "Trader", "Analyst"}
"""Doors that other doors import."""
_HEAD = '''"""The synchronous doors. Written by `make twins` from the asynchronous ones: change those, not this file."""
'''
_LOOP = "from exchange.sdk.sync.loop import LoopThread"


def written() -> str:
    """The text of the synchronous doors, in the house format."""
    trees = {name: _parsed(name) for name in (*DOORS, *ROOMS)}
    imports = [node for tree in trees.values() for node in tree.body if _is_import(node)]
    parts = {part.name: part for name in ROOMS for part in _parts(trees[name])}
    classes = [_twin(_whole(_door(name, trees[name]), parts)) for name in DOORS]
    lines = [_HEAD, *map(ast.unparse, imports), _LOOP, *_from_modules(trees, parts), "", *classes]
    return _in_house_format("\n".join(lines))


def _parsed(name: str) -> ast.Module:
    return ast.parse((HERE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8"))


def _parts(tree: ast.Module) -> Iterator[ast.ClassDef]:
    """The parts of doors that a module of a room has."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and "Door" in map(ast.unparse, node.bases):
            yield node


def _whole(door: ast.ClassDef, parts: dict[str, ast.ClassDef]) -> ast.ClassDef:
    """A door with all that its parts can do."""
    names = [ast.unparse(base) for base in door.bases]
    body = [*door.body, *(node for name in names if name in parts for node in parts[name].body)]
    bases = [base for base, name in zip(door.bases, names, strict=True) if name not in parts]
    return ast.ClassDef(door.name, bases, door.keywords, body, door.decorator_list)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom) and not _IN_THIS_FILE & {
        each.name for each in node.names
    }


def _from_modules(trees: dict[str, ast.Module], parts: Container[str]) -> Iterator[str]:
    """What each module of a door has under its own name, the door itself as asynchronous."""
    for name, tree in trees.items():
        for node in tree.body:
            match node:
                case ast.ClassDef(name=found) if found == _title(name):
                    yield f"from exchange.sdk.{name} import {found} as Async{found}"
                case ast.ClassDef(name=found) if found in parts:
                    pass
                case ast.ClassDef(name=found) | ast.AnnAssign(target=ast.Name(id=found)):
                    yield f"from exchange.sdk.{name} import {found}"
                case ast.Assign(targets=[ast.Name(id=found)]) if not found.startswith("_") and len(found) > 1:
                    yield f"from exchange.sdk.{name} import {found}"


def _title(module: str) -> str:
    """The class of a door's module."""
    return "".join(word.capitalize() for word in module.split("_"))


def _door(name: str, tree: ast.Module) -> ast.ClassDef:
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == _title(name))


def _twin(door: ast.ClassDef) -> str:
    bases = ", ".join(map(ast.unparse, door.bases))
    lines = [f"class {door.name}({bases}):" if bases else f"class {door.name}:", *_documented(door)]
    if bases:
        lines += [f"    _door: Async{door.name}", ""]
    else:
        lines += [
            f"    def __init__(self, loop: LoopThread, door: Async{door.name}) -> None:",
            "        self._loop = loop",
            "        self._door = door",
            "",
        ]
    if any(_is_attribute(node) for node in ast.walk(door)):
        lines += ["    @property", "    def participant_id(self) -> str:"]
        lines += ['        """Who speaks."""', "        return self._door.participant_id", ""]
    for node in door.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _public(node):
            lines += [*_method(node), ""]
    return "\n".join(lines)


def _is_attribute(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute) and node.attr == "participant_id" and isinstance(node.ctx, ast.Store)
    )


def _public(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return not node.name.startswith("_") and node.name not in BY_HAND


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        yield f"    @{ast.unparse(decorator)}"
    yield f"    def {node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns or ast.Constant(None))}:"
    for line in _documented(node):
        yield f"    {line}" if line.strip() else ""
    if isinstance(node, ast.AsyncFunctionDef):
        yield f"        return self._loop.call(self._door.{node.name}({', '.join(_passed(node.args))}))"
    else:
        yield f"        return self._door.{node.name}"


def _passed(arguments: ast.arguments) -> Iterator[str]:
    for each in [*arguments.posonlyargs, *arguments.args][1:]:
        yield each.arg
    for each in arguments.kwonlyargs:
        yield f"{each.arg}={each.arg}"
    if arguments.kwarg is not None:
        yield f"**{arguments.kwarg.arg}"


def _documented(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    first, *rest = (ast.get_docstring(node) or "").splitlines()
    if not rest:
        yield f'    """{first}"""'
        return
    yield f'    """{first}'
    for line in rest:
        yield f"    {line}" if line else ""
    yield '    """'


def _in_house_format(text: str) -> str:
    for arguments in (
        ("check", "--fix", "--quiet", "--select", "F401"),
        ("check", "--fix", "--quiet", "--select", "I"),
        ("format",),
    ):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(TWINS), "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> None:
    """Write the doors, or with --check end with 1 if they are not as they would be written."""
    text = written()
    if "--check" not in sys.argv[1:]:
        TWINS.write_text(text, encoding="utf-8")
    elif not TWINS.exists() or TWINS.read_text(encoding="utf-8") != text:
        sys.exit(f"{TWINS} is not what the asynchronous doors say; `make twins` writes it")


if __name__ == "__main__":
    main()
