"""The commands that people type, tried with stand-ins for what they call."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ci.tree import TOP

Done = subprocess.CompletedProcess[str]


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


def call(tmp_path: Path, *words: str | Path, **more: str) -> Done:
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": str(tmp_path)} | more
    return subprocess.run(
        words,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_setup_without_root_prints_the_command_and_exits_2(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "dpkg-query", "echo 'ii cmake'")
    script(tmp_path / "bin" / "id", "echo 1000")
    script(tmp_path / "bin" / "sudo", "exit 1")
    script(tmp_path / "bin" / "apt-get", f"touch {tmp_path}/installed")
    done = call(tmp_path, TOP / "ci" / "setup", "--build")
    assert done.returncode == 2
    assert re.search(r"apt-get install -y .*\bg\+\+-12\b", done.stderr)
    assert not re.search(r"\bcmake\b", done.stderr)
    assert not (tmp_path / "installed").exists()


def test_setup_says_and_does_nothing_when_all_is_there(tmp_path: Path) -> None:
    names = [line.split()[0] for line in package_lines("packages.txt")]
    script(tmp_path / "bin" / "dpkg-query", "\n".join(f"echo 'ii {name}'" for name in names))
    script(tmp_path / "bin" / "apt-get", "exit 1")
    done = call(tmp_path, TOP / "ci" / "setup")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_setup_shows_what_apt_said_when_it_fails(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "dpkg-query", "true")
    script(tmp_path / "bin" / "id", "echo 0")
    script(tmp_path / "bin" / "apt-get", "echo no network; exit 100")
    done = call(tmp_path, TOP / "ci" / "setup")
    assert done.returncode == 1
    assert "no network" in done.stderr


def test_setup_refuses_an_option_that_it_does_not_know(tmp_path: Path) -> None:
    assert call(tmp_path, TOP / "ci" / "setup", "--peer").returncode == 2


def package_lines(name: str) -> list[str]:
    lines = (TOP / "ci" / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("name", "groups"), [("packages.txt", {"build", "test"}), ("peers-packages.txt", {"peers"})]
)
def test_every_package_has_a_group_and_a_reason(name: str, groups: set[str]) -> None:
    rows = [line.split(maxsplit=2) for line in package_lines(name)]
    assert all(len(row) == 3 and row[1] in groups for row in rows)
    assert len({row[0] for row in rows}) == len(rows)


def checkout(tmp_path: Path, program: str) -> Path:
    """A tree in which ci/check finds a program that is only these lines."""
    top = tmp_path / "tree"
    (top / "ci").mkdir(parents=True)
    shutil.copy(TOP / "ci" / "check", top / "ci")
    (top / "ci" / "report").symlink_to(TOP / "ci" / "report")
    script(top / "ci" / "setup", "exit ${SETUP_EXIT:-0}")
    script(top / "build" / "release" / "conformance" / "h2assay", program)
    script(tmp_path / "bin" / "cmake", "echo compiler said no; exit ${CMAKE_EXIT:-0}")
    return top / "ci" / "check"


# What the program does with its results: a folder of its own or the one that it is told.
RUNS = """
shift; to=results/now
if [ "$1" = --results ]; then to=$2; else mkdir -p results; ln -sfn now results/latest; fi
mkdir -p "$to"; echo >"$to/results.jsonl"; exit """


@pytest.mark.parametrize("code", [0, 1, 3, 130])
def test_check_passes_the_exit_code_on_and_says_where_the_report_is(
    tmp_path: Path, code: int
) -> None:
    done = call(tmp_path, checkout(tmp_path, f"{RUNS}{code}"), "127.0.0.1:1")
    assert done.returncode == code
    assert (tmp_path / done.stdout.removeprefix("report: ").strip()).is_file()


def test_check_takes_the_results_folder_that_the_caller_names(tmp_path: Path) -> None:
    check = checkout(tmp_path, f"{RUNS}0")
    done = call(tmp_path, check, "--results", "mine", "--", "peer", "--results", "its-own")
    assert done.stdout == "report: mine/report.html\n"
    assert (tmp_path / "mine" / "report.html").is_file()


def test_check_hands_all_arguments_to_the_program(tmp_path: Path) -> None:
    check = checkout(tmp_path, 'printf "%s|" "$@"')
    done = call(tmp_path, check, "a b", "--", "peer", "{port}")
    assert re.fullmatch(r"server\|a b\|--\|peer\|\{port\}\|", done.stdout)


def test_check_reports_nothing_when_the_run_came_to_nothing(tmp_path: Path) -> None:
    check = checkout(tmp_path, "exit 2")
    (tmp_path / "results" / "old").mkdir(parents=True)
    (tmp_path / "results" / "old" / "results.jsonl").write_text("")
    (tmp_path / "results" / "latest").symlink_to("old")
    done = call(tmp_path, check, "--nonsense")
    assert (done.returncode, done.stdout) == (2, "")


def test_check_says_what_the_compiler_said_and_that_it_is_our_fault(tmp_path: Path) -> None:
    done = call(tmp_path, checkout(tmp_path, "exit 0"), CMAKE_EXIT="1")
    assert done.returncode == 5
    assert "compiler said no" in done.stderr


def test_check_stops_where_the_set_up_stops(tmp_path: Path) -> None:
    assert call(tmp_path, checkout(tmp_path, "exit 0"), SETUP_EXIT="2").returncode == 2


@pytest.mark.parametrize("there", [True, False])
def test_the_data_beside_the_repository_is_named_when_it_is_there(
    tmp_path: Path, there: bool
) -> None:
    top = tmp_path / "repository"
    (top / ".ci").mkdir(parents=True)
    shutil.copy(TOP / ".ci" / "run", top / ".ci")
    script(top / "ci" / "test", 'echo "${H2ASSAY_HPACK_TEST_CASES-unset} $*"')
    data = tmp_path / "shared" / "data" / "hpack-test-case"
    if there:
        data.mkdir(parents=True)
    done = call(tmp_path, top / ".ci" / "run", "--full")
    assert done.stdout == f"{data if there else 'unset'} --full\n"


def test_commands_are_executable() -> None:
    for name in ("ci/setup", "ci/check", "ci/test", ".ci/run"):
        assert os.access(TOP / name, os.X_OK), name
