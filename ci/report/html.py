#!/usr/bin/python3
"""One run as one HTML file: no other file, no script, nothing fetched.

    ci/report/html.py RESULTS [--output FILE]
"""

import argparse
import sys
from pathlib import Path

# Also keeps this file from hiding the standard library's module of the same name.
sys.path[0] = str(Path(__file__).resolve().parents[2])
from ci.report.page import REQUIREMENTS, render, write_whole
from ci.report.results import BadResults, Requirement, Run, read_requirements, read_run


def report(run: Run, requirements: dict[str, Requirement]) -> str:
    """The page."""
    cited = {rule for case in run.cases for rule in case.rules}
    judged = {rule for case in run.cases for rule in case.judged}
    slow = sorted((case for case in run.cases if case.ms > 1000), key=lambda case: -case.ms)
    return render(
        "run.html.j2",
        run=run,
        requirements=requirements,
        cited=len(cited),
        judged=len(judged),
        slow=slow[:10],
        total_ms=sum(case.ms for case in run.cases),
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("results", type=Path, help="folder with results.jsonl")
    parser.add_argument("--output", type=Path, help="default: report.html in the folder")
    arguments = parser.parse_args()
    try:
        run = read_run(arguments.results)
    except BadResults as error:
        print(f"html.py: {error}", file=sys.stderr)
        return 2
    output = arguments.output or arguments.results / "report.html"
    write_whole(output, report(run, read_requirements(REQUIREMENTS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
