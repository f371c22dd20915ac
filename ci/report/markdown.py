#!/usr/bin/python3
"""One run as Markdown, red first: for GITHUB_STEP_SUMMARY or a comment.

    ci/report/markdown.py RESULTS [--limit OCTETS]
"""

import argparse
import re
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
from ci.report.results import SHAPES, BadResults, Case, Run, read_run

LIMIT = 1024 * 1024  # GitHub drops a longer step summary


def plain(text: str) -> str:
    """Text that Markdown takes literally, in one line: it may come from the peer."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>~@-])", r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """Text as code in one line; backticks of its own cannot end it."""
    return "`" + " ".join(text.split()).replace("`", "'") + "`"


def deviation(case: Case) -> str:
    lines = [f"- {case.shape} **{case.verdict}** {code(case.id)} {plain(case.title)}"]
    for word, text in (("sent", case.sent), ("expected", case.expected), ("came", case.observed)):
        if text:
            lines.append(f"  - {word} {code(text)}")
    if case.rules:
        lines.append(f"  - requirement {', '.join(code(rule) for rule in case.rules)}")
    lines += [f"  - also {code(rule)} {plain(text)}" for rule, text in accusations(case).items()]
    return "\n".join(lines) + "\n"


def accusations(case: Case) -> dict[str, str]:
    """What the observer saw broken beside the case: rule and text."""
    return {rule: text for rule, text, certain in case.findings if certain and rule in case.passive}


def unlisted(run: Run) -> str:
    """What was broken in cases that are not red, and is no case of its own: a run that did not
    finish has no `passive/` lines."""
    known = set(run.by_id()) | {f"passive/{rule}" for c in run.deviations for rule in c.passive}
    seen: dict[str, str] = {}
    for case in run.cases:
        for rule, text in accusations(case).items():
            if f"passive/{rule}" not in known:
                seen.setdefault(rule, f"- {code(rule)} {plain(text)}, first in {code(case.id)}\n")
    return (
        "\nBroken besides, in cases that are not red:\n\n" + "".join(seen.values()) if seen else ""
    )


def markdown(run: Run, limit: int = LIMIT) -> str:
    """The text, cut between two cases when it would be longer than `limit` octets."""
    counts = ", ".join(f"{run.counts[w]} {SHAPES[w]} {w}" for w in SHAPES if run.counts[w])
    cases = "1 case" if len(run.cases) == 1 else f"{len(run.cases)} cases"
    out = f"## {plain(run.peer)}\n\n{cases}: {counts}\n\n"
    if run.partial:
        out += "This run did not finish.\n\n"
    besides = unlisted(run)
    if len(besides.encode()) > limit // 2:
        besides = "\nMore was broken besides, see the report.\n"
    left = len(run.deviations)
    for case in run.deviations:
        text = deviation(case)
        if len((out + text + besides).encode()) > limit - 100:
            return out + f"\nand {left} more, see the report\n" + besides
        out += text
        left -= 1
    return (out if run.deviations else out + "Every case ended as expected.\n") + besides


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("results", type=Path)
    parser.add_argument("--limit", type=int, default=LIMIT)
    arguments = parser.parse_args()
    try:
        print(markdown(read_run(arguments.results), arguments.limit), end="")
    except BadResults as error:
        print(f"markdown.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
