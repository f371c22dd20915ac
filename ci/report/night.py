#!/usr/bin/python3
"""A night of fuzzing as one HTML file.

ci/report/night.py FOLDER
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
from ci import night as nights
from ci.report.page import render, write_whole

ENDINGS = {
    0: "nothing found, and every target had its time",
    1: "something was found",
    3: "void: the planted defect was not found, so that finding nothing says nothing",
    4: "a target or the properties could not do their work",
    130: "interrupted: start it again to go on",
}


def write_report(folder: Path, night: nights.Night) -> None:
    """report.html beside night.json; worst first."""
    page = render(
        "night.html.j2",
        night=night,
        ending=ENDINGS[night.ending],
        findings=sorted(night.findings, key=lambda f: (not f.reproduced, -f.times, f.key)),
    )
    write_whole(folder / "report.html", page)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    night = nights.read(folder)
    if night is None:
        print(f"night.py: {folder} holds no night.json", file=sys.stderr)
        return 2
    write_report(folder, night)
    return 0


if __name__ == "__main__":
    sys.exit(main())
