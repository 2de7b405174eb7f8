"""The demo world is invented: nobody real appears in it, nor anywhere else in the project."""

import re
import subprocess
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS_MAX = 8

# The names themselves must not stand here either: these are BLAKE2b-64 digests of companies, people and venues of
# the reports that the demo world was modelled on, in lower case.
REAL = {
    "2bbba012ebf28e8b",
    "2f0c21ddb7be712e",
    "49ed71ea3889d3d5",
    "647d1807526532a5",
    "0b47f11c037ca2fa",
    "3051d6f4ed047519",
    "4ec6cd21060fbfee",
    "4fec362c362592fa",
    "826837c3de018368",
    "83cc18e91eaf8d6d",
    "97d5cd6d4cb72774",
    "a91a36dae9febc6b",
    "b09668a317607401",
    "bc108e65621eb127",
    "f64b7a1eb6da10f7",
    "f74c3a0982ce43cd",
    "ee3e15b3e65854e0",
    "66891ff27f4d5488",
}


def digest(name: str) -> str:
    return blake2b(name.encode(), digest_size=8).hexdigest()


def named(text: str) -> Iterator[str]:
    """Every run of up to eight words in `text` that is one of the names."""
    words = re.findall(r"\w+", text.lower())
    for length in range(1, WORDS_MAX + 1):
        for first in range(len(words) - length + 1):
            run = " ".join(words[first : first + length])
            if digest(run) in REAL:
                yield run


def files() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".csv", ".md", ".yaml", ".jsonl"} or "demo" in path.parts:
            yield path


def test_nobody_real_appears_in_the_demo_data_or_the_pages() -> None:
    searched = list(files())
    assert ROOT / "exchange/cli/demo/world/participants.csv" in searched
    found = {
        str(path): hit
        for path in searched
        if path.exists()
        for hit in named(path.read_text(encoding="utf-8"))
    }
    assert not found


def test_a_name_would_be_found() -> None:
    assert digest("gl" + "p") in REAL
    assert list(named("sold to Gl" + "p, Ltd.")) == ["gl" + "p"]
