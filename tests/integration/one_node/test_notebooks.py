"""The notebooks run as a newcomer runs them: one after the other on a node that is up, and then once more."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from exchange.sdk import Exchange
from streams.node.directory import DataDirectory
from tests.support.trade import open_exchange

# What reads and runs notebooks takes seconds to load: it is, by those who do.
if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[3] / "docs" / "notebooks"
ORDER = ("operator", "seller", "buyer", "analyst")


@pytest.fixture(scope="module")
def opened(node: DataDirectory) -> None:
    """The shared node as every test has it, its first ruleset active."""

    async def open_it() -> None:
        async with Exchange.open(node.path) as exchange:
            await open_exchange(exchange)

    asyncio.run(open_it())


def read(name: str) -> "NotebookNode":
    import nbformat

    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def test_there_are_no_others_and_none_keeps_what_a_run_printed() -> None:
    import nbformat

    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == set(ORDER)
    for name in ORDER:
        notebook = read(name)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("name", [*ORDER, "operator"])
def test_a_notebook_runs_from_top_to_bottom(
    name: str, node: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbclient import NotebookClient

    monkeypatch.setenv("EXCHANGE_DATA", str(node.path))
    notebook = read(name)
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    printed = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert printed
    assert not [output for output in printed if output.get("name") == "stderr"]
