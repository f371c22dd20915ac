"""The reports: what they say, what they escape, and that they need nothing but their one file."""

import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ci.report import diff, html, markdown, matrix, results
from ci.tree import TOP

HOSTILE = "<script>alert(1)</script> \"'> {{ 7*7 }} \x1b[2J \u202e \x00 | `x`"
SENTENCE = results.Requirement(
    "rfc9113-6.5-06", "MUST", "RFC9113, Section 6.5", "It MUST & will.", "https://example.org/#p"
)


def line(case: str, verdict: str = "pass", **more: Any) -> dict[str, Any]:
    whole = {"case": case, "title": "A claim", "file": "", "line": 0, "rules": ["rfc9113-6.5-06"]}
    whole |= {"level": "must", "verdict": verdict, "expected_verdict": "pass", "note": ""}
    whole |= {"as_expected": verdict == "pass", "sent": "", "expected": "", "observed": ""}
    whole |= {"ended": "open", "by": "nobody", "ms": 1.25, "attempt": 1, "evidence": ""}
    whole |= {"verdicts": [verdict]}
    return whole | {"passive": [], "findings": [], "judged": ["rfc9113-4.1-01"]} | more


def write(folder: Path, *lines: dict[str, Any], **info: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(one) + "\n" for one in lines)
    (folder / "results.jsonl").write_text(text)
    run = {"tool": "h2assay", "peer": folder.name, "partial": False, "seed": 7} | info
    (folder / "run.json").write_text(json.dumps(run))
    return folder


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(folder: Path, **requirements: results.Requirement) -> Page:
    page = Page(html.report(results.read_run(folder), requirements))
    assert not page.open
    return page


def test_every_field_of_the_schema_is_read_or_left_out_on_purpose() -> None:
    schema = json.loads((TOP / "conformance" / "results.schema.json").read_text())
    read = set(line("a/b"))
    assert read == set(schema["properties"])


def test_says_verdict_requirement_expectation_and_answer(tmp_path: Path) -> None:
    red = line(
        "settings/ack", "fail", expected="connection-error A", observed="GOAWAY B", sent="S 0"
    )
    page = page_of(write(tmp_path / "r", line("a/b"), red), **{SENTENCE.id: SENTENCE})
    for words in (
        "✗ fail",
        "settings/ack",
        "It MUST & will.",
        "connection-error A",
        "GOAWAY B",
        "S 0",
    ):
        assert words in page.text
    assert "1 not as expected" in page.text
    assert ("href", SENTENCE.url) in page.attributes


def test_says_so_when_nothing_is_wrong(tmp_path: Path) -> None:
    assert "every case ended as expected" in page_of(write(tmp_path / "r", line("a/b"))).text


def test_what_the_peer_sent_cannot_act(tmp_path: Path) -> None:
    finding = {"rule": HOSTILE, "text": HOSTILE, "certain": False}
    red = line("a/b", "fail", observed=HOSTILE, title=HOSTILE, findings=[finding], evidence="e")
    folder = write(tmp_path / "r", red, peer=HOSTILE, command=HOSTILE, machine=HOSTILE)
    (folder / "e").mkdir()
    (folder / "e" / "transcript.h2t").write_bytes(HOSTILE.encode() + b"\xff")
    page = page_of(folder)
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert not {"\x1b", "\u202e", "\x00"} & set(page.text)
    assert "\\xff" in page.text


def test_is_one_file_that_fetches_nothing(tmp_path: Path) -> None:
    page = page_of(write(tmp_path / "r", line("a/b", "fail")), **{SENTENCE.id: SENTENCE})
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not [value for name, value in page.attributes if name == "src"]
    assert any("default-src 'none'" in value for _, value in page.attributes)


def test_the_transcript_stays_inside_the_results(tmp_path: Path) -> None:
    (tmp_path / "transcript.h2t").write_text("secret")
    run = results.read_run(write(tmp_path / "r", line("a/b", "fail", evidence="..")))
    assert run.transcript(run.cases[0]) == ""
    assert run.evidence_files(run.cases[0]) == []


def test_links_every_file_of_the_evidence(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", line("a/b", "fail", evidence="a.b[0,+]"))
    (folder / "a.b[0,+]").mkdir()
    (folder / "a.b[0,+]" / "wire.pcapng").write_bytes(b"")
    assert ("href", "a.b%5B0%2C%2B%5D/wire.pcapng") in page_of(folder).attributes


def test_repeats_one_case_before_the_command_of_the_peer(tmp_path: Path) -> None:
    command = "h2assay server --seed 7 -- ./peer 'a b'"
    run = results.read_run(write(tmp_path / "r", line("a/b[1]", "fail"), command=command))
    assert run.repeat(run.cases[0]) == "h2assay server --seed 7 'a/b[1]' -- ./peer 'a b'"


def test_a_run_that_was_killed_is_readable_and_says_so(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", line("a/b"))
    with (folder / "results.jsonl").open("a") as file:
        file.write('{"case": "c/d", "verd')
    (folder / "run.json").unlink()
    page = page_of(folder)
    assert "did not finish" in page.text
    assert "c/d" not in page.text


@pytest.mark.parametrize("text", ["nonsense\n", "[]\n", '{"case": "a/b"}\n'])
def test_a_bad_line_is_named(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path / "r")
    (folder / "results.jsonl").write_text(text)
    with pytest.raises(results.BadResults, match=r"results\.jsonl:1"):
        results.read_run(folder)


def test_scripts_run_from_anywhere_and_exit_2_without_results(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "r", line("a/b")), tmp_path / "none"
    scripts = TOP / "ci" / "report"
    runs: list[tuple[list[str | Path], int]] = [
        ([scripts / "html.py", good], 0),
        ([scripts / "html.py", bad], 2),
        ([scripts / "matrix.py", good, good, "--output", tmp_path / "m.html"], 0),
        ([scripts / "matrix.py", bad, "--output", tmp_path / "n.html"], 2),
        ([scripts / "diff.py", good, good], 0),
        ([scripts / "diff.py", good, bad], 2),
        ([scripts / "markdown.py", good], 0),
        ([scripts / "markdown.py", bad], 2),
    ]
    for words, code in runs:
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code, (words, done.stderr)
    assert (good / "report.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "m.html").exists()


def runs(tmp_path: Path, was: dict[str, Any], now: dict[str, Any]) -> diff.Difference:
    old = results.read_run(write(tmp_path / "old", was))
    return diff.difference(old, results.read_run(write(tmp_path / "new", now)))


@pytest.mark.parametrize(
    ("was", "now", "word"),
    [
        (line("a/b"), line("a/b", "fail"), "broken"),
        (line("a/b", "lenient"), line("a/b", "hang"), "broken"),
        (line("a/b", "crash"), line("a/b"), "fixed"),
        (line("a/b"), line("a/b", "lenient"), "changed"),
        (line("a/b", "fail", observed="x"), line("a/b", "fail", observed="y"), "changed"),
    ],
)
def test_diff_tells_what_happened(
    tmp_path: Path, was: dict[str, Any], now: dict[str, Any], word: str
) -> None:
    found = runs(tmp_path, was, now)
    counts = {name: len(getattr(found, name)) for name in vars(found)}
    assert counts == dict.fromkeys(counts, 0) | {word: 1}


def test_diff_lists_new_and_gone_cases(tmp_path: Path) -> None:
    found = runs(tmp_path, line("a/old"), line("a/new", "fail"))
    assert found.gone == ["a/old: was pass"]
    assert found.new == ["a/new: fail"]
    assert not found.broken


def test_diff_exits_1_when_something_broke(tmp_path: Path) -> None:
    old, new = write(tmp_path / "o", line("a/b")), write(tmp_path / "n", line("a/b", "fail"))
    script = TOP / "ci" / "report" / "diff.py"
    assert subprocess.run([script, old, new], capture_output=True, check=False).returncode == 1
    assert subprocess.run([script, new, old], capture_output=True, check=False).returncode == 0


def test_matrix_sets_differences_apart_and_counts_agreement(tmp_path: Path) -> None:
    both = [line("a/same"), line("a/apart", "fail", observed=HOSTILE)]
    one = results.read_run(write(tmp_path / "one", *both))
    two = results.read_run(write(tmp_path / "two", line("a/same"), line("a/apart"), line("a/only")))
    rows = matrix.rows_of([one, two])
    assert [row[0] for row in rows if matrix.differs(row)] == ["a/apart", "a/only"]
    assert matrix.agreement([one, two], rows) == [(0, 1, 1, 2)]
    page = Page(matrix.matrix([one, two]))
    assert "not run" in page.text
    assert "script" not in page.tags


def test_markdown_is_red_first_literal_and_bounded(tmp_path: Path) -> None:
    many = [line(f"a/c{i}", "fail", title=HOSTILE, observed=HOSTILE) for i in range(100)]
    run = results.read_run(write(tmp_path / "r", *many, line("a/z")))
    text = markdown.markdown(run)
    assert text.count("**fail**") == 100
    assert "\n- ✗ **fail** `a/c0` \\<script\\>" in text
    assert "\x1b" not in text
    short = markdown.markdown(run, 2000)
    assert len(short.encode()) <= 2000
    assert "more, see the report" in short
