#!/usr/bin/python3
"""Several implementations side by side, as one HTML file.

    ci/report/matrix.py RESULTS RESULTS… --output FILE
"""

import argparse
import sys
from itertools import combinations
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
from ci.report.page import render, write_whole
from ci.report.results import BadResults, Case, Run, read_run

Row = tuple[str, str, list[Case | None]]


def rows_of(runs: list[Run]) -> list[Row]:
    """A row a case: id, title, and each run's result or nothing."""
    columns = [run.by_id() for run in runs]
    rows: list[Row] = []
    for name in sorted(set().union(*columns)):
        cells = [column.get(name) for column in columns]
        title = next(cell.title for cell in cells if cell)
        rows.append((name, title, cells))
    return rows


def differs(row: Row) -> bool:
    return len({cell.verdict if cell else "" for cell in row[2]}) > 1


def agreement(runs: list[Run], rows: list[Row]) -> list[tuple[int, int, int, int]]:
    """For each pair of runs: how often verdict and answer agree, of how many cases both had."""
    pairs = []
    for a, b in combinations(range(len(runs)), 2):
        both = [(row[2][a], row[2][b]) for row in rows]
        known = [(x, y) for x, y in both if x and y]
        same = sum(x.verdict == y.verdict and x.observed == y.observed for x, y in known)
        pairs.append((a, b, same, len(known)))
    return sorted(pairs, key=lambda pair: -pair[2] / max(1, pair[3]))


def matrix(runs: list[Run]) -> str:
    """The page."""
    rows = rows_of(runs)
    return render(
        "matrix.html.j2",
        runs=runs,
        apart=[row for row in rows if differs(row)],
        alike=[row for row in rows if not differs(row)],
        pairs=agreement(runs, rows),
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        runs = [read_run(folder) for folder in arguments.results]
    except BadResults as error:
        print(f"matrix.py: {error}", file=sys.stderr)
        return 2
    write_whole(arguments.output, matrix(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
