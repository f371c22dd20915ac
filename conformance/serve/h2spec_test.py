#!/usr/bin/python3
"""The reference server under what h2spec asks, judged as h2spec --strict judges.

    h2spec_test.py PATH_TO_H2ASSAY [unittest options]

Its 147 cases, by their names, in our own words: what is sent, and which reactions it takes. The
two that test a rule which RFC 9113 dropped (http2/5.3.1) are expected to fail unless the server
runs with --rfc7540-priority.
"""

import pathlib
import subprocess
import sys
import unittest
from typing import List

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[2])
from conformance.serve.h2spec_cases import CASES, OPENINGS, SELF_DEPENDENCY
from conformance.serve.h2spec_wire import Connection

PROGRAM = ""


class Server:
    """`h2assay serve`, for as long as the block lasts."""

    def __init__(self, *options: str) -> None:
        self.tls = "--tls" in options
        self.process = subprocess.Popen(
            [PROGRAM, "serve", *options], stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Server":
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def passes(self, name: str) -> bool:
        """Runs one case on a connection of its own."""
        connection = Connection(self.port, self.tls)
        try:
            if name in OPENINGS:
                octets, judge = OPENINGS[name]
                connection.send(octets)
            else:
                connection.handshake()
                send, judge = CASES[name]
                send(connection)
            return judge(connection)
        except TimeoutError:
            return False
        finally:
            connection.socket.close()

    def failures(self) -> List[str]:
        return [name for name in [*OPENINGS, *CASES] if not self.passes(name)]


class H2spec(unittest.TestCase):
    def test_there_are_147_cases(self) -> None:
        self.assertEqual(len(OPENINGS) + len(CASES), 147)

    def test_all_pass_in_clear_but_for_the_rule_that_was_dropped(self) -> None:
        with Server() as server:
            self.assertEqual(server.failures(), SELF_DEPENDENCY)

    def test_all_pass_over_tls_but_for_the_rule_that_was_dropped(self) -> None:
        with Server("--tls") as server:
            self.assertEqual(server.failures(), SELF_DEPENDENCY)

    def test_the_dropped_rule_can_be_had(self) -> None:
        with Server("--rfc7540-priority") as server:
            self.assertEqual(server.failures(), [])

    def test_a_case_fails_where_its_rule_is_off(self) -> None:
        with Server("--quirk", "settings-length") as server:
            self.assertFalse(server.passes("http2/6.5/3"))
            self.assertTrue(server.passes("http2/6.5/2"))


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
