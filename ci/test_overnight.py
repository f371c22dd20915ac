"""The overnight run, with fuzzers that are shell scripts: what it finds, keeps and says."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from ci import night as nights
from ci.tree import TOP

CANARY_FOUND = 'echo "broken: window_ledger (rfc9113-6.9.1-01): DATA"; exit 77'
QUIET = 'echo "#9 DONE cov: 12 ft: 34"; echo "stat::number_of_executed_units: 9"; exit 0'
# With a file it falls over that file; else it writes one, and falls.
FALLS = """
case "$*" in
  *-minimize_crash*) exit 0 ;;
  *-max_total_time*)
    for word; do case "$word" in -artifact_prefix=*) printf abc > "${word#*=}crash-1" ;; esac; done
    sleep 0.3 ;;
esac
echo "SUMMARY: AddressSanitizer: heap-use-after-free"
echo "DEDUP_TOKEN: one--two--three"
exit 77
"""


def programs(folder: Path, **scripts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        program = folder / f"{name}_fuzzer"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return folder


def command(folder: Path, bin_folder: Path, *more: str) -> list[str]:
    words = [sys.executable, str(TOP / "ci" / "overnight"), "--programs", str(bin_folder)]
    words += ["--folder", str(folder), "--no-properties", "--only", "hpack", *more]
    return words


def overnight(folder: Path, bin_folder: Path, *more: str) -> tuple[int, nights.Night]:
    done = subprocess.run(command(folder, bin_folder, *more), capture_output=True, check=False)
    night = nights.read(folder)
    assert night is not None, done.stderr.decode()
    return done.returncode, night


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def lives(mark: Path) -> bool:
    """Whether the process whose number lies there still runs; one that nobody buried does not."""
    stat = Path(f"/proc/{mark.read_text().strip()}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_quiet_night_is_green_and_counts(tmp_path: Path) -> None:
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND, hpack="sleep 1.1; " + QUIET)
    code, night = overnight(tmp_path / "night", bins, "--hours", "0.0003")
    assert code == 0
    assert night.targets["hpack"].executions == 9
    assert night.targets["hpack"].features == 34
    assert "nothing found" in (tmp_path / "night" / "report.html").read_text()


def test_a_canary_that_lives_makes_the_night_void(tmp_path: Path) -> None:
    bins = programs(tmp_path / "bin", canary=QUIET, hpack=QUIET)
    code, night = overnight(tmp_path / "night", bins, "--hours", "0.0003")
    assert code == 3
    assert "void" in (tmp_path / "night" / "report.html").read_text()


def test_a_canary_that_breaks_without_a_promise_was_not_found(tmp_path: Path) -> None:
    bins = programs(tmp_path / "bin", canary="exit 1", hpack=QUIET)
    assert overnight(tmp_path / "night", bins, "--hours", "0.0003")[0] == 3


def test_findings_of_one_defect_are_one_finding(tmp_path: Path) -> None:
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND, hpack=FALLS)
    code, night = overnight(tmp_path / "night", bins, "--hours", "0.0006")
    assert code == 1
    assert len(night.findings) == 1
    finding = night.findings[0]
    assert finding.times > 1
    assert finding.reproduced
    kept = tmp_path / "night" / "findings" / "hpack" / finding.key
    assert (kept / "input").read_bytes() == b"abc"


def test_a_program_that_is_missing_is_trouble(tmp_path: Path) -> None:
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND)
    code, night = overnight(tmp_path / "night", bins, "--hours", "0.0003")
    assert code == 4
    assert "not there" in night.targets["hpack"].trouble


def test_a_fall_without_an_input_is_trouble(tmp_path: Path) -> None:
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND, hpack="exit 77")
    assert overnight(tmp_path / "night", bins, "--hours", "0.0003")[0] == 4


def test_a_night_that_was_killed_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "night"
    mark = tmp_path / "pid"
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND, hpack=f"echo $$ > {mark}; exec sleep 60")
    process = subprocess.Popen(command(folder, bins, "--hours", "0.001"))
    wait_for(mark)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.2)
    assert not lives(mark)
    state = json.loads((folder / "night.json").read_text())
    state["targets"]["hpack"] = {**vars(nights.Spent()), "seconds": 1.5, "executions": 1000}
    (folder / "night.json").write_text(json.dumps(state))
    # What the kill left behind is looked at, too.
    (folder / "new" / "hpack").mkdir(parents=True, exist_ok=True)
    (folder / "new" / "hpack" / "crash-2").write_text("left")
    programs(tmp_path / "bin", canary="exit 0", hpack="sleep 3; " + QUIET)

    code, night = overnight(folder, bins, "--hours", "0.001")

    assert code == 1  # the canary is not asked again; what fell once and not again is told
    assert [finding.reproduced for finding in night.findings] == [False]
    assert night.targets["hpack"].executions >= 1009


def test_an_interruption_leaves_no_child(tmp_path: Path) -> None:
    folder = tmp_path / "night"
    mark = tmp_path / "pid"
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND, hpack=f"echo $$ > {mark}; exec sleep 60")
    process = subprocess.Popen(command(folder, bins, "--hours", "0.02"))
    wait_for(mark)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 130
    assert not lives(mark)
    assert "interrupted" in (folder / "report.html").read_text()


def test_two_nights_do_not_share_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "night"
    bins = programs(tmp_path / "bin", canary="exec sleep 60", hpack=QUIET)
    first = subprocess.Popen(command(folder, bins))
    wait_for(folder / "logs" / "canary.log")
    second = subprocess.run(command(folder, bins), capture_output=True, check=False)
    first.terminate()
    first.wait()
    assert second.returncode == 2


def test_the_disk_is_bounded(tmp_path: Path) -> None:
    many = """
for word; do last=$word; done
case "$*" in *-merge=1*) exit 1 ;; esac
for word; do case "$word" in */found/hpack)
  for i in 1 2 3 4 5; do head -c 600000 /dev/zero > "$word/$i"; done ;; esac; done
sleep 1.1
"""
    bins = programs(tmp_path / "bin", canary=CANARY_FOUND, hpack=many + QUIET)
    overnight(tmp_path / "night", bins, "--hours", "0.0003", "--disk-mb", "1")
    assert nights.octets_of(tmp_path / "night" / "found" / "hpack") <= 1024 * 1024


def test_keys_name_the_promise_or_the_place() -> None:
    assert nights.key_of("\nbroken: hpack_agrees (rfc7541-4.2-01): x\n") == "hpack_agrees"
    place = "SUMMARY: AddressSanitizer: heap-use-after-free\nDEDUP_TOKEN: a--b\n"
    assert nights.key_of(place).startswith("heap-use-after-free-")
    assert nights.key_of(place) != nights.key_of(place.replace("a--b", "a--c"))
    frames = (
        "    #1 0x55 in h2assay::hpack::Decoder::decode x.cpp:3\nSUMMARY: libFuzzer: deadly signal"
    )
    assert re.fullmatch(r"[a-z-]+-[0-9a-f]{10}", nights.key_of(frames))
    assert os.sep not in nights.key_of(place)
