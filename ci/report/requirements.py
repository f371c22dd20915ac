#!/usr/bin/python3
"""From each requirement to what tests it, as one HTML file.

    h2assay list --requirements --json > REQUIREMENTS.jsonl
    ci/report/requirements.py REQUIREMENTS.jsonl [RESULTS…] --output FILE

With the results of a run each case shows its verdict, and each passive check whether it had
occasion to judge. Exit 1 when a requirement has nothing at all.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
from ci.report.page import render, write_whole
from ci.report.results import BAD, BadResults, Run, read_run, visible

# Kinds of tests, in the order of their columns. A rule of the engine tests nobody else.
KINDS = ("cases", "checks", "properties", "oracles")


@dataclass
class Test:
    """Something that tests a requirement, and what a run says of it."""

    name: str
    verdict: str = ""  # of a case or a check; empty: it was not played, or there is no run


@dataclass
class Row:
    """One requirement."""

    id: str
    level: str
    section: str
    text: str
    url: str
    rules: list[str]
    tests: dict[str, list[Test]] = field(default_factory=dict)
    excluded: str = ""

    @property
    def covered(self) -> bool:
        return bool(self.excluded) or any(self.tests.values())

    @property
    def seen(self) -> bool:
        """Whether a run has shown something of it."""
        return any(test.verdict for tests in self.tests.values() for test in tests)


class BadTable(Exception):
    """Lines that are not what `list --requirements --json` prints."""


def verdicts_of(runs: list[Run]) -> dict[str, str]:
    """By case id, without instance: the worst verdict of all instances and runs."""
    order = ["pass", "info", "lenient", "unsupported"]
    found: dict[str, str] = {}
    for run in runs:
        for case in run.cases:
            name = case.id.split("[")[0]
            old = found.get(name)
            both = [case.verdict] if old is None else [old, case.verdict]
            found[name] = max(both, key=lambda v: (v in BAD, order.index(v) if v in order else 0))
    return found


def judged_by(runs: list[Run]) -> set[str]:
    return {rule for run in runs for case in run.cases for rule in case.judged}


def accused_by(runs: list[Run]) -> set[str]:
    return {
        rule for run in runs for case in run.cases for rule, _, certain in case.findings if certain
    }


def read_table(path: Path, runs: list[Run]) -> list[Row]:
    """The rows, each test with what the runs say of it."""
    verdicts = verdicts_of(runs)
    judged, accused = judged_by(runs), accused_by(runs)
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadTable(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            raw = json.loads(line)
            row = Row(
                visible(raw["id"]),
                visible(raw["level"]),
                f"{raw['rfc']}, Section {raw['section']}",
                visible(raw["paraphrase"]),
                raw["url"],
                [visible(rule) for rule in raw["rules"]],
            )
            for kind in KINDS:
                row.tests[kind] = [Test(visible(name)) for name in raw[kind]]
            if raw["excluded"]:
                row.excluded = visible(f"{raw['excluded']['reason']}: {raw['excluded']['detail']}")
        except (ValueError, KeyError, TypeError) as error:
            raise BadTable(f"{path}:{number}: not a requirement: {error!r}") from error
        for test in row.tests["cases"]:
            test.verdict = verdicts.get(test.name, "")
        for test in row.tests["checks"]:
            test.verdict = "fail" if row.id in accused else "pass" if row.id in judged else ""
        rows.append(row)
    if not rows:
        raise BadTable(f"{path}: no requirement")
    return rows


def page(rows: list[Row], runs: list[Run]) -> str:
    counts = Counter(kind for row in rows for kind in KINDS if row.tests[kind])
    return render(
        "requirements.html.j2",
        rows=rows,
        runs=runs,
        kinds=KINDS,
        counts=counts,
        open_rows=[row for row in rows if not row.covered],
        excluded=[row for row in rows if row.excluded],
        unseen=[row for row in rows if runs and row.covered and not row.seen],
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("requirements", type=Path)
    parser.add_argument("results", type=Path, nargs="*")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        runs = [read_run(folder) for folder in arguments.results]
        rows = read_table(arguments.requirements, runs)
    except (BadResults, BadTable) as error:
        print(f"requirements.py: {error}", file=sys.stderr)
        return 2
    write_whole(arguments.output, page(rows, runs))
    nothing = [row.id for row in rows if not row.covered]
    for name in nothing:
        print(f"requirements.py: {name}: nothing tests it", file=sys.stderr)
    return 1 if nothing else 0


if __name__ == "__main__":
    sys.exit(main())
