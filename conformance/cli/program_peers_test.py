#!/usr/bin/python3
"""Peers that lie, die, drip or are merely odd: each gets its verdict.

    program_peers_test.py PATH_TO_H2ASSAY [CLASS | CLASS.test_name …] [unittest options]

Each class is a test of its own for ctest, so that they run side by side.
"""

import pathlib
import re
import subprocess
import sys
import threading
import time

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[2])
from conformance.cli import program_kit
from conformance.cli.program_kit import (
    BROKEN_PEER,
    CASES,
    HASTE,
    LACKS,
    Program,
    await_listener,
    free_port,
)

# The cases of CASES at which a peer that dies of a connection error dies.
GUILTY = {"settings/ack-with-payload", "frames/headers-on-stream-zero"}


class LegalPeers(Program):
    """Whoever is odd but legal is not accused."""

    def test_a_good_peer_is_green(self) -> None:
        done = self.against("good")
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertEqual(len(done.out.splitlines()), 1, done.out)

    def test_odd_but_legal_peers_are_green(self) -> None:
        patience = {"slow-drip": ["--timeout-scale", "5"]}
        for kind in (
            "unknown-frames",
            "octet-by-octet",
            "endless-pings",
            "pings-after-goaway",
            "reset-after-goaway",
            "slow-drip",
        ):
            with self.subTest(kind):
                done = self.against(kind, *patience.get(kind, []))
                self.assertEqual(done.code, 0, done.out + done.err)

    def test_a_peer_may_be_reached_over_ipv6(self) -> None:
        port = free_port("::1")
        peer = ["--", self.path, "serve", "--host", "{host}", "--port", "{port}"]
        done = self.server(f"[::1]:{port}", *CASES, *HASTE, *peer)
        self.assertEqual(done.code, 0, done.out + done.err)


class UselessPeers(Program):
    """A peer that cannot hold the control conversation is told once."""

    def test_peers_that_do_not_work_at_all_are_told_once(self) -> None:
        for kind in (
            "deaf",
            "mute",
            "close-at-once",
            "http1",
            "wrong-stream",
            "no-settings-ack",
            "half-answer",
            "close-after-response",
        ):
            with self.subTest(kind):
                begin = time.monotonic()
                done = self.against(kind)
                self.assertEqual(done.code, 3, done.out + done.err)
                self.assertLess(time.monotonic() - begin, 90)
                self.assertIn("does not answer as a server must", done.err)

    def test_a_handshake_of_tls_that_dies_is_told_once(self) -> None:
        for kind in ("mute", "close-at-once", "http1", "good"):
            with self.subTest(kind):
                done = self.against(kind, "--tls", "--insecure")
                self.assertEqual(done.code, 3, done.out + done.err)
                self.assertIn("does not answer as a server must", done.err)


class LyingPeers(Program):
    """Each lie gets its verdict, within seconds."""

    def test_wrong_codes_fail(self) -> None:
        for kind in ("wrong-code", "no-error-code", "lax"):
            with self.subTest(kind):
                done = self.against(kind)
                self.assertEqual(done.code, 1, done.out + done.err)
                verdicts = done.verdicts()
                self.assertEqual(verdicts["settings/ack-with-payload"], "fail")
                self.assertEqual(verdicts["frames/headers-on-stream-zero"], "fail")
                self.assertEqual(verdicts["messages/get-is-answered"], "pass")

    def test_half_an_answer_and_garbage_are_no_answer(self) -> None:
        done = self.against("half-goaway")
        self.assertEqual(done.code, 1, done.out + done.err)
        self.assertIn(done.verdicts()["settings/ack-with-payload"], ("fail", "hang"))
        done = self.against("garbage-goaway")
        self.assertEqual(done.code, 1, done.out + done.err)
        self.assertNotEqual(done.verdicts()["settings/ack-with-payload"], "pass")
        self.assertTrue([case for case in done.verdicts() if case.startswith("passive/")])

    def test_a_wrong_pong_and_a_second_ack_are_noticed(self) -> None:
        done = self.against("wrong-pong")
        self.assertEqual(done.verdicts()["ping/is-answered"], "fail", done.out)
        self.assertEqual(done.verdicts()["messages/get-is-answered"], "pass")
        for kind in ("two-settings-acks", "early-answer"):
            with self.subTest(kind):
                done = self.against(kind)
                self.assertEqual(done.code, 1, done.out + done.err)
                self.assertTrue([case for case in done.verdicts() if case.startswith("passive/")])


class Crashes(Program):
    """A peer that dies is never passed, and the case that killed it is named."""

    def test_a_crash_is_never_a_pass(self) -> None:
        for kind, jobs in (("crash", "1"), ("crash-after-answer", "8"), ("dies-quietly", "8")):
            with self.subTest(kind):
                done = self.against(kind, "--jobs", jobs)
                self.assertEqual(done.code, 1, done.out + done.err)
                verdicts = done.verdicts()
                crashed = {case for case, verdict in verdicts.items() if verdict == "crash"}
                self.assertEqual(crashed, GUILTY, done.out)
                for innocent in ("messages/get-is-answered", "ping/is-answered", "control/last"):
                    self.assertEqual(verdicts[innocent], "pass", done.out)

    def test_a_foreign_peer_that_dies_leaves_its_suspects(self) -> None:
        port = free_port()
        peer = ["/usr/bin/python3", str(BROKEN_PEER), "--kind", "crash", "--port", str(port)]
        self.started(*peer, port=port)
        done = self.server(f"127.0.0.1:{port}", *CASES, *HASTE[:4], "--start-timeout", "1")
        self.assertEqual(done.code, 1, done.out + done.err)
        verdicts = done.verdicts()
        crashed = {case for case, verdict in verdicts.items() if verdict == "crash"}
        self.assertTrue(crashed & GUILTY, verdicts)
        self.assertEqual(verdicts["control/last"], "crash")

    def test_a_foreign_peer_that_comes_back_shows_the_guilty_alone(self) -> None:
        port = free_port()
        peer = ["/usr/bin/python3", str(BROKEN_PEER), "--kind", "crash", "--port", str(port)]
        over = threading.Event()

        def keep_alive() -> None:
            while not over.is_set():
                with subprocess.Popen(
                    peer, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                ) as process:
                    while process.poll() is None and not over.wait(0.05):
                        pass
                    process.kill()

        keeper = threading.Thread(target=keep_alive)
        keeper.start()
        self.addCleanup(keeper.join)
        self.addCleanup(over.set)
        await_listener(port)
        done = self.server(f"127.0.0.1:{port}", *CASES, *HASTE, "--jobs", "8")
        crashed = {case for case, verdict in done.verdicts().items() if verdict == "crash"}
        self.assertEqual(crashed, GUILTY, done.out)

    def test_a_peer_that_ends_when_it_is_told_has_not_crashed(self) -> None:
        self.own_case(
            "told-to-end",
            "title        SIGTERM ends a server in order",
            "requirement  rfc9113-6.8-01",
            "role         client",
            "over         launched",
            "",
            "> request 1 GET",
            "< response 1 2xx",
            "> signal SIGTERM",
            "< GOAWAY 0 NO_ERROR",
            "< close",
        )
        own = ["--cases", "own", *HASTE]
        peer = ["--", self.path, "serve", "--port", "{port}"]
        done = self.server(*own, *peer)
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertEqual(done.verdicts()["told-to-end"], "pass")
        self.assertEqual(done.verdicts()["control/last"], "pass")
        self.assertEqual(self.server(*own).code, 4)  # the built-in server is nobody's process
        self.assertEqual(self.server(*own, "--restart", "never", *peer).code, 4)


class Grades(Program):
    """Lenient, flaky, passive."""

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

    def test_repetitions_that_differ_are_flaky(self) -> None:
        case = "settings/ack-with-payload"
        flaky = ["every-other-code", case, "--repeat", "3", "--jobs", "1"]
        done = self.play(*flaky)
        self.assertEqual(done.code, 1, done.out + done.err)
        line = next(line for line in done.results() if line["case"] == case)
        self.assertEqual((line["verdict"], sorted(line["verdicts"])[0]), ("flaky", "fail"))
        self.assertIn("pass", line["verdicts"])
        expectations = self.folder / "h2assay.expect"
        expectations.write_text(f"{case} flaky pass|fail # every other code is wrong\n")
        self.assertEqual(self.play(*flaky).code, 0)
        expectations.write_text(f"{case} flaky pass|hang # something else\n")
        self.assertEqual(self.play(*flaky).code, 1)
        expectations.unlink()
        self.assertEqual(self.run_program("expect", "update", "r").code, 0)
        self.assertIn("flaky    pass|fail", expectations.read_text())

    def test_hostile_octets_reach_no_terminal(self) -> None:
        done = self.against("hostile", "-v")
        for octet in (b"\x1b", b"\x07", b"\x9b", b"\x00"):
            self.assertNotIn(octet, done.raw)
        self.assertNotIn(b"\n::error", done.raw)
        for file in self.folder.rglob("*"):
            if file.suffix in (".md", ".h2t", ".jsonl", ".xml"):
                self.assertNotIn(b"\x1b", file.read_bytes(), file)


class Silence(Program):
    """What is absent is waited for twice, the second time through the whole time-out."""

    def test_silences_are_confirmed_side_by_side(self) -> None:
        self.own_case(
            "silent",
            "title        An error that never comes",
            "requirement  rfc9113-6.7-02",
            "role         client",
            "each         n in 1..8",
            "",
            '> PING 0 data="1234567{n}"',
            "< connection-error PROTOCOL_ERROR",
        )
        begin = time.monotonic()
        peer = ["/usr/bin/python3", str(BROKEN_PEER), "--kind", "good", "--port", "{port}"]
        haste = ["--lacks", LACKS, "--timeout", "3", "--start-timeout", "60", "--jobs", "4"]
        done = self.server("--cases", "own", *haste, "--", *peer)
        seconds = time.monotonic() - begin
        silent = [line for line in done.results() if line["case"].startswith("silent")]
        self.assertEqual([line["verdict"] for line in silent], ["fail"] * 8, done.out + done.err)
        for line in silent:
            self.assertEqual(line["attempt"], 2, line)
            self.assertGreaterEqual(line["ms"], 3000, line)
            # The answer to the barrier is no reason to wait once more.
            self.assertLess(line["ms"], 5500, line)
        self.assertLess(seconds, 8 * 3, "one after the other")

    def test_two_silences_that_differ_are_settled_alone(self) -> None:
        self.own_case(
            "pong",
            "title        A PING is answered",
            "requirement  rfc9113-6.7-02",
            "role         client",
            "",
            '> PING 0 data="12345678"',
            "< PING 0 ACK",
        )
        for jobs, attempts, verdict in (("2", 3, "pass"), ("1", 2, "hang")):
            with self.subTest(jobs=jobs):
                done = self.play("moody", "--cases", "own", "--jobs", jobs)
                line = next(line for line in done.results() if line["case"] == "pong")
                self.assertEqual((line["verdict"], line["attempt"]), (verdict, attempts), done.out)

    def test_answers_that_queue_behind_a_shut_window_are_no_hang(self) -> None:
        header = ["requirement  rfc9113-6.9.1-01", "role         client", "without      credit", ""]
        steps = ["> handshake INITIAL_WINDOW_SIZE=0", "> request 1 GET"]
        self.own_case("quiet", "title        No octet fits", *header, *steps, "< no DATA 1")
        self.own_case("absent", "title        No field", *header, *steps, "< HEADERS 1")
        done = self.play("queues", "--cases", "own")
        verdicts = done.verdicts()
        self.assertEqual((verdicts["quiet"], verdicts["absent"]), ("pass", "hang"), done.out)

    def test_a_rule_without_an_occasion_is_not_held_against_anybody(self) -> None:
        for name, rule in (("padding", "rfc9113-6.1-02"), ("octets", "rfc9113-8.2.1-14")):
            self.own_case(
                name,
                "title        The rule is kept",
                f"requirement  {rule}",
                "role         client",
                "",
                "> request 1 GET",
                "< DATA 1 END_STREAM",
                f"< observed {rule}",
            )
        verdicts = self.play("good", "--cases", "own", "padding").verdicts()
        self.assertEqual(verdicts["padding"], "info")
        verdicts = self.play("hostile", "--cases", "own", "octets").verdicts()
        self.assertEqual(verdicts["octets"], "fail")


class Abuse(Program):
    """Bounded floods: only when asked for, only where they may be, graded."""

    def test_floods_are_played_on_demand_only(self) -> None:
        done = self.server("abuse/rapid-reset")
        self.assertEqual(done.code, 4, done.out + done.err)
        self.assertIn("1 (abuse, without --abuse)", done.err)
        done = self.server("--abuse", "abuse/rapid-reset", "10.255.255.1:80")
        self.assertEqual(done.code, 2, done.out + done.err)
        self.assertIn("--i-may-test-this-host", done.err)

    def test_floods_are_graded(self) -> None:
        cases = ["abuse/rapid-reset", "abuse/ping-flood"]
        done = self.server("--abuse", *cases, "--lacks", LACKS, "--pcap", "none")
        self.assertEqual(done.code, 0, done.out + done.err)
        for line in done.results():
            if line["case"].startswith("abuse/"):
                self.assertRegex(line["observed"], r"^(limited after|bounded:|throttled:) ?[0-9]")

    def test_memory_that_grows_with_a_flood_is_seen(self) -> None:
        self.own_case(
            "flood",
            "title        A flood of PINGs costs no memory",
            "requirement  rfc9113-10.5-01",
            "role         client",
            "abuse        2000 frames 60 s 8 MiB",
            "",
            "repeat i in 1..2000",
            '  > PING 0 data="12345678"',
            "end",
            "< limited",
        )
        options = ["--abuse", "--cases", "own", "--timeout-scale", "10"]
        for kind in ("hoards", "good"):
            with self.subTest(kind):
                results = self.play(kind, *options).results()
                flood = next(line for line in results if line["case"] == "flood")
                growth = re.search(r"memory \+(\d+) KiB", flood["observed"])
                assert growth is not None, flood
                self.assertEqual(int(growth[1]) > 32 * 1024, kind == "hoards", flood)
                if kind == "hoards":
                    self.assertEqual(flood["verdict"], "lenient")

    def test_a_peer_that_starves_others_fails(self) -> None:
        done = self.play("starves", "--abuse", "abuse/ping-flood", "--pcap", "none")
        self.assertEqual(done.code, 1, done.out + done.err)
        self.assertIn("a second connection is not answered any more", done.out)

    def test_what_is_no_flood_has_no_limit(self) -> None:
        self.own_case(
            "no-caps",
            "title        A limit without a flood",
            "requirement  rfc9113-10.5-02",
            "role         client",
            "",
            '> PING 0 data="12345678"',
            "< limited",
        )
        self.assertEqual(self.server("--cases", "own", "--lacks", LACKS).code, 5)


if __name__ == "__main__":
    program_kit.main(__doc__)
