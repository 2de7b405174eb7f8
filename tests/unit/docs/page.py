"""docs/commands.md as data: its sections, what each says, and its examples as they were before folding."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "commands.md"
EVERY_CONTEXT = "Every context"


class Section(NamedTuple):
    """What the page says of one command."""

    text: str
    facts: frozenset[str]
    reasons: frozenset[str]
    examples: tuple[str, ...]


def parts(heading: str, text: str) -> dict[str, str]:
    """The text under each heading of a level, by heading."""
    _, *found = re.split(rf"^{heading} (.+)$", text, flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(found[::2], found[1::2], strict=True)}


@cache
def chapters() -> dict[str, str]:
    """The page's chapters: one for each context, and the common ones."""
    return parts("##", PAGE.read_text(encoding="utf-8"))


@cache
def sections(chapter: str) -> dict[str, Section]:
    """A chapter's commands, in order."""
    return {name: _section(body) for name, body in parts("###", chapter).items()}


def examples(text: str) -> tuple[str, ...]:
    """Commands and facts in the blocks of a text, each in one line: folded lines begin with a space."""
    blocks = re.findall(r"^```json\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    return tuple(line for block in blocks for line in re.sub(r"\n +", " ", block).splitlines())


def named(text: str) -> frozenset[str]:
    """What stands in backticks."""
    return frozenset(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)))


def bullet(label: str, text: str) -> str:
    """What a list says under a label."""
    found = re.search(rf"^- \*\*{label}:\*\* (.*?)(?=^- |^\n|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no {label} in:\n{text}"
    return found[1]


def is_part(shown: Any, whole: Any) -> bool:
    """Whether an example shows nothing but what is there; an object may be shown in part."""
    if isinstance(shown, dict) and isinstance(whole, dict):
        return all(name in whole and is_part(value, whole[name]) for name, value in shown.items())
    return bool(shown == whole)


def type_of(line: str) -> str:
    """The type of the command or fact in a line."""
    return str(json.loads(line)["type"])


def _section(body: str) -> Section:
    words = re.compile(r"[A-Za-z]+")
    facts = frozenset(name for name in named(bullet("Facts", body)) if words.fullmatch(name))
    return Section(body, facts, named(bullet("Refused", body)), examples(body))
