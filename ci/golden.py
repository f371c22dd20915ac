"""Whole texts that people read, kept beside the code: a test compares all of it, or writes it anew.

    H2ASSAY_WRITE_GOLDEN=1 /usr/bin/python3 -m pytest ci/report/test_golden.py

Then read the difference as a user would before it is committed.
"""

import difflib
import os
import re
from pathlib import Path

# What differs from run to run or from machine to machine, by name; applied in this order.
RULES: list[tuple[str, str, str]] = [
    ("our version", r"(h2assay |\"version\": ?\")\d+\.\d+\.\d+", r"\1VERSION"),
    ("the built-in case set", r"(\bcases |\"case_set\": ?\")\d{4}\.\d+", r"\1SET"),
    ("a time of day", r"\d{4}-\d\d-\d\dT\d\d[:.]\d\d[:.]\d\dZ?", "TIME"),
    ("the time of a line in a log", r"@\d+\.\d+", "@T"),
    ("a span of seconds", r"\b\d+\.\d+ s\b", "N s"),
    ("a span of milliseconds", r"\b\d+ ms\b", "N ms"),
    ("a duration in a results file", r"(\"ms\": ?|time=\")\d+(\.\d+)?(e-?\d+)?", r"\1N"),
    ("the machine", r"(\"machine\": ?)\"[^\"]*\"", r'\1"MACHINE"'),
    ("a port", r"(127\.0\.0\.1:|localhost:|port=|port )\d{4,5}\b", r"\1PORT"),
    ("a process", r"\bprocess \d+", "process PID"),
    ("the length of a flood", r"\b\d+ frames in ", "N frames in "),
    ("memory of a process", r"memory \+\d+ KiB", "memory +N KiB"),
]


def normalised(text: str, paths: dict[str, str]) -> str:
    """The text without what RULES names; `paths` maps a path of this machine to its name."""
    for path, name in sorted(paths.items(), key=lambda entry: -len(entry[0])):
        text = text.replace(path, name)
    for _, pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text


def check(file: Path, got: str) -> None:
    """Fails, with the difference, unless `got` is all of `file`."""
    if os.environ.get("H2ASSAY_WRITE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(got, encoding="utf-8")
        return
    wanted = file.read_text(encoding="utf-8") if file.exists() else ""
    if got == wanted:
        return
    lines = difflib.unified_diff(
        wanted.splitlines(), got.splitlines(), file.name, "what came", lineterm=""
    )
    raise AssertionError("\n".join(lines) + "\nintended? H2ASSAY_WRITE_GOLDEN=1 writes it anew")
