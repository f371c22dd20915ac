#!/usr/bin/python3
"""What the program prints or writes for people, whole, against testdata/golden.

    program_golden_test.py PATH_TO_H2ASSAY [CLASS | CLASS.test_name …] [unittest options]

How to write them anew: ci/golden.py.  Each class is a test of its own for ctest.
"""

import json
import pathlib
import re
import sys

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[2])
from ci import golden
from conformance.cli import program_kit
from conformance.cli.program_kit import BROKEN_PEER, LACKS, Finished, Program

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "conformance" / "testdata" / "golden"
ACK = "settings/ack-with-payload"
PLAIN = ["--results", "r", "--seed", "7", "--jobs", "1", "--lacks", LACKS]
# What comes must come on a loaded machine, too.
PATIENCE = ["--timeout-scale", "10", "--start-timeout", "60"]


class Golden(Program):
    """A session at a prompt: the command, what it said on both streams, its exit code."""

    def known(self, text: str) -> str:
        paths = {self.path: "h2assay", str(self.folder): "FOLDER", str(TOP): "SOURCE"}
        return golden.normalised(text, paths)

    def same(self, name: str, text: str) -> None:
        """All of `text` is all of golden/NAME.txt."""
        golden.check(FOLDER / f"{name}.txt", self.known(text))

    def session(self, name: str, *arguments: str, github: bool = False) -> Finished:
        """Runs it and compares everything that it says."""
        environment = {"GITHUB_ACTIONS": "true"} if github else {}
        done = self.run_program(*arguments, environment=environment)
        said = [f"$ {' '.join(['h2assay', *arguments])}", done.out.rstrip("\n")]
        if done.err:
            said += ["--- standard error", done.err.rstrip("\n")]
        said += [f"--- exit code {done.code}", ""]
        self.same(name, "\n".join(line for line in said[:-1] if line) + "\n")
        return done

    def misserved(self, name: str, kind: str, github: bool = False) -> Finished:
        """One case against a peer with this defect."""
        peer = ["--", "/usr/bin/python3", str(BROKEN_PEER), "--kind", kind, "--port", "{port}"]
        return self.session(name, "server", ACK, *PLAIN, *PATIENCE, *peer, github=github)

    def file(self, name: str, path: str) -> None:
        """A file that the last run has left in r/."""
        self.same(name, (self.folder / "r" / path).read_text("utf-8"))


class GoldenRuns(Golden):
    """What a run says on the terminal, from a failure to its waiver and to the end of that."""

    def test_waivers(self) -> None:
        file = self.folder / "h2assay.expect"
        self.misserved("waiver-1-red", "wrong-code")
        self.session("waiver-2-update", "expect", "update", "r")
        self.same("waiver-3-file", file.read_text())
        self.misserved("waiver-4-unexplained", "wrong-code")
        file.write_text(file.read_text().replace("# reason?", "# https://bugs.example/1"))
        self.misserved("waiver-5-waived", "wrong-code")
        self.misserved("waiver-6-other-answer", "no-error-code")
        self.misserved("waiver-7-stale", "good")
        self.session("waiver-8-update", "expect", "update", "r")
        file.write_text("no/such-case  fail  # typo\n")
        self.misserved("waiver-9-of-nothing", "good")


class GoldenFiles(Golden):
    """What a run leaves behind."""

    def test_evidence_and_results(self) -> None:
        self.misserved("annotations", "wrong-code", github=True)
        self.file("run-json", "run.json")
        self.file("junit", "junit.xml")
        lines = (self.folder / "r" / "results.jsonl").read_text().splitlines()
        red = [line for line in lines if json.loads(line)["case"] == ACK]
        self.same("results-line", red[0] + "\n")


class GoldenWords(Golden):
    """What it explains, and what it complains about."""

    def test_explanations(self) -> None:
        self.session("explain-case", "explain", ACK)
        self.session("explain-requirement", "explain", "rfc9113-6.5-06")
        self.session("list-requirements", "list", ACK, "--requirements")

    def test_complaints(self) -> None:
        wrong: list[list[str]] = [
            ["sever"],
            ["server", "--no-such-option"],
            ["server", "ping/is-anwered"],
            ["server", "127.0.0.1:1", "127.0.0.1:2"],
            ["server", "192.0.43.8:80"],
            ["server", "--shard", "3/2"],
            ["server", "--tls"],
            ["server", "--"],
            ["server", "--timeout", "0"],
            ["server", "--field", "x"],
            ["server", "--cases", "nowhere"],
            ["explain", "ping/is-anwered"],
            ["expect", "update", "nowhere"],
            ["list", "pong/**"],
            ["replay", "nowhere.h2t"],
            ["serve", "--quirk", "ping-lenght"],
        ]
        text = ""
        for words in wrong:
            done = self.run_program(*words)
            text += f"$ {' '.join(['h2assay', *words])}\n{done.out}{done.err}"
            text += f"--- exit code {done.code}\n\n"
        self.same("complaints", text)

    def test_a_case_that_does_not_parse(self) -> None:
        head = ["title        T", "requirement  rfc9113-6.5-06", "role         client", ""]
        bad = {
            "unknown-frame": "> PONG 0",
            "no-stream": "> PING",
            "flag": "> PING 0 END_STREAM",
            "quote": '> PING 0 data="1',
            "bound": "< request {s} GET",
            "number": "> WINDOW_UPDATE 0 increment=0x1ffffffff",
        }
        text = ""
        for name, line in bad.items():
            self.own_case(name, *head, line)
            done = self.run_program("server", "--cases", "own")
            text += f"{line}\n{done.out}{done.err}--- exit code {done.code}\n\n"
            (self.folder / "own" / f"{name}.h2t").unlink()
        self.same("case-errors", text)

    def test_every_text_is_compared(self) -> None:
        # No text lies there that nobody compares.
        source = pathlib.Path(__file__).read_text()
        named = set(re.findall(r'"([a-z0-9-]+)"', source))
        for file in FOLDER.iterdir():
            self.assertIn(file.stem, named)


if __name__ == "__main__":
    program_kit.main(__doc__)
