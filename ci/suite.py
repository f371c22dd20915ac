#!/usr/bin/python3
"""Everything that `ci/test` runs after the set-up, step by step.

Whatever cannot run counts as failed: a build that breaks, a program that is missing, a test that
ctest did not start. The last line is "N passed, N failed"; the exit status says the same.
"""

import argparse
import os
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
from ci.programs import CANARY, NOT_THERE, TOO_LONG, run_logged
from ci.tree import TOP

LOGS = TOP / "build" / "test-logs"
CORES = os.cpu_count() or 2
# Of a red test: enough for the promise that broke, its transcript and the command that repeats it.
EVIDENCE_LINES = 60


@dataclass
class Tally:
    """What came of the steps so far."""

    passed: int = 0
    failed: int = 0
    red: dict[str, str] = field(default_factory=dict)  # what failed, and what it printed

    def count(self, name: str, good: bool, evidence: str = "") -> None:
        if good:
            self.passed += 1
        else:
            self.failed += 1
            self.red[name] = evidence

    def closing_line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed"


def say(text: str) -> None:
    print(text, flush=True)


def tail(text: str, lines: int = EVIDENCE_LINES) -> str:
    return "\n".join(text.splitlines()[-lines:])


def log_tail(path: Path) -> str:
    return tail(path.read_text(errors="replace"))


def run(
    name: str, command: list[str], seconds: float | None = None, **more: str
) -> tuple[int, Path]:
    """Runs one command of the tree with its output in a log; the codes are those of run_logged."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    return run_logged(command, log, TOP, seconds, **more), log


def build(preset: str, tally: Tally, *settings: str) -> bool:
    """Configures and builds a whole preset; one result."""
    started = time.monotonic()
    name = f"build.{preset}"
    code, log = run(f"configure.{preset}", ["cmake", "--preset", preset, *settings])
    if code == 0:
        # -k 0: one broken file must not hide the others.
        code, log = run(name, ["cmake", "--build", "--preset", preset, "--", "-k", "0"])
    tally.count(name, code == 0, log_tail(log))
    say(f"{name}: {'done' if code == 0 else 'FAILED'} ({time.monotonic() - started:.0f} s)")
    return code == 0


def count_junit(junit: Path, preset: str, tally: Tally) -> tuple[int, int]:
    """Adds ctest's results; returns how many there were and how many are red."""
    if not junit.exists():
        return 0, 0
    cases = ElementTree.parse(junit).getroot().findall("testcase")
    red = 0
    for case in cases:
        good = case.get("status") == "run"
        red += not good
        name = f"{preset}: {case.get('name', '?')}"
        tally.count(name, good, tail(case.findtext("system-out") or ""))
    return len(cases), red


def tests(preset: str, tally: Tally, labels: str = "") -> None:
    """Runs the tests of a preset, or those with a label that matches."""
    started = time.monotonic()
    junit = LOGS / f"ctest.{preset}.xml"
    junit.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", f"build/{preset}", "--output-on-failure", "-j", str(CORES)]
    command += ["--no-tests=error", "--output-junit", str(junit)]
    if labels:
        command += ["-L", labels]
    code, log = run(f"ctest.{preset}", command)
    total, red = count_junit(junit, preset, tally)
    if code != 0 and not red:
        tally.count(f"ctest.{preset}", False, log_tail(log))
    say(f"tests.{preset}: {total - red} passed, {red} failed ({time.monotonic() - started:.0f} s)")


def fuzz_one(program: Path, seconds: int) -> tuple[str, bool, Path]:
    """Replays the corpus of a target, then searches on for some seconds."""
    name = program.name.removesuffix("_fuzzer")
    folder = LOGS / "fuzz" / name
    for sub in ("found", "artifacts"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    command = [str(program), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048"]
    command += [
        f"-artifact_prefix={folder}/artifacts/",
        "-print_final_stats=1",
        str(folder / "found"),
    ]
    corpus = TOP / "corpus" / name
    if corpus.is_dir():
        command.append(str(corpus))
    code, log = run(f"fuzz.{name}", command, seconds * 4 + 120)
    good = code not in (0, TOO_LONG, NOT_THERE) if name == CANARY else code == 0
    return name, good, log


def fuzz(preset: str, seconds: int, tally: Tally) -> None:
    """Every target of the tree, a short while each."""
    started = time.monotonic()
    sources = sorted((TOP / "fuzz").glob("*_fuzzer.cpp"))
    programs = [TOP / "build" / preset / "fuzz" / source.stem for source in sources]
    with ThreadPoolExecutor(CORES) as pool:
        for name, good, log in pool.map(lambda program: fuzz_one(program, seconds), programs):
            tally.count(f"fuzz.{name}", good, log_tail(log))
    say(f"fuzz: {len(programs)} targets, {seconds} s each ({time.monotonic() - started:.0f} s)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="second compiler, tsan, clang-tidy, more"
    )
    parser.add_argument(
        "--fuzz-seconds", type=int, help="seconds a fuzz target (5; 60 with --full)"
    )
    arguments = parser.parse_args()
    started = time.monotonic()
    tally = Tally()

    build("release", tally)
    tests("release", tally)
    # The runner under sanitizers would not fit into the quarter of an hour: it waits for --full.
    build("asan", tally, f"-DH2ASSAY_CONFORMANCE={'ON' if arguments.full else 'OFF'}")
    tests("asan", tally, labels="unit|property|corpus" + ("|mutants" if arguments.full else ""))
    fuzz("asan", arguments.fuzz_seconds or (60 if arguments.full else 5), tally)
    if arguments.full:
        # The second compiler, and clang-tidy over everything but the tests, in one build.
        build("tidy", tally)
        tests("tidy", tally)
        build("tsan", tally)
        tests("tsan", tally, labels="unit|property|conformance")

    for name, evidence in tally.red.items():
        say(f"--- FAILED {name}\n{evidence}")
    for name in tally.red:
        say(f"FAILED {name}")
    minutes = (time.monotonic() - started) / 60
    say(f"ci/test: {minutes:.1f} minutes; logs in {LOGS.relative_to(TOP)}")
    say(tally.closing_line())
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
