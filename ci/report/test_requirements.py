"""The traceability matrix: what it shows, and that a requirement with nothing is red."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ci.report import requirements, results
from ci.tree import TOP

SCRIPT = TOP / "ci" / "report" / "requirements.py"


def row(name: str, **more: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"id": name, "rfc": "RFC9113", "section": "6.5", "level": "MUST"}
    whole |= {"paraphrase": "An <ACK> is \x1b empty.", "url": "https://example.org/#p"}
    whole |= {"rules": [], "cases": [], "checks": [], "properties": [], "oracles": []}
    return whole | {"excluded": None} | more


def table(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "requirements.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


def run(folder: Path, *lines: dict[str, Any]) -> results.Run:
    folder.mkdir()
    (folder / "results.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (folder / "run.json").write_text(json.dumps({"peer": "a server", "partial": False}))
    return results.read_run(folder)


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/usr/bin/python3", str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )


def test_a_requirement_with_nothing_is_red(tmp_path: Path) -> None:
    output = tmp_path / "page.html"
    bad = table(tmp_path, row("a-01", cases=["x/y"]), row("a-02", rules=["ping-length"]))
    done = command(str(bad), "--output", str(output))
    assert done.returncode == 1
    assert "a-02: nothing tests it" in done.stderr
    assert "Nothing tests these (1)" in output.read_text()

    why = {"reason": "may", "detail": "unseen"}
    good = table(tmp_path, row("a-01", checks=["ping-length"]), row("a-02", excluded=why))
    assert command(str(good), "--output", str(output)).returncode == 0
    assert "excluded, may: unseen" in output.read_text()


def test_a_run_gives_each_case_its_worst_verdict(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"case": "x/y[1]", "verdict": "pass", "judged": ["a-02"]},
        {"case": "x/y[2]", "verdict": "fail"},
        {"case": "x/z", "verdict": "lenient", "findings": [{"rule": "a-03"}]},
    ]
    runs = [run(tmp_path / "r", *lines)]
    rows = requirements.read_table(
        table(
            tmp_path,
            row("a-01", cases=["x/y", "x/z", "x/never"]),
            row("a-02", checks=["seen"]),
            row("a-03", checks=["broken"]),
            row("a-04", checks=["asleep"]),
        ),
        runs,
    )
    assert [test.verdict for test in rows[0].tests["cases"]] == ["fail", "lenient", ""]
    assert [one.tests["checks"][0].verdict for one in rows[1:]] == ["pass", "fail", ""]
    assert "Not shown by this run (1)" in requirements.page(rows, runs)


def test_the_page_escapes_what_it_is_given(tmp_path: Path) -> None:
    rows = requirements.read_table(table(tmp_path, row("a-01", cases=["<b>"])), [])
    text = requirements.page(rows, [])
    assert "<b>" not in text and "&lt;b&gt;" in text and "\x1b" not in text


@pytest.mark.parametrize("text", ["", "{}\n", "[]\n", "no json\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    done = command(str(path), "--output", str(tmp_path / "page.html"))
    assert done.returncode == 2
    assert done.stderr.startswith("requirements.py: ")
