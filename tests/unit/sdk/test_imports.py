"""What a program gets by importing the doors, and what it does not."""

import subprocess
import sys

import pytest

EXTRAS = ("pandas", "polars", "pyarrow", "numpy")
NODE_ONLY = ("faust", "mode", "alembic", "rich", "click", "jgo", "prometheus_client")


@pytest.mark.parametrize("module", ["exchange.sdk", "exchange.sdk.sync"])
def test_the_doors_bring_no_extra_and_nothing_that_only_a_node_needs(module: str) -> None:
    script = f"import sys, {module}; print(*(name for name in {EXTRAS + NODE_ONLY!r} if name in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == []
