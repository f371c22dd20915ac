"""A night of fuzzing: what is kept between its slices, one slice of one target, and its findings.

Everything that matters lies in one folder, so that a night that was killed goes on where it was:

    night.json               what was spent, found and counted; written whole after each slice
    found/TARGET/            inputs that reached something new, bounded
    findings/TARGET/KEY/     one folder a defect: the smallest input, its log, its transcript
    logs/TARGET.log          of the last slice
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ci.programs import CANARY, NOT_THERE, TOO_LONG, run_logged
from ci.tree import TOP

KEPT_OF_A_KEY = 3  # inputs of one defect that are looked at; more of the same are counted
RESTARTS = 20  # of a target within one slice: one that falls over at once must not spin
MERGE_SECONDS = 900
# Dies with the script: a night that is killed leaves nothing behind that computes.
LEASH = ["setpriv", "--pdeathsig", "KILL"]
PROMISE = re.compile(r"^broken: ([\w-]+)", re.MULTILINE)
TOKEN = re.compile(r"^DEDUP_TOKEN: (\S+)", re.MULTILINE)
FRAME = re.compile(r"^\s+#\d+ 0x[0-9a-f]+ in (\S*h2assay\S*)", re.MULTILINE)
SUMMARY = re.compile(r"^SUMMARY: (\S+: [\w-]+)", re.MULTILINE)
EXECUTIONS = re.compile(r"^stat::number_of_executed_units:\s+(\d+)", re.MULTILINE)
REACHED = re.compile(r"\bcov: (\d+) ft: (\d+)")


@dataclass
class Finding:
    """One defect, by what its inputs have in common."""

    target: str
    key: str
    times: int = 1
    octets: int = 0
    reproduced: bool = False
    transcript: str = ""  # its file, within the night's folder


@dataclass
class Spent:
    """What a target has had so far, and what came of it."""

    seconds: float = 0
    executions: int = 0
    coverage: int = 0
    features: int = 0
    inputs: int = 0
    trouble: str = ""  # why it could not go on
    tally: list[str] = field(default_factory=list)  # its own last words on what its inputs did


@dataclass
class Night:
    """The state of a night."""

    commit: str
    seconds_each: float
    canary: str = ""  # "found", or why not; empty: not tried yet
    targets: dict[str, Spent] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)  # those that are red, with their seed
    rounds_of_properties: int = 0
    ending: int = 130  # the exit code of overnight; until it ends, that of an interruption

    def left(self, target: str) -> float:
        spent = self.targets.setdefault(target, Spent())
        return 0.0 if spent.trouble else max(0.0, self.seconds_each - spent.seconds)


def read(folder: Path) -> Night | None:
    """The night that lies in a folder."""
    file = folder / "night.json"
    if not file.exists():
        return None
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw["targets"] = {name: Spent(**spent) for name, spent in raw["targets"].items()}
    raw["findings"] = [Finding(**finding) for finding in raw["findings"]]
    return Night(**raw)


def write(folder: Path, night: Night) -> None:
    """Whole or not at all: a kill in the middle leaves the file of before."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "night.json.part"
    part.write_text(json.dumps(asdict(night), indent=1) + "\n", encoding="utf-8")
    os.replace(part, folder / "night.json")


def run(command: list[str], log: Path, seconds: float) -> int:
    """Runs a program on a leash, in the folder of its log; the codes are those of run_logged."""
    if not Path(command[0]).exists():  # the leash itself is always there
        log.write_text(f"{command[0]} is not there\n")
        return NOT_THERE
    return run_logged(LEASH + command, log, log.parent, seconds)


def text_of_log(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def key_of(log: str) -> str:
    """What two findings of one defect have in common; a name that a folder can have."""
    if promise := PROMISE.search(log):
        return promise[1]
    summary = SUMMARY.search(log)
    kind = summary[1].rsplit(" ", 1)[-1] if summary else "crash"
    token = TOKEN.search(log)
    # Undefined behaviour traps without a word: the topmost functions of ours say where.
    site = token[1] if token else "--".join(FRAME.findall(log)[:3])
    if not site:
        return kind
    return f"{kind}-{hashlib.sha256(site.encode()).hexdigest()[:10]}"


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def octets_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in files_of(folder))


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=TOP, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


class Fuzzing:
    """Runs the targets of one build within one folder."""

    def __init__(self, folder: Path, programs: Path, disk_octets: int, top: Path = TOP) -> None:
        self.folder = folder
        self.programs = programs
        self.disk_octets = disk_octets  # of found/TARGET, for each target
        self.top = top

    def log(self, target: str) -> Path:
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        return self.folder / "logs" / f"{target}.log"

    def seeds(self, target: str) -> list[str]:
        """Corpora that a target may start from."""
        scripts = ("pair", "tamper", CANARY)
        names = scripts if target in scripts else (target,)
        folders = [self.top / "corpus" / name for name in names]
        return [str(folder) for folder in folders if folder.is_dir()]

    def command(self, target: str, seconds: int, *more: str) -> list[str]:
        new = self.folder / "new" / target
        new.mkdir(parents=True, exist_ok=True)
        words = [str(self.programs / f"{target}_fuzzer"), f"-max_total_time={seconds}"]
        words += ["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
        words += ["-max_len=4096", f"-artifact_prefix={new}/", *more]
        dictionary = self.top / "corpus" / "dictionaries" / f"{target}.dict"
        if dictionary.exists():
            words.append(f"-dict={dictionary}")
        return words

    def canary(self, seconds: int) -> str:
        """Looks for the planted defect; "found", or what came instead."""
        log = self.log(CANARY)
        found = self.folder / "found" / CANARY
        found.mkdir(parents=True, exist_ok=True)
        command = self.command(CANARY, seconds) + [str(found), *self.seeds(CANARY)]
        code = run(command, log, seconds * 2 + 60)
        promise = PROMISE.search(text_of_log(log))
        if code not in (0, TOO_LONG, NOT_THERE) and promise:
            return "found"
        return f"not found within {seconds} s (exit code {code})"

    def slice(self, night: Night, target: str, seconds: float) -> Iterator[None]:
        """Fuzzes a target for so long, over its findings; yields whenever the state has moved."""
        found = self.folder / "found" / target
        found.mkdir(parents=True, exist_ok=True)
        spent = night.targets.setdefault(target, Spent())
        self.collect(night, target)
        end = spent.seconds + seconds
        for _ in range(RESTARTS):
            left = int(end - spent.seconds)
            if left < 1:
                break
            log = self.log(target)
            started = time.monotonic()
            command = self.command(target, left) + [str(found), *self.seeds(target)]
            code = run(command, log, left * 2 + 120)
            spent.seconds += time.monotonic() - started
            self.count(spent, text_of_log(log))
            if code in (TOO_LONG, NOT_THERE):
                spent.trouble = "hangs" if code == TOO_LONG else f"{command[0]} is not there"
            elif code != 0 and not self.collect(night, target):
                spent.trouble = f"exit code {code} and no input that shows why"
            yield
            if code == 0 or spent.trouble:
                break
        if octets_of(found) > self.disk_octets:
            self.shrink_found(target, spent)
        spent.inputs = len(files_of(found))
        yield

    def count(self, spent: Spent, log: str) -> None:
        spent.executions += sum(int(number) for number in EXECUTIONS.findall(log))
        if reached := REACHED.findall(log):
            spent.coverage, spent.features = (int(number) for number in reached[-1])
        if tally := [line for line in log.splitlines() if line.startswith("tally: ")]:
            spent.tally = tally

    def shrink_found(self, target: str, spent: Spent) -> None:
        """Keeps what reaches something; when that is still too much, the smallest of it."""
        found = self.folder / "found" / target
        kept = self.folder / "found" / f"{target}.kept"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        command = [str(self.programs / f"{target}_fuzzer"), "-merge=1", str(kept), str(found)]
        if run(command, self.folder / "logs" / f"{target}.merge.log", MERGE_SECONDS) == 0:
            shutil.rmtree(found)
            kept.rename(found)
        else:
            shutil.rmtree(kept)
        left = self.disk_octets
        for path in sorted(files_of(found), key=lambda path: path.stat().st_size):
            left -= path.stat().st_size
            if left < 0:
                path.unlink()
        if left < 0:
            spent.tally.append("tally: the disk's bound took inputs that reached something")

    def collect(self, night: Night, target: str) -> bool:
        """Sorts what a target left in new/ into findings; whether there was anything.

        Each input runs once more, alone: what it does then is what it is filed under, also when it
        lies there from before a kill.
        """
        new = files_of(self.folder / "new" / target)
        last = text_of_log(self.log(target)) if self.log(target).exists() else ""
        again = self.folder / "logs" / f"{target}.again.log"
        program = str(self.programs / f"{target}_fuzzer")
        for path in new:
            if not path.name.startswith("slow-unit-"):
                code = run([program, "-timeout=10", str(path)], again, 120)
                fell = code not in (0, NOT_THERE)
                log = text_of_log(again) if fell else last
                self.keep(night, Finding(target, key_of(log), times=0, reproduced=fell), path, log)
            path.unlink()
        return bool(new)

    def keep(self, night: Night, finding: Finding, path: Path, log: str) -> None:
        """One input of one defect: the first few are made small, the smallest one stays."""
        folder = self.folder / "findings" / finding.target / finding.key
        folder.mkdir(parents=True, exist_ok=True)
        known = [f for f in night.findings if (f.target, f.key) == (finding.target, finding.key)]
        if known:
            known[0].reproduced |= finding.reproduced
            finding = known[0]
        else:
            night.findings.append(finding)
        finding.times += 1
        if finding.times <= KEPT_OF_A_KEY:
            (folder / "log").write_text(log, encoding="utf-8")
            self.minimise(finding, path, folder)

    def minimise(self, finding: Finding, path: Path, folder: Path) -> None:
        """By records into a transcript where the input is a script, else by libFuzzer."""
        small = folder / "input.part"
        shutil.copy(path, small)
        if self.is_script(finding.target):
            transcript = folder / f"{finding.key}.h2t"
            words = [str(self.programs / "promote"), str(path), str(transcript)]
            run([*words, f"Found by {finding.target}"], folder / "promote.log", 120)
            if transcript.exists():
                finding.transcript = str(transcript.relative_to(self.folder))
        elif finding.reproduced:
            words = [str(self.programs / f"{finding.target}_fuzzer"), "-minimize_crash=1"]
            words += ["-max_total_time=60", f"-exact_artifact_path={folder / 'smaller'}"]
            run([*words, str(small)], folder / "minimise.log", 180)
            if (folder / "smaller").exists():
                os.replace(folder / "smaller", small)
        best = folder / "input"
        if not best.exists() or small.stat().st_size < best.stat().st_size:
            os.replace(small, best)
        small.unlink(missing_ok=True)
        finding.octets = best.stat().st_size

    @staticmethod
    def is_script(target: str) -> bool:
        return target in ("pair", "tamper")


def properties(night: Night, build: Path, logs: Path, seconds: float) -> None:
    """One round of the properties with a seed that no round had before."""
    logs.mkdir(parents=True, exist_ok=True)
    seed = int(time.time())
    log = logs / f"properties.{night.rounds_of_properties % 2}.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            ["ctest", "--test-dir", str(build), "-L", "property", "--output-on-failure"]
            + ["--no-tests=error", "--timeout", str(int(seconds))],
            env={**os.environ, "RC_PARAMS": f"seed={seed} max_success=1000"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            code = process.wait()
        except BaseException:
            process.send_signal(signal.SIGTERM)
            raise
    night.rounds_of_properties += 1
    red = re.findall(r"^\s*\d+ - (\S+) \(", text_of_log(log), re.MULTILINE)
    if code != 0:
        night.properties += [f"{name} (RC_PARAMS seed={seed})" for name in red or ["ctest itself"]]
        shutil.copy(log, logs / f"properties.red.{seed}.log")
