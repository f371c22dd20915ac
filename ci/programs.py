"""What runs the fuzzers, tests and builds shares: one program, its output in a log."""

import os
import subprocess
from pathlib import Path

# The planted defect: its target must crash, or the fuzzers find nothing worth the name.
CANARY = "canary"

TOO_LONG = 124  # as timeout(1) has it
NOT_THERE = 127  # as the shell has it


def run_logged(
    command: list[str],
    log: Path,
    folder: Path,
    seconds: float | None = None,
    **environment: str,
) -> int:
    """The exit code; TOO_LONG and NOT_THERE stand for what has none, and the log says why."""
    with log.open("w") as file:
        try:
            return subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return TOO_LONG
        except OSError as error:
            file.write(f"{error}\n")
            return NOT_THERE
