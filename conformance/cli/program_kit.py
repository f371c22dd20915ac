"""What the tests of the program share: one run of it, its results, peers, cases of one's own."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from typing import Any, Dict, List, Optional

HERE = pathlib.Path(__file__).resolve().parent
BROKEN_PEER = HERE.parent / "testdata" / "broken_peer.py"
SCHEMA = HERE.parent / "results.schema.json"
CASES = [
    "settings/ack-with-payload",
    "ping/is-answered",
    "frames/headers-on-stream-zero",
    "messages/get-is-answered",
]


# What the peers of this test lack is not looked for; what they do not say is not waited for long.
LACKS = "large,echo,push,interim,trailers,connect"
HASTE = ["--lacks", LACKS, "--timeout", "1", "--start-timeout", "60"]


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on at the moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])


def await_listener(port: int, host: str = "127.0.0.1") -> None:
    """Returns when somebody listens there; fails after a minute."""
    for _ in range(1200):
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nobody listens on {host}:{port}")


class Finished:
    """One run of the program: what it said and what it left behind."""

    def __init__(self, process: "subprocess.CompletedProcess[bytes]", folder: pathlib.Path) -> None:
        self.code = process.returncode
        self.out = process.stdout.decode("utf-8", "replace")
        self.err = process.stderr.decode("utf-8", "replace")
        self.raw = process.stdout + process.stderr
        self.folder = folder

    def results(self) -> List[Dict[str, Any]]:
        """The lines of results.jsonl."""
        text = (self.folder / "results.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def verdicts(self) -> Dict[str, str]:
        """Case id to verdict."""
        return {line["case"]: line["verdict"] for line in self.results()}


class Program(unittest.TestCase):
    """Runs in a folder of its own."""

    path = ""  # of the program

    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="h2assay-program-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_program(
        self, *arguments: str, environment: Optional[Dict[str, str]] = None
    ) -> Finished:
        """Runs it to its end, at most two minutes."""
        variables = dict(os.environ)
        variables.pop("GITHUB_ACTIONS", None)
        variables.update(environment or {})
        process = subprocess.run(
            [self.path, *arguments],
            cwd=self.folder,
            env=variables,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Finished(process, self.folder / "r")

    def server(self, *arguments: str, environment: Optional[Dict[str, str]] = None) -> Finished:
        """`h2assay server`, results in r/."""
        return self.run_program("server", "--results", "r", *arguments, environment=environment)

    def against(self, kind: str, *options: str) -> Finished:
        """A handful of cases against a peer with this defect, which has nothing to look for."""
        return self.play(kind, *CASES, *options)

    def play(self, kind: str, *options: str) -> Finished:
        """Any cases against a peer with this defect."""
        peer = ["--", "/usr/bin/python3", str(BROKEN_PEER), "--kind", kind, "--port", "{port}"]
        return self.server(*HASTE, *options, *peer)

    def own_case(self, name: str, *lines: str) -> None:
        """Writes own/NAME.h2t."""
        file = self.folder / "own" / f"{name}.h2t"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n")

    def started(self, *command: str, port: int) -> "subprocess.Popen[bytes]":
        """A peer that is not the program's, listening."""
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        await_listener(port)
        return process


def main(usage: str) -> None:
    """Takes the path of the program off the arguments, and runs what the rest of them names."""
    if len(sys.argv) < 2:
        sys.exit(usage)
    Program.path = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(argv=sys.argv)
