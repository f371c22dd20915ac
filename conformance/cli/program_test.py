#!/usr/bin/python3
"""The program as people run it: exit codes, TLS, what it writes, a new user's path.

    program_test.py PATH_TO_H2ASSAY [CLASS | CLASS.test_name …] [unittest options]

Each class is a test of its own for ctest, so that they run side by side.
"""

import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from typing import Dict, List

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[2])
from conformance.cli import program_kit
from conformance.cli.program_kit import (
    BROKEN_PEER,
    CASES,
    HASTE,
    LACKS,
    SCHEMA,
    Finished,
    Program,
    free_port,
)


class Tls(Program):
    """Over TLS, from the handshake to the evidence."""

    def credentials(self) -> List[str]:
        """Makes key.pem and cert.pem; the paths, key first."""
        key, cert = str(self.folder / "key.pem"), str(self.folder / "cert.pem")
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7"]
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        subprocess.run(
            [*request, *names, "-keyout", key, "-out", cert], check=True, capture_output=True
        )
        return [key, cert]

    def play_tls(self, *options: str) -> Finished:
        """The usual cases and those of own/ against the reference server over TLS."""
        key, cert = self.credentials()
        peer = [self.path, "serve", "--tls", "--key", key, "--cert", cert, "--port", "{port}"]
        return self.server("--tls", "--ca", cert, *HASTE, *options, "--", *peer)

    def test_cases_play_over_tls(self) -> None:
        done = self.play_tls(*CASES)
        self.assertEqual(done.code, 0, done.out + done.err)

    def test_a_late_request_for_a_certificate_is_seen(self) -> None:
        key, cert = self.credentials()
        for kind, code in (("good", 0), ("late-certificate-request", 1)):
            with self.subTest(kind):
                peer = ["/usr/bin/python3", str(BROKEN_PEER), "--kind", kind, "--port", "{port}"]
                peer += ["--cert", cert, "--key", key]
                options = ["messages/get-is-answered", "--tls", "--insecure", *HASTE]
                done = self.server(*options, "--", *peer)
                self.assertEqual(done.code, code, done.out + done.err)
                verdicts = done.verdicts()
                self.assertEqual(verdicts["messages/get-is-answered"], "pass")
                late = verdicts.get("passive/rfc9113-9.2.3-01", "pass")
                self.assertEqual(late, "pass" if code == 0 else "fail")

    def test_what_a_case_wants_of_tls_is_done(self) -> None:
        head = ["requirement  rfc9113-9.2-01", "role         client", "over         tls"]
        answered = ["> request 1 GET", "< response 1 2xx"]
        bodies: Dict[str, List[str]] = {
            "alpn-h2c": ["> connect tls alpn=h2c", "< alert no_application_protocol"],
            "alpn-both": ["> connect tls alpn=h2c+h2", "< alpn h2"],
            "alpn-wrongly-none": ["> connect tls alpn=h2", "< alpn none"],
            "alert-wrongly-none": ["> connect tls alpn=h2c", "< alpn none"],
            "alert-or-close": ["> connect tls alpn=h2c", "< close"],
            "tls12": ["> connect tls version=1.2", "> handshake", *answered],
            "tls11": ["> connect tls version=1.1", "< alert protocol_version"],
            "suite": [
                "> connect tls cipher=ECDHE-RSA-AES128-GCM-SHA256",
                "> handshake",
                *answered,
            ],
            "suite-iana": [
                "> connect tls cipher=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "> handshake",
                *answered,
            ],
            "suite-refused": [
                "> connect tls cipher=AES128-SHA",
                "> handshake",
                "> request 1 GET",
                "< connection-error INADEQUATE_SECURITY",
                "  or alert handshake_failure  lenient",
            ],
            "suite-unheard": ["> connect tls cipher=NO-SUCH-SUITE", "< close"],
            "sni": ["> connect tls sni=none", "> handshake", *answered],
            "keys": ["> handshake", "> tls-key-update", *answered],
            "renegotiation": [
                "> connect tls version=1.2",
                "> handshake",
                "> tls-renegotiate",
                "< connection-error PROTOCOL_ERROR",
                "  or alert *  lenient",
                "  or ignored  fail",
            ],
            "keys-of-tls12": [
                "> connect tls version=1.2",
                "> handshake",
                "> tls-key-update",
                *answered,
            ],
        }
        for name, body in bodies.items():
            self.own_case(name, f"title        {name}", *head, "", *body)
        done = self.play_tls("--cases", "own")
        expected = {name: "pass" for name in bodies} | {
            "alpn-wrongly-none": "fail",
            "alert-wrongly-none": "fail",
            "suite-refused": "lenient",
            "suite-unheard": "error",
            "renegotiation": "lenient",
            "keys-of-tls12": "unsupported",
        }
        verdicts = {k: v for k, v in done.verdicts().items() if not k.startswith("control/")}
        self.assertEqual(verdicts, expected, done.out)
        self.assertEqual(done.code, 5)  # a suite that does not exist is the case's mistake
        # Where there is no TLS, these cases say nothing.
        self.assertEqual(self.server("--cases", "own", "--lacks", LACKS).code, 4)

    def test_real_servers_are_reached_over_tls(self) -> None:
        key, cert = self.credentials()
        self.folder.chmod(0o755)  # a server may give up its rights
        (self.folder / "index.html").write_text("hello, world")
        port = free_port()
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid {self.folder}/pid; error_log stderr; events {{}}\n"
            f"http {{ access_log off; server {{ listen 127.0.0.1:{port} ssl http2;\n"
            f"ssl_certificate {cert}; ssl_certificate_key {key}; root {self.folder}; }} }}\n"
        )
        nginx = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        nghttpd = ["nghttpd", "-a", "127.0.0.1", "-d", str(self.folder), str(port), key, cert]
        for command in (nginx, nghttpd):
            with self.subTest(command[0]):
                if shutil.which(command[0], path="/usr/sbin:/usr/bin") is None:
                    print(f"left out: {command[0]} is not installed", file=sys.stderr)
                    continue
                cases = ["messages/get-is-answered", "ping/is-answered"]
                options = [*cases, "--tls", "--ca", cert, *HASTE]
                done = self.server(f"127.0.0.1:{port}", *options, "--", *command)
                self.assertEqual(done.code, 0, done.out + done.err)
                self.assertEqual({done.verdicts()[case] for case in cases}, {"pass"})


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
            [self.path, "server", "--results", "r", "--jobs", "1", "--pace", "50"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            results = self.folder / "r" / "results.jsonl"
            while not results.exists() or results.read_bytes().count(b"\n") < 3:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130)
        run = json.loads((self.folder / "r" / "run.json").read_text())
        self.assertTrue(run["partial"])
        self.assertGreater(run["cases"], 0)

    def test_a_case_for_somebody_else_is_said_to_be_left_out(self) -> None:
        for role in ("server", "proxy", "pair"):
            with self.subTest(role):
                # Proxies have labels, pairs have calls: all that they share is a title.
                self.own_case(
                    role, "title T", "requirement rfc9113-6.7-02", f"role {role}", "", "# later"
                )
                done = self.server("--cases", "own", role)
                self.assertEqual(done.code, 4, done.err)
                self.assertIn(f"1 (role {role})", done.err)
        self.own_case(
            "either",
            "title        A PING on an open stream is answered",
            "requirement  rfc9113-6.7-02",
            "role         either",
            "",
            "> open {s}",
            '> PING 0 data="either.."',
            '< PING 0 ACK data="either.."',
            "> RST_STREAM {s} CANCEL",
        )
        self.assertEqual(self.server("--cases", "own", "either").code, 0)

    def test_a_case_set_narrows_and_tells_what_is_gone(self) -> None:
        (self.folder / "set.txt").write_text("# mine\nping/is-answered\nping/long-gone\n")
        done = self.server("--case-set", "set.txt", "ping/**", "--lacks", LACKS)
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("ping/long-gone", done.err)
        played = [case for case in done.verdicts() if not case.startswith("control/")]
        self.assertEqual(played, ["ping/is-answered"])

    def test_what_a_peer_is_said_to_lack_is_lacking_though_its_path_is_given(self) -> None:
        done = self.server("ping/is-answered", "--post", "/echo", "--lacks", "echo")
        self.assertEqual(done.code, 0, done.err)
        run = json.loads((self.folder / "r" / "run.json").read_text())
        self.assertIn("echo", run["lacks"])
        self.assertNotIn("echo=/echo", run["offers"])

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
            lines = self.against(kind, "--repeat", "2").results()
            self.assertTrue(lines)
            for line in lines:
                jsonschema.validate(line, schema)

    def test_junit_is_xml_and_counts(self) -> None:
        lines = self.against("wrong-code", "--junit", "out.xml").results()
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
        self.against("wrong-code")
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
        self.assertIn("EXPECTED connection-error FRAME_SIZE_ERROR, GOT ", told)
        for line in told.splitlines():
            self.assertEqual(line.split("\t")[2], "1", line)  # checksums are good

    def test_evidence_is_complete_and_replays(self) -> None:
        self.against("wrong-code")
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
        done = self.against("wrong-code")
        self.assertNotIn(b"\x1b", done.raw)
        self.assertNotIn(b"\r", done.raw)
        self.assertIn(b"\x1b[31m", self.against("wrong-code", "--color", "always").raw)

    def test_annotations_come_on_github_only(self) -> None:
        peer = [
            "--",
            "/usr/bin/python3",
            str(BROKEN_PEER),
            "--kind",
            "wrong-code",
            "--port",
            "{port}",
        ]
        done = self.server(*CASES, *HASTE, *peer, environment={"GITHUB_ACTIONS": "true"})
        self.assertIn("::error title=fail settings/ack-with-payload::", done.out)
        self.assertNotIn("::error", self.against("wrong-code").out)


class Waivers(Program):
    """A new user's path: a failure is waived, and a stale waiver fails."""

    def test_a_failure_is_waived_with_a_reason_and_the_waiver_goes_stale(self) -> None:
        self.assertEqual(self.against("wrong-code").code, 1)
        updated = self.run_program("expect", "update", "r")
        self.assertEqual(updated.code, 0, updated.err)
        file = self.folder / "h2assay.expect"
        self.assertIn("# reason?", file.read_text())
        self.assertEqual(self.against("wrong-code").code, 2)  # nobody has explained it
        file.write_text(file.read_text().replace("# reason?", "# the wrong code, by choice"))
        done = self.against("wrong-code")
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertIn("as waived", done.out)
        stale = self.against("good")
        self.assertEqual(stale.code, 1)
        self.assertIn("remove this line", stale.out)

    def test_failed_plays_only_what_failed(self) -> None:
        self.against("wrong-code")
        (self.folder / "results").mkdir(exist_ok=True)
        again = self.against("wrong-code", "--failed")
        played = [
            case for case in again.verdicts() if not case.startswith(("control/", "passive/"))
        ]
        self.assertEqual(
            sorted(played), ["frames/headers-on-stream-zero", "settings/ack-with-payload"]
        )

    def test_a_case_of_ones_own_is_written_run_waived_and_mended(self) -> None:
        self.own_case(
            "mine/answers",
            "title        My server answers — always",
            "requirement  rfc9113-8.1-02",
            "role         client",
            "",
            "> request 1 GET",
            "< response 1 404",
        )
        mine = ["--cases", "own", "--lacks", LACKS]
        done = self.server(*mine)
        self.assertEqual(done.code, 1)
        self.assertIn("expected  response 1 404", done.out)
        self.assertIn("My server answers — always", done.out)
        self.assertIn("to accept what is red: h2assay expect update r", done.err)
        self.assertEqual(self.run_program("expect", "update", "r").code, 0)
        file = self.folder / "h2assay.expect"
        refused = self.server(*mine)
        self.assertEqual(refused.code, 2)
        self.assertIn("'# reason?' waits for a person", refused.err)
        file.write_text(file.read_text().replace("# reason?", "# https://bugs.example/1"))
        self.assertEqual(self.server(*mine).code, 0)
        case = self.folder / "own" / "mine" / "answers.h2t"
        case.write_text(case.read_text().replace("404", "200"))
        stale = self.server(*mine)
        self.assertEqual(stale.code, 1)
        self.assertIn("remove this line", stale.out)
        self.assertEqual(self.run_program("expect", "update", "r").code, 0)
        self.assertEqual(self.server(*mine).code, 0)

    def test_shuffle_repeat_and_fail_fast(self) -> None:
        done = self.server(*CASES, "--shuffle", "--seed", "7", "--repeat", "3", "--jobs", "2")
        self.assertEqual(done.code, 0)
        played = [line for line in done.results() if not line["case"].startswith("control/")]
        self.assertEqual([line["verdicts"] for line in played], [["pass"] * 3] * len(CASES))
        self.assertEqual(self.against("wrong-code", "--fail-fast", "--jobs", "1").code, 1)


if __name__ == "__main__":
    program_kit.main(__doc__)
