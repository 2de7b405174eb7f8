"""How a node's processes are started: run as a program, without a look for garbage until everything is loaded."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import gc, sys
from streams.launch import loaded
print(__name__, sys.argv[1:], gc.isenabled())
loaded()
print(gc.isenabled(), gc.get_freeze_count() > 1_000)
sys.exit(7)
"""


def test_a_module_is_run_as_a_program_and_says_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "program_of_a_test.py").write_text(PROGRAM)
    ended = subprocess.run(
        [sys.executable, "-m", "streams.launch", "program_of_a_test", "--data", "here"],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[3]}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (7, "")
    assert ended.stdout.splitlines() == ["__main__ ['--data', 'here'] False", "True True"]
