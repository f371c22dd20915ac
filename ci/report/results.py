"""What a run left behind, as values: results.jsonl, run.json and the evidence beside them.

Reports read these files and nothing else; they never speak to a peer.
"""

import csv
import json
import shlex
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# One word, one shape: a reader who sees no colour loses nothing. Worst first.
SHAPES = {
    "crash": "†",
    "hang": "…",
    "fail": "✗",
    "flaky": "~",
    "error": "!",
    "blocked": "⊘",
    "lenient": "◐",
    "unsupported": "–",
    "info": "i",
    "pass": "✓",
}
BAD = {"crash", "hang", "fail", "flaky", "error", "blocked"}
TRANSCRIPT_LIMIT = 256 * 1024


def visible(text: str) -> str:
    """The same text without control and format characters: what a peer sent must not act."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c)[0] != "C" else f"\\x{{{ord(c):x}}}"
        for c in text
    )


@dataclass(frozen=True)
class Requirement:
    """One row of conformance/requirements.csv."""

    id: str
    level: str
    section: str
    quote: str
    url: str


@dataclass
class Case:
    """One line of results.jsonl."""

    id: str
    title: str
    rules: list[str]
    level: str
    verdict: str
    expected_verdict: str
    as_expected: bool
    note: str
    sent: str
    expected: str
    observed: str
    ended: str
    by: str
    ms: float
    attempt: int
    verdicts: list[str]
    evidence: str
    findings: list[tuple[str, str, bool]]
    passive: list[str]  # the rules among the findings that a peer must keep and did not
    judged: list[str]

    @property
    def area(self) -> str:
        return self.id.split("/")[0]

    @property
    def shape(self) -> str:
        return SHAPES.get(self.verdict, "?")

    @property
    def anchor(self) -> str:
        return "case-" + "".join(c if c.isalnum() else f"-{ord(c):x}-" for c in self.id)


@dataclass
class Run:
    """One results folder."""

    folder: Path
    cases: list[Case]
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def peer(self) -> str:
        return str(self.info.get("peer") or visible(self.folder.name))

    @property
    def partial(self) -> bool:
        return bool(self.info.get("partial", True))

    @property
    def counts(self) -> Counter[str]:
        return Counter(case.verdict for case in self.cases)

    @property
    def deviations(self) -> list[Case]:
        order = list(SHAPES)
        red = [case for case in self.cases if not case.as_expected]
        return sorted(
            red, key=lambda c: (order.index(c.verdict) if c.verdict in SHAPES else -1, c.id)
        )

    @property
    def areas(self) -> dict[str, list[Case]]:
        found: dict[str, list[Case]] = {}
        for case in sorted(self.cases, key=lambda case: case.id):
            found.setdefault(case.area, []).append(case)
        return found

    def by_id(self) -> dict[str, Case]:
        return {case.id: case for case in self.cases}

    def transcript(self, case: Case) -> str:
        """The transcript among the evidence of a case; empty when there is none."""
        if not case.evidence:
            return ""
        path = (self.folder / case.evidence / "transcript.h2t").resolve()
        # The folder name comes from a file: it must not lead out of the results.
        if self.folder.resolve() not in path.parents or not path.is_file():
            return ""
        with path.open(encoding="utf-8", errors="backslashreplace") as file:
            text = file.read(TRANSCRIPT_LIMIT + 1)
        cut = "\n(cut here: see the file)" if len(text) > TRANSCRIPT_LIMIT else ""
        return visible(text[:TRANSCRIPT_LIMIT]) + cut

    def evidence_files(self, case: Case) -> list[str]:
        """The files of a case's evidence, relative to the results folder."""
        folder = (self.folder / case.evidence).resolve()
        if not case.evidence or self.folder.resolve() not in folder.parents:
            return []
        return [f"{case.evidence}/{p.name}" for p in sorted(folder.glob("*")) if p.is_file()]

    def repeat(self, case: Case) -> str:
        """The command that runs this case alone; empty when the run does not tell its own."""
        try:
            words = shlex.split(str(self.info.get("command", "")))
        except ValueError:
            return ""
        if not words or case.id.startswith("passive/"):
            return ""
        at = words.index("--") if "--" in words else len(words)
        return shlex.join([*words[:at], case.id, *words[at:]])


def cleaned(value: Any) -> Any:
    """The same JSON value with every text made visible."""
    if isinstance(value, dict):
        return {str(key): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cleaned(inner) for inner in value]
    return visible(value) if isinstance(value, str) else value


class BadResults(Exception):
    """A results folder that cannot be read; the text says which line and why."""


def case_from(line: dict[str, Any]) -> Case:
    def text(key: str) -> str:
        return visible(str(line.get(key, "")))

    return Case(
        id=visible(str(line["case"])),
        title=text("title"),
        rules=[visible(str(rule)) for rule in line.get("rules", [])],
        level=text("level"),
        verdict=visible(str(line["verdict"])),
        expected_verdict=text("expected_verdict"),
        as_expected=bool(line.get("as_expected", False)),
        note=text("note"),
        sent=text("sent"),
        expected=text("expected"),
        observed=text("observed"),
        ended=text("ended"),
        by=text("by"),
        ms=float(line.get("ms", 0)),
        attempt=int(line.get("attempt", 1)),
        verdicts=[visible(str(verdict)) for verdict in line.get("verdicts", [])],
        evidence=str(line.get("evidence", "")),
        findings=[
            (visible(str(f["rule"])), visible(str(f.get("text", ""))), bool(f.get("certain", True)))
            for f in line.get("findings", [])
        ],
        passive=[visible(str(rule)) for rule in line.get("passive", [])],
        judged=[visible(str(rule)) for rule in line.get("judged", [])],
    )


def read_run(folder: Path) -> Run:
    """Reads a results folder; a last line that a kill cut off is left out."""
    path = folder / "results.jsonl"
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise BadResults(f"{path}: {error.strerror}") from error
    whole, _, _ = octets.rpartition(b"\n")
    cases = []
    for number, line in enumerate(whole.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            cases.append(case_from(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadResults(f"{path}:{number}: not a result: {error!r}") from error
    info: dict[str, Any] = {}
    try:
        loaded = json.loads((folder / "run.json").read_bytes())
        info = cleaned(loaded) if isinstance(loaded, dict) else {}
    except (OSError, ValueError):
        pass  # killed before it was written: the run counts as partial
    return Run(folder, cases, info)


def read_requirements(path: Path) -> dict[str, Requirement]:
    """The requirements by id; none when the file is not there."""
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["id"]: Requirement(
                row["id"],
                row["level"],
                f"{row['rfc']}, Section {row['section']}",
                row["quote"],
                paragraph_url(row["rfc"], row["anchor"]),
            )
            for row in csv.DictReader(file)
        }


def paragraph_url(rfc: str, anchor: str) -> str:
    """Where the sentence stands. RFC 7541 has paragraph anchors at httpwg.org only."""
    number = rfc.removeprefix("RFC")
    if number == "7541":
        return f"https://httpwg.org/specs/rfc7541.html#{anchor}"
    return f"https://www.rfc-editor.org/rfc/rfc{number}.html#{anchor}"
