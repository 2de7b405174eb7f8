"""Write avro/ from the classes of commands and facts, and check that it fits them.

`python -m streams.schemas` writes; `--check` fails on drift and on a change that some released version could
not read or be read by; `--release VERSION` freezes what is there as that version's.
"""

import argparse
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from exchange.kernel.errors import Misuse
from streams.avro_schema import Message, fingerprint, schema_of, text_of
from streams.schema_ids import DIRECTORY, IDS_FILE, Ids, Release, SchemaId, load_ids, read_text, vocabulary
from streams.vocabulary import CONTEXTS, KERNEL

Vocabulary = Mapping[str, Message]


def planned(directory: Path, words: Vocabulary) -> dict[str, str]:
    """What `directory` should hold for these classes, by relative path, given the ids it already gave out.

    Raises: Misuse if a released text is missing or was changed.
    """
    ids = load_ids(directory)
    kept = _frozen(directory, ids)
    texts = {}
    for name, message in words.items():
        print_, texts[f"{name}.avsc"] = _written(message)
        _assign(ids, name, print_)
    for schema_id in _forgotten(ids, words):
        del ids.schemas[schema_id]
    for schema_id, text in kept.items():
        texts.setdefault(ids.text_path(schema_id), text)
    texts[IDS_FILE] = _ids_text(ids)
    return texts


@cache
def _written(message: Message) -> tuple[str, str]:
    """The fingerprint and the text of a class's schema."""
    schema = schema_of(message)
    return fingerprint(schema), text_of(schema)


def write(directory: Path, words: Vocabulary) -> list[str]:
    """Make `directory` hold what it should, and say which files changed."""
    wanted, found = planned(directory, words), _found(directory)
    for path in found.keys() - wanted.keys():
        (directory / path).unlink()
    changed = sorted(path for path, text in wanted.items() if found.get(path) != text)
    for path in changed:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(wanted[path], "utf-8")
    return changed + sorted(found.keys() - wanted.keys())


def problems(directory: Path, words: Vocabulary) -> list[str]:
    """Everything that is wrong with `directory`, one line each."""
    from streams.compatibility import incompatible

    try:
        wanted = planned(directory, words)
    except Misuse as error:
        return [str(error)]
    found = _found(directory)
    drift = [f"{path}: {_drift(wanted.get(path), found.get(path))}" for path in sorted(wanted | found)]
    ids = load_ids(directory)
    gone = [
        f"{entry.name}: released, but its class is gone; released words stay readable, so keep the class"
        for schema_id, entry in ids.schemas.items()
        if ids.is_released(schema_id) and entry.name not in words
    ]
    return [line for line in drift if not line.endswith(": ")] + gone + incompatible(directory, ids, words)


def release(directory: Path, words: Vocabulary, version: str) -> None:
    """Freeze every id as `version`'s.

    Raises: Misuse if the directory does not fit the classes, or the version is already released.
    """
    if wrong := problems(directory, words):
        raise Misuse("\n".join(wrong))
    ids = load_ids(directory)
    if any(version == past.version for past in ids.released):
        raise Misuse(f"version {version} is already released; name the next one")
    ids.released.append(Release(version, ids.next_id - 1))
    (directory / IDS_FILE).write_text(_ids_text(ids), "utf-8")


def _frozen(directory: Path, ids: Ids) -> dict[int, str]:
    return {key: read_text(directory, ids, key) for key in ids.schemas if ids.is_released(key)}


def _assign(ids: Ids, name: str, print_: str) -> None:
    current = ids.current().get(name)
    if current is None or (ids.schemas[current].fingerprint != print_ and ids.is_released(current)):
        ids.allocate(name, print_)
    else:
        ids.schemas[current] = SchemaId(name, print_)


def _forgotten(ids: Ids, words: Vocabulary) -> list[int]:
    return [key for key, entry in ids.schemas.items() if entry.name not in words and not ids.is_released(key)]


def _ids_text(ids: Ids) -> str:
    ids.schemas = dict(sorted(ids.schemas.items()))
    return msgspec.json.format(msgspec.json.encode(ids), indent=2).decode() + "\n"


def _found(directory: Path) -> dict[str, str]:
    # Installed, the directory is shared with the package `avro`, whose own files are none of ours.
    ours = [path for context in (KERNEL, *CONTEXTS) for path in (directory / context).rglob("*.avsc")]
    paths = [*ours, *directory.glob(IDS_FILE)]
    return {path.relative_to(directory).as_posix(): path.read_text("utf-8") for path in paths}


def _drift(wanted: str | None, found: str | None) -> str:
    if wanted == found:
        return ""
    if wanted is None:
        return "no class has this name any more; run make schemas"
    return "missing; run make schemas" if found is None else "does not fit the classes; run make schemas"


def main(arguments: list[str]) -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m streams.schemas", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail and name what does not fit"
    )
    parser.add_argument("--release", metavar="VERSION", help="freeze all ids as this version's")
    chosen = parser.parse_args(arguments)
    words = vocabulary()
    try:
        if chosen.release:
            release(DIRECTORY, words, chosen.release)
            lines: list[str] = []
        else:
            lines = problems(DIRECTORY, words) if chosen.check else write(DIRECTORY, words)
    except Misuse as error:
        sys.stderr.write(f"{error}\n")
        return 1
    (sys.stderr if chosen.check else sys.stdout).write("".join(f"{line}\n" for line in lines))
    return int(chosen.check and bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
