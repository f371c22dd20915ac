"""Every report, whole, against testdata: how to write them anew stands in ci/golden.py."""

import json
import subprocess
from pathlib import Path
from typing import Any

from ci import golden
from ci.report import requirements
from ci.report.test_report import line, write
from ci.tree import TOP

FOLDER = TOP / "ci" / "report" / "testdata"
SCRIPTS = TOP / "ci" / "report"
COMMAND = "h2assay server --seed 7 -- ./peer --port {port}"
INFO: dict[str, Any] = {
    "version": "0.1.0",
    "case_set": "2026.1",
    "command": COMMAND,
    "started": "2026-03-01T02:11:40Z",
    "finished": "2026-03-01T02:12:01Z",
    "machine": "Linux 6.1 x86_64, 2 cores",
    "exit_code": 1,
    "offers": ["large", "echo"],
    "lacks": ["push"],
    "cases": 6,
    "unexpected": 2,
}


def two_runs(folder: Path) -> tuple[Path, Path]:
    """Yesterday's and today's run of one peer, with a verdict of most kinds."""
    ack: dict[str, Any] = {
        "title": "SETTINGS ACK with a payload",
        "sent": "SETTINGS 0 ACK payload=00",
    }
    ack |= {"expected": "connection-error FRAME_SIZE_ERROR"}
    answered: dict[str, Any] = {"title": "A PING is answered", "rules": ["rfc9113-6.7-02"]}
    finding = {"rule": "rfc9113-6.9.1-01", "text": "too much <DATA>", "certain": True}
    finding["level"] = "must"
    old = [
        line("ping/is-answered", **answered, observed="PING 0 ACK"),
        line("settings/ack", observed="GOAWAY FRAME_SIZE_ERROR", **ack),
        line("streams/gone", title="It is no more"),
        line("streams/slow", "hang", observed="nothing", rules=["rfc9113-5.1-07"]),
        line("push/off", "unsupported", as_expected=True, observed="needs push"),
    ]
    new = [
        line("ping/is-answered", **answered, observed="PING 0 ACK"),
        line("settings/ack", "fail", observed="GOAWAY CANCEL", evidence="settings.ack", **ack),
        line("streams/slow", rules=["rfc9113-5.1-07"], ms=1250.0),
        line("streams/new", "flaky", verdicts=["pass", "fail"], observed="pass 1, fail 1"),
        line(
            "streams/odd",
            "lenient",
            as_expected=True,
            findings=[finding],
            passive=["rfc9113-6.9.1-01"],
        ),
        line("push/off", "unsupported", as_expected=True, observed="needs push"),
    ]
    runs = write(folder / "old", *old, **INFO), write(folder / "new", *new, **INFO)
    (runs[1] / "settings.ack").mkdir()
    log = "@0.001 > SETTINGS 0 ACK payload=00\n@0.002 < GOAWAY 0 last=0 CANCEL\n"
    (runs[1] / "settings.ack" / "transcript.h2t").write_text(log)
    return runs


def said(*words: str | Path) -> str:
    """What a script prints, and how it ends."""
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False)
    return f"{done.stdout.decode()}{done.stderr.decode()}--- exit code {done.returncode}\n"


def test_pages_are_as_they_were(tmp_path: Path) -> None:
    old, new = two_runs(tmp_path)
    page, matrix = tmp_path / "run.html", tmp_path / "matrix.html"
    assert "exit code 0" in said(SCRIPTS / "html.py", new, "--output", page)
    golden.check(FOLDER / "run.html", page.read_text())
    assert "exit code 0" in said(SCRIPTS / "matrix.py", old, new, "--output", matrix)
    golden.check(FOLDER / "matrix.html", matrix.read_text())


def test_texts_are_as_they_were(tmp_path: Path) -> None:
    old, new = two_runs(tmp_path)
    golden.check(FOLDER / "diff.txt", said(SCRIPTS / "diff.py", old, new))
    golden.check(FOLDER / "diff-nothing.txt", said(SCRIPTS / "diff.py", new, new))
    golden.check(FOLDER / "markdown.md", said(SCRIPTS / "markdown.py", new))
    (old / "results.jsonl").write_text(json.dumps(line("a/b")) + "\n")
    golden.check(FOLDER / "markdown-green.md", said(SCRIPTS / "markdown.py", old))


def test_the_traceability_matrix_is_as_it_was(tmp_path: Path) -> None:
    def row(name: str, **more: Any) -> dict[str, Any]:
        whole: dict[str, Any] = {"id": name, "rfc": "RFC9113", "section": "6.5", "level": "MUST"}
        whole |= {"paraphrase": "An <ACK> is empty.", "url": "https://example.org/#p"}
        whole |= {"rules": [], "cases": [], "checks": [], "properties": [], "oracles": []}
        return whole | {"excluded": None} | more

    table = tmp_path / "requirements.jsonl"
    rows = [
        row("a-01", rules=["settings-ack-length"], cases=["settings/ack"], checks=["settings"]),
        row("a-02", excluded={"reason": "may", "detail": "nobody can see it"}),
        row("a-03", properties=["Pair.NeverAccuses"], oracles=["window_ledger"]),
        row("a-04"),
    ]
    table.write_text("".join(json.dumps(one) + "\n" for one in rows))
    _, new = two_runs(tmp_path)
    output = tmp_path / "page.html"
    words: list[str | Path] = [requirements.__file__, table, new, "--output", output]
    text = said("/usr/bin/python3", *words)
    golden.check(FOLDER / "requirements.txt", text)
    golden.check(FOLDER / "requirements.html", output.read_text())
