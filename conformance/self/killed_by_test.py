#!/usr/bin/env python3
"""Each test that equivalent.csv trusts to kill a mutant is one that ctest runs.

usage: killed_by_test.py EQUIVALENT.CSV CTEST BUILD
"""

import csv
import json
import subprocess
import sys
from pathlib import Path


def run_by_ctest(ctest: str, build: Path) -> set[str]:
    """Names of all tests that are not switched off."""
    shown = subprocess.run(
        [ctest, "--show-only=json-v1"], cwd=build, check=True, capture_output=True, text=True
    )
    names = set()
    for test in json.loads(shown.stdout)["tests"]:
        properties = {one["name"]: one["value"] for one in test.get("properties", [])}
        if not properties.get("DISABLED"):
            names.add(test["name"])
    return names


def missing(lines: list[dict[str, str]], tests: set[str]) -> list[str]:
    """What is wrong, a line each."""
    return [
        f"{line['mutant']}: ctest runs no test {line['detail']}"
        for line in lines
        if line["kind"] == "killed-by" and line["detail"] not in tests
    ]


def main() -> int:
    source, ctest, build = sys.argv[1:]
    with open(source, newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    # A check that sees nothing is none: a test that cannot exist has to be missed.
    canary = {"mutant": "canary:off", "kind": "killed-by", "detail": "No.SuchTest"}
    tests = run_by_ctest(ctest, Path(build))
    wrong = missing([*lines, canary], tests)
    if wrong[-1:] != [f"canary:off: ctest runs no test {canary['detail']}"]:
        print("the check misses nothing")
        return 1
    for one in wrong[:-1]:
        print(one)
    named = sum(line["kind"] == "killed-by" for line in lines)
    print(f"{named} lines, {len(tests)} tests, {len(wrong) - 1} missing")
    return 1 if wrong[:-1] or not named else 0


if __name__ == "__main__":
    sys.exit(main())
