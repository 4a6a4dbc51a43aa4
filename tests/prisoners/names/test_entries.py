"""Entries made by several processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from registry.environment import BASE_DIR
from tests.at_once import LONGEST_SECONDS

PARENT = """
from prisoners.names import entries

if __name__ == "__main__":
    entries.WORTH_PROCESSES = 0
    print(len(next(entries.entries(["exemplar"] * 100_000))), flush=True)
    input()
"""


@pytest.mark.skipif(not os.environ.get("TEST_LONG"), reason="starts three processes: make test-long")
def test_processes_that_help_end_with_one_that_was_killed(tmp_path) -> None:
    (tmp_path / "parent.py").write_text(PARENT)
    command, pipe = [sys.executable, str(tmp_path / "parent.py")], subprocess.PIPE
    with subprocess.Popen(command, env={"PYTHONPATH": str(BASE_DIR)}, stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdout is not None and parent.stdout.readline() == "2000\n"
        parent.kill()

        # They have its output too: it ends with the last of them.
        assert parent.communicate(timeout=LONGEST_SECONDS)[0] == ""
