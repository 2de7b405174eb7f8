"""Everything that is amiss with the parts of a ruleset's text, so that all of it can be mended at once."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from exchange.fence.terms import KindTerms
from exchange.kernel.bases import Value

_WANTED: Mapping[str, str] = {
    "id": "what the ruleset is called",
    "ruleset_version": "a version that no other text has",
    "effective_from": "its first day",
    "change_note": "what is new in it",
    "regimes": "of each regime whether it `must_answer`",
    "cn_art7_rules": "the rules whose match is an Article 7 trigger",
}


def misshapen(written: Any, kind: type[Value]) -> Iterator[str]:
    """What of a ruleset's text is lacking, is of no use, or cannot be read, a sentence each."""
    if not isinstance(written, dict):
        yield f"the ruleset: expected names with values, not {_named(written)}"
        return
    yield from _of_object(written, kind, "the ruleset")
    constants = written.get("constants")
    if isinstance(constants, dict):
        yield from _kinds_in_part(constants)


def _of_object(written: Mapping[Any, Any], kind: type[Value], where: str) -> Iterator[str]:
    known = {each.encode_name: each for each in msgspec.structs.fields(kind)}
    for name, field in known.items():
        if name not in written and field.required:
            what = f": {_WANTED[name]}" if name in _WANTED else ""
            yield f"{where} has no `{name}`{what}"
    for name, value in written.items():
        if name not in known:
            yield f"{where} has `{name}`, which says nothing here; it knows {', '.join(known)}"
            continue
        expected = known[name].type
        if isinstance(value, dict) and isinstance(expected, type) and issubclass(expected, Value):
            yield from _of_object(value, expected, name if where == "the ruleset" else f"{where}.{name}")
            continue
        try:
            msgspec.convert(value, expected)
        except msgspec.ValidationError as error:
            yield f"{where}: {name}: {error}"


def _kinds_in_part(constants: Mapping[str, Any]) -> Iterator[str]:
    """Terms of safeguards are said whole or not at all: half of them would be another ruleset's."""
    terms = KindTerms.__struct_fields__
    said = [name for name in terms if constants.get(name) is not None]
    if said and len(said) < len(terms):
        for name in terms:
            if name not in said:
                yield f"constants has no `{name}`, and has {said[0]}: terms of safeguards are said all or none"


def _named(written: Any) -> str:
    return "nothing" if written is None else f"a {type(written).__name__}"
