"""What is wrong with a value, in words a person can act on: which field, what it has to be, what was found."""

import re
from typing import Any

import msgspec
from msgspec import inspect

from streams.kinds import bare, fields_of

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_FOUND_MAX = 80


def in_words(error: msgspec.ValidationError, cls: type[msgspec.Struct], fields: Any) -> str:
    """One line for what `msgspec.convert(fields, cls)` raised: `quantity: expected int >= 1, found 0`."""
    what, _, path = str(error).replace("`", "").partition(" - at $")
    kind, found = _at(path, inspect.type_info(cls), fields)
    if what.startswith("Invalid enum value"):
        what = f"Expected one of {', '.join(_permitted(kind))}"
    what = what[:1].lower() + what[1:]
    if what.startswith("expected") and found is not None and ", got " not in what:
        what += f", found {found!r:.{_FOUND_MAX}}"
    return f"{path.removeprefix('.')}: {what}" if path else what


def _at(path: str, kind: inspect.Type, value: Any) -> tuple[inspect.Type, Any]:
    """The type and the value at a path; None for a value the path does not reach."""
    for name, place in _STEP.findall(path):
        kind = bare(kind)
        try:
            value = value[name or int(place)] if value is not None else None
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(kind, inspect.StructType):
            kind = next(field.type for field in fields_of(kind.cls) if field.name == name)
        elif isinstance(kind, inspect.VarTupleType):
            kind = kind.item_type
    return bare(kind), value


def _permitted(kind: inspect.Type) -> list[str]:
    if isinstance(kind, inspect.EnumType):
        return [str(member.value) for member in kind.cls]
    return [str(value) for value in kind.values] if isinstance(kind, inspect.LiteralType) else ["its values"]
