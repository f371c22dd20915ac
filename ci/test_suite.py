"""The test command counts what failed, also what never ran."""

from pathlib import Path

import pytest

from ci import suite


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(suite, "TOP", tmp_path)


def test_what_ctest_did_not_run_is_failed(tmp_path: Path) -> None:
    junit = tmp_path / "ctest.xml"
    junit.write_text(
        '<testsuite><testcase name="a" status="run"/><testcase name="b" status="fail">'
        "<system-out>broken: a promise</system-out></testcase>"
        '<testcase name="c" status="notrun"/><testcase name="d" status="disabled"/></testsuite>'
    )
    tally = suite.Tally()
    assert suite.count_junit(junit, "release", tally) == (4, 3)
    assert tally.closing_line() == "1 passed, 3 failed"
    assert list(tally.red) == ["release: b", "release: c", "release: d"]
    assert tally.red["release: b"] == "broken: a promise"


def test_a_run_of_ctest_without_results_is_failed() -> None:
    tally = suite.Tally()
    suite.tests("nowhere", tally)
    assert tally.closing_line() == "0 passed, 1 failed"


def test_a_build_that_breaks_is_failed() -> None:
    tally = suite.Tally()
    assert not suite.build("nowhere", tally)
    assert list(tally.red) == ["build.nowhere"]
    assert "CMake Error" in tally.red["build.nowhere"]


def test_a_missing_program_and_a_timeout_have_codes_of_their_own() -> None:
    assert suite.run("gone", ["/nonexistent/program"])[0] == 127
    assert suite.run("slow", ["sleep", "5"], seconds=0.05)[0] == 124


def fuzzer(folder: Path, name: str, code: int) -> Path:
    program = folder / f"{name}_fuzzer"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("name", "code", "good"),
    [("frames", 0, True), ("frames", 77, False), ("canary", 0, False), ("canary", 77, True)],
)
def test_only_the_canary_must_crash(tmp_path: Path, name: str, code: int, good: bool) -> None:
    assert suite.fuzz_one(fuzzer(tmp_path, name, code), 1)[1] == good


def test_a_canary_that_was_not_built_is_not_a_find(tmp_path: Path) -> None:
    assert not suite.fuzz_one(tmp_path / "canary_fuzzer", 1)[1]


def test_every_target_of_the_tree_is_run(tmp_path: Path) -> None:
    (tmp_path / "fuzz").mkdir()
    (tmp_path / "fuzz" / "frames_fuzzer.cpp").write_text("")
    tally = suite.Tally()
    suite.fuzz("asan", 1, tally)
    assert list(tally.red) == ["fuzz.frames"]
