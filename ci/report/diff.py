#!/usr/bin/python3
"""What changed between two runs; exits 1 when something broke.

    ci/report/diff.py OLD NEW
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
from ci.report.results import BAD, BadResults, Case, Run, read_run


@dataclass
class Difference:
    """Lines for people, by what happened."""

    broken: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def answer(case: Case) -> str:
    return f"{case.verdict} ({case.observed})" if case.observed else case.verdict


def difference(old: Run, new: Run) -> Difference:
    """Compares two runs case by case."""
    found = Difference()
    before, after = old.by_id(), new.by_id()
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            found.new.append(f"{name}: {answer(after[name])}")
        elif name not in after:
            found.gone.append(f"{name}: was {answer(before[name])}")
        else:
            was, now = before[name], after[name]
            line = f"{name}: {answer(was)} -> {answer(now)}"
            if (was.verdict in BAD) != (now.verdict in BAD):
                (found.broken if now.verdict in BAD else found.fixed).append(line)
            elif was.verdict != now.verdict or was.observed != now.observed:
                found.changed.append(line)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    arguments = parser.parse_args()
    try:
        found = difference(read_run(arguments.old), read_run(arguments.new))
    except BadResults as error:
        print(f"diff.py: {error}", file=sys.stderr)
        return 2
    for title in ("broken", "fixed", "changed", "new", "gone"):
        lines = getattr(found, title)
        print(f"{title}: {len(lines)}")
        for line in lines:
            print(f"  {line}")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
