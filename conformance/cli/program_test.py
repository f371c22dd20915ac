#!/usr/bin/python3
"""The program as people run it: exit codes, peers that lie, what it writes.

    program_test.py PATH_TO_H2ASSAY [unittest options]
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree
from typing import Any, Dict, List, Optional

HERE = pathlib.Path(__file__).resolve().parent
BROKEN_PEER = HERE.parent / "testdata" / "broken_peer.py"
SCHEMA = HERE.parent / "results.schema.json"
PROGRAM = ""
CASES = [
    "settings/ack-with-payload",
    "ping/is-answered",
    "frames/headers-on-stream-zero",
    "messages/get-is-answered",
]


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
            [PROGRAM, *arguments],
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
        """The five cases against a peer with this defect."""
        peer = ["--", "/usr/bin/python3", str(BROKEN_PEER), "--kind", kind, "--port", "{port}"]
        return self.server(*CASES, "--timeout", "1", "--start-timeout", "60", *options, *peer)


class BrokenPeers(Program):
    """Each lie gets its verdict, within seconds."""

    def test_a_good_peer_is_green(self) -> None:
        done = self.against("good")
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertEqual(len(done.out.splitlines()), 1, done.out)

    def test_odd_but_legal_peers_are_green(self) -> None:
        for kind in ("unknown-frames", "octet-by-octet", "endless-pings", "reset-after-goaway"):
            with self.subTest(kind):
                done = self.against(kind)
                self.assertEqual(done.code, 0, done.out + done.err)

    def test_peers_that_do_not_work_at_all_are_told_once(self) -> None:
        for kind in ("deaf", "mute", "close-at-once", "http1", "wrong-stream"):
            with self.subTest(kind):
                begin = time.monotonic()
                done = self.against(kind)
                self.assertEqual(done.code, 3, done.out + done.err)
                self.assertLess(time.monotonic() - begin, 90)
                self.assertIn("does not answer as a server must", done.err)

    def test_wrong_codes_fail(self) -> None:
        for kind in ("wrong-code", "no-error-code", "lax"):
            with self.subTest(kind):
                done = self.against(kind)
                self.assertEqual(done.code, 1, done.out + done.err)
                verdicts = done.verdicts()
                self.assertEqual(verdicts["settings/ack-with-payload"], "fail")
                self.assertEqual(verdicts["frames/headers-on-stream-zero"], "fail")
                self.assertEqual(verdicts["messages/get-is-answered"], "pass")

    def test_a_crash_is_never_a_pass(self) -> None:
        for kind in ("crash", "crash-after-answer", "dies-quietly"):
            with self.subTest(kind):
                done = self.against(kind)
                self.assertEqual(done.code, 1, done.out + done.err)
                verdicts = done.verdicts()
                self.assertEqual(verdicts["settings/ack-with-payload"], "crash")
                self.assertEqual(verdicts["messages/get-is-answered"], "pass")
                self.assertEqual(verdicts["control/last"], "pass")

    def test_a_close_without_goaway_is_lenient(self) -> None:
        self.assertEqual(self.against("close-without-goaway").code, 0)
        self.assertEqual(self.against("close-without-goaway", "--strict").code, 1)

    def test_one_answer_too_many_is_noticed(self) -> None:
        done = self.against("one-too-many")
        self.assertEqual(done.code, 1)
        self.assertEqual(done.verdicts()["ping/is-answered"], "fail")
        self.assertEqual(self.against("two-answers").code, 1)

    def test_the_observer_sees_what_no_case_asked_for(self) -> None:
        done = self.against("huge-frames")
        self.assertEqual(done.code, 1, done.out + done.err)
        self.assertTrue([case for case in done.verdicts() if case.startswith("passive/")])

    def test_hostile_octets_reach_no_terminal(self) -> None:
        done = self.against("hostile", "-v")
        for octet in (b"\x1b", b"\x07", b"\x9b", b"\x00"):
            self.assertNotIn(octet, done.raw)
        self.assertNotIn(b"\n::error", done.raw)
        for file in self.folder.rglob("*"):
            if file.suffix in (".md", ".h2t", ".jsonl", ".xml"):
                self.assertNotIn(b"\x1b", file.read_bytes(), file)


class CommandLine(Program):
    """What is wrong with a command is said, and is exit 2."""

    def test_wrong_commands_are_exit_2(self) -> None:
        commands: List[List[str]] = [
            [],
            ["server", "--no-such-option"],
            ["server", "no/such-case"],
            ["server", "127.0.0.1:1", "127.0.0.1:2"],
            ["server", "--shard", "3/2"],
            ["server", "--tls"],
            ["server", "--"],
            ["server", "--timeout", "0"],
            ["explain", "no-such-case"],
            ["expect", "update", "nowhere"],
            ["replay", "nowhere.h2t"],
            ["server", "--cases", "nowhere"],
            ["serve", "--settings", "NONSENSE=1"],
        ]
        for arguments in commands:
            with self.subTest(arguments):
                done = self.run_program(*arguments)
                self.assertEqual(done.code, 2, done.out + done.err)
                self.assertNotEqual(done.out + done.err, "")

    def test_a_misspelt_case_is_mended(self) -> None:
        self.assertIn("did you mean ping/is-answered?", self.server("ping/is-anwered").err)

    def test_help_and_version_are_exit_0(self) -> None:
        self.assertEqual(self.run_program("--help").code, 0)
        self.assertEqual(self.run_program("server", "--help").code, 0)
        version = self.run_program("--version")
        self.assertEqual(version.code, 0)
        self.assertRegex(version.out, r"^h2assay \d+\.\d+\.\d+ cases \d+\.\d+\n$")

    def test_nothing_selected_is_exit_4(self) -> None:
        self.assertEqual(self.server("ping/**", "--skip", "ping/**").code, 4)
        self.assertEqual(self.server("connect/extended-websocket").code, 4)

    def test_nobody_there_is_exit_3(self) -> None:
        self.assertEqual(self.server("127.0.0.1:1", "ping/**").code, 3)
        self.assertEqual(self.server("ping/**", "--", "/bin/false").code, 3)

    def test_a_public_address_is_refused(self) -> None:
        done = self.server("192.0.43.8:80", "ping/**")
        self.assertEqual(done.code, 2, done.err)
        self.assertIn("--i-may-test-this-host", done.err)

    def test_a_bad_case_is_exit_2_with_its_place(self) -> None:
        (self.folder / "own").mkdir()
        (self.folder / "own" / "bad.h2t").write_text(
            "title  T\nrequirement  rfc9113-6.5-06\nrole client\n\n> PONG 0\n"
        )
        done = self.server("--cases", "own")
        self.assertEqual(done.code, 2)
        self.assertIn("bad.h2t:5:", done.err)

    def test_an_interrupt_is_exit_130_and_leaves_results(self) -> None:
        with subprocess.Popen(
            [PROGRAM, "server", "--results", "r", "--jobs", "1", "--pace", "50"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130)
        run = json.loads((self.folder / "r" / "run.json").read_text())
        self.assertTrue(run["partial"])
        self.assertGreater(run["cases"], 0)

    def test_list_and_explain_name_cases_and_sentences(self) -> None:
        listed = self.run_program("list", "settings/ack*", "--requirements")
        self.assertEqual(listed.code, 0)
        self.assertIn("rfc9113-6.5-06", listed.out)
        told = self.run_program("explain", "settings/ack-with-payload")
        self.assertIn("MUST be treated as a connection error", told.out)
        self.assertIn("< connection-error FRAME_SIZE_ERROR", told.out)
        self.assertEqual(self.run_program("explain", "rfc9113-6.5-06").code, 0)


class Outputs(Program):
    """What a run leaves behind, and what can be done with it."""

    def test_results_keep_to_their_schema(self) -> None:
        import jsonschema  # type: ignore[import]  # Debian: python3-jsonschema

        schema = json.loads(SCHEMA.read_text())
        for kind in ("lax", "hostile", "huge-frames"):
            lines = self.against(kind).results()
            self.assertTrue(lines)
            for line in lines:
                jsonschema.validate(line, schema)

    def test_junit_is_xml_and_counts(self) -> None:
        lines = self.against("lax", "--junit", "out.xml").results()
        failed = [line for line in lines if not line["as_expected"]]
        root = xml.etree.ElementTree.parse(self.folder / "out.xml").getroot()
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual(root.get("failures"), str(len(failed)))
        self.assertEqual(root.get("tests"), str(len(lines)))
        for case in root.iter("testcase"):
            self.assertTrue(case.get("name") and case.get("classname"))

    def test_the_capture_opens_as_http2(self) -> None:
        if shutil.which("tshark") is None:
            print("left out: tshark is not installed", file=sys.stderr)
            return
        self.against("lax")
        capture = self.folder / "r" / "settings.ack-with-payload" / "wire.pcapng"
        fields = [
            "-T",
            "fields",
            "-e",
            "http2.type",
            "-e",
            "frame.comment",
            "-e",
            "tcp.checksum.status",
        ]
        told = subprocess.run(
            ["tshark", "-o", "tcp.check_checksum:TRUE", "-r", str(capture), *fields],
            capture_output=True,
            check=True,
        ).stdout.decode()
        self.assertIn("4", told)  # SETTINGS
        self.assertIn("EXPECTED connection-error FRAME_SIZE_ERROR, GOT nothing", told)
        for line in told.splitlines():
            self.assertEqual(line.split("\t")[2], "1", line)  # checksums are good

    def test_evidence_is_complete_and_replays(self) -> None:
        self.against("lax")
        folder = self.folder / "r" / "settings.ack-with-payload"
        for name in ("transcript.h2t", "README.md", "wire.pcapng", "peer.stderr"):
            if name != "peer.stderr" or (folder / name).exists():
                self.assertTrue((folder / name).read_bytes(), name)
        readme = (folder / "README.md").read_text()
        self.assertIn("FRAME_SIZE_ERROR", readme)
        self.assertIn("h2assay server settings/ack-with-payload", readme)
        again = self.run_program("replay", str(folder / "transcript.h2t"))
        self.assertEqual(again.code, 0, again.out + again.err)
        self.assertIn(": pass, GOAWAY FRAME_SIZE_ERROR", again.out)

    def test_output_is_plain_when_nobody_watches(self) -> None:
        done = self.against("lax")
        self.assertNotIn(b"\x1b", done.raw)
        self.assertNotIn(b"\r", done.raw)
        self.assertIn(b"\x1b[31m", self.against("lax", "--color", "always").raw)

    def test_annotations_come_on_github_only(self) -> None:
        peer = ["--", "/usr/bin/python3", str(BROKEN_PEER), "--kind", "lax", "--port", "{port}"]
        done = self.server(*CASES, "--timeout", "1", *peer, environment={"GITHUB_ACTIONS": "true"})
        self.assertIn("::error title=fail settings/ack-with-payload::", done.out)
        self.assertNotIn("::error", self.against("lax").out)


class Waivers(Program):
    """A new user's path: a failure is waived, and a stale waiver fails."""

    def test_a_failure_is_waived_with_a_reason_and_the_waiver_goes_stale(self) -> None:
        self.assertEqual(self.against("lax").code, 1)
        updated = self.run_program("expect", "update", "r")
        self.assertEqual(updated.code, 0, updated.err)
        file = self.folder / "h2assay.expect"
        self.assertIn("# reason?", file.read_text())
        self.assertEqual(self.against("lax").code, 2)  # nobody has explained it
        file.write_text(file.read_text().replace("# reason?", "# a lax peer, by choice"))
        done = self.against("lax")
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertIn("as waived", done.out)
        stale = self.against("good")
        self.assertEqual(stale.code, 1)
        self.assertIn("remove this line", stale.out)

    def test_failed_plays_only_what_failed(self) -> None:
        self.against("lax")
        (self.folder / "results").mkdir(exist_ok=True)
        again = self.against("lax", "--failed")
        played = [
            case for case in again.verdicts() if not case.startswith(("control/", "passive/"))
        ]
        self.assertEqual(
            sorted(played), ["frames/headers-on-stream-zero", "settings/ack-with-payload"]
        )

    def test_a_case_of_ones_own_is_played(self) -> None:
        (self.folder / "own").mkdir()
        (self.folder / "own" / "mine.h2t").write_text(
            "title        My server answers\nrequirement  rfc9113-8.1-02\nrole         client\n\n"
            "> request 1 GET\n< response 1 404\n"
        )
        done = self.server("--cases", "own")
        self.assertEqual(done.code, 1)
        self.assertIn("expected  response 1 404", done.out)

    def test_shuffle_repeat_and_fail_fast(self) -> None:
        done = self.server(*CASES, "--shuffle", "--seed", "7", "--repeat", "3", "--jobs", "2")
        self.assertEqual(done.code, 0)
        played = [line for line in done.results() if not line["case"].startswith("control/")]
        self.assertEqual(len(played), 3 * len(CASES))
        self.assertEqual(self.against("lax", "--fail-fast", "--jobs", "1").code, 1)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(argv=sys.argv)
