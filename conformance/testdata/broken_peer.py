#!/usr/bin/python3
"""A small HTTP/2 server that misbehaves in one way, to test the harness with.

    broken_peer.py --kind KIND --port PORT [--cert FILE --key FILE]

It speaks with prior knowledge, answers every request with the same twelve octets and knows the
connection errors of framing.  It decodes no field block.  Kinds: see the table below.
"""

import argparse
import itertools
import os
import socket
import ssl
import struct
import sys
import threading
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE = range(6)
PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(6, 10)
NO_ERROR, PROTOCOL_ERROR, FRAME_SIZE_ERROR, STREAM_CLOSED = 0, 1, 6, 5
COMPRESSION_ERROR, ENHANCE_YOUR_CALM = 9, 11
END_STREAM = ACK = 0x1
END_HEADERS = 0x4

# What a terminal, an HTML page, an XML file or a CI log must not be given raw.
HOSTILE = (
    b"\x1b[2J\x1b]0;owned\x07\r\n::error file=x::owned\n<script>alert(1)</script>"
    b"]]>\x00\x7f\x9b31m\xff\xfe\xe2\x80\xae'\"&|`"
)

KINDS = {
    "good": "no defect: the baseline",
    "deaf": "sends its SETTINGS, then never reacts to anything",
    "mute": "never sends an octet",
    "lax": "answers requests and PING, accuses nobody of anything",
    "wrong-code": "every connection error is COMPRESSION_ERROR",
    "no-error-code": "every connection error is NO_ERROR",
    "wrong-stream": "answers and resets the stream two above",
    "crash": "dies of SIGABRT at the first connection error",
    "crash-after-answer": "sends the right GOAWAY, then dies of SIGSEGV",
    "close-at-once": "closes each connection when it is accepted",
    "close-without-goaway": "closes at a connection error, says nothing",
    "reset-after-goaway": "sends the right GOAWAY, then RST",
    "one-too-many": "acknowledges each PING twice",
    "two-answers": "sends each response twice",
    "pings-after-goaway": "sends the right GOAWAY, then a PING each five milliseconds for ever",
    "late-certificate-request": "good, but asks for a certificate when TLS 1.3 is established",
    "endless-pings": "sends a PING each five milliseconds",
    "unknown-frames": "good, but puts frames of every unknown type in between",
    "http1": "answers in HTTP/1.1 and closes",
    "octet-by-octet": "good, but writes every octet by itself",
    "huge-frames": "sends a DATA frame of 16385 octets in each response",
    "hostile": "good, but its debug data and field values are hostile octets",
    "wrong-pong": "acknowledges a PING of a case with other octets",
    "no-settings-ack": "never acknowledges SETTINGS",
    "two-settings-acks": "acknowledges SETTINGS twice",
    "garbage-goaway": "its GOAWAY has three octets",
    "half-goaway": "sends half a GOAWAY, then nothing, and does not close",
    "close-after-response": "closes when it has answered a request",
    "early-answer": "answers a request that has not come yet",
    "half-answer": "stops in the middle of a DATA frame",
    "slow-drip": "good, but lets ten milliseconds pass between two octets",
    "every-other-code": "names the right code at every other connection error only",
    "starves": "serves nobody any more when a client has sent a thousand PINGs",
    "moody": "passes over the first PING of a case, falls silent at the second, then is good",
    "queues": "good, but once a client shuts the windows it answers no request of that connection",
    "hoards": "keeps 64 KiB for each PING, for ever",
    "dies-quietly": "good, but the process exits with 0 at a connection error",
}


# The PINGs of the harness itself; a peer that lies only to cases answers them well.
HARNESS_PINGS = (b"control.", b"alive...", b"barrier")
errors_told = itertools.count()
pings_heard = itertools.count()
moods = iter(("passes over", "falls silent"))
starved = threading.Event()
hoard: list[bytes] = []


class Violation(Exception):
    """The client broke a rule: a connection error with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame; stream and length are not checked."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name: bytes, value: bytes) -> bytes:
    """A field line without indexing, no Huffman; shorter than 127 octets each."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


class Connection:
    """One client, served until it leaves or breaks a rule."""

    def __init__(self, sock: socket.socket, kind: str) -> None:
        self.sock = sock
        self.kind = kind
        self.buffer = b""
        self.lock = threading.Lock()
        self.over = False
        self.highest = 0
        self.shut = False  # the client's windows
        self.ended: set[int] = set()
        self.block_stream = 0  # a field block is open on it
        self.block_ends_stream = False

    def send(self, octets: bytes) -> None:
        if self.kind == "mute":
            return
        with self.lock:
            if self.kind in ("octet-by-octet", "slow-drip"):
                for octet in octets:
                    self.sock.sendall(bytes([octet]))
                    time.sleep(0.01 if self.kind == "slow-drip" else 0)
            else:
                self.sock.sendall(octets)

    def take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            more = self.sock.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def serve(self) -> None:
        try:
            if self.kind == "close-at-once":
                return
            if self.kind == "http1":
                self.sock.recv(65536)
                self.send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
                return
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock.do_handshake()
                if self.kind == "late-certificate-request":
                    self.sock.verify_client_post_handshake()
            self.send(frame(SETTINGS, 0, 0))
            if self.kind == "early-answer":
                self.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x88"))
            if self.kind == "endless-pings":
                threading.Thread(target=self.ping_for_ever, daemon=True).start()
            if self.kind in ("deaf", "mute"):
                while self.sock.recv(65536):
                    pass
                return
            if self.take(len(PREFACE)) != PREFACE:
                raise Violation(PROTOCOL_ERROR)
            while True:
                self.one_frame()
        except Violation as violation:
            self.accuse(violation.code)
        except (EOFError, OSError):
            pass
        finally:
            self.over = True
            self.leave()

    def leave(self) -> None:
        """Says goodbye without destroying what is on its way to the client."""
        try:
            if self.kind == "reset-after-goaway":
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.sock.shutdown(socket.SHUT_WR)
                self.sock.settimeout(1)
                while self.sock.recv(65536):
                    pass
        except OSError:
            pass
        self.sock.close()

    def ping_for_ever(self) -> None:
        try:
            while not self.over:
                self.send(frame(PING, 0, 0, b"forever!"))
                time.sleep(0.005)
        except OSError:
            pass

    def accuse(self, code: int) -> None:
        if self.kind == "crash":
            os.abort()
        if self.kind == "dies-quietly":
            os._exit(0)
        if self.kind == "close-without-goaway":
            return
        if self.kind == "no-error-code":
            code = NO_ERROR
        if self.kind == "wrong-code" or (self.kind == "every-other-code" and next(errors_told) % 2):
            code = COMPRESSION_ERROR
        if self.kind == "half-goaway":
            self.send(frame(GOAWAY, 0, 0, bytes(8))[:11])
            while self.sock.recv(65536):
                pass
            return
        if self.kind == "garbage-goaway":
            self.send(frame(GOAWAY, 0, 0, b"\0\0\0"))
            return
        debug = HOSTILE if self.kind == "hostile" else b""
        try:
            self.send(frame(GOAWAY, 0, 0, struct.pack(">II", self.highest, code) + debug))
        except OSError:
            return
        if self.kind == "pings-after-goaway":
            self.ping_for_ever()
        if self.kind == "crash-after-answer":
            os.kill(os.getpid(), 11)

    def check(self, right: bool, code: int) -> None:
        if not right and self.kind != "lax":
            raise Violation(code)

    def one_frame(self) -> None:
        header = self.take(9)
        while starved.is_set():
            time.sleep(1)
        length = int.from_bytes(header[:3], "big")
        kind, flags = header[3], header[4]
        stream = int.from_bytes(header[5:], "big") & 0x7FFFFFFF
        self.check(length <= 16384, FRAME_SIZE_ERROR)
        payload = self.take(length)
        if self.block_stream:
            right = kind == CONTINUATION and stream == self.block_stream
            self.check(right, PROTOCOL_ERROR)
        handler = {
            DATA: self.on_data,
            HEADERS: self.on_headers,
            PRIORITY: self.on_stream_only,
            RST_STREAM: self.on_stream_only,
            SETTINGS: self.on_settings,
            PUSH_PROMISE: self.on_push_promise,
            PING: self.on_ping,
            GOAWAY: self.on_goaway,
            WINDOW_UPDATE: self.on_window_update,
            CONTINUATION: self.on_continuation,
        }.get(kind)
        if handler is not None:
            handler(flags, stream, payload)

    def on_settings(self, flags: int, stream: int, payload: bytes) -> None:
        self.check(stream == 0, PROTOCOL_ERROR)
        self.check(len(payload) % 6 == 0 and not (flags & ACK and payload), FRAME_SIZE_ERROR)
        if flags & ACK or self.kind == "no-settings-ack":
            return
        self.shut = self.shut or bytes((0, 4, 0, 0, 0, 0)) in payload
        for _ in range(2 if self.kind == "two-settings-acks" else 1):
            self.send(frame(SETTINGS, ACK, 0))

    def on_ping(self, flags: int, stream: int, payload: bytes) -> None:
        self.check(stream == 0, PROTOCOL_ERROR)
        self.check(len(payload) == 8, FRAME_SIZE_ERROR)
        if flags & ACK:
            return
        if self.kind == "hoards":
            hoard.append(b"x" * 65536)
        if self.kind == "starves" and next(pings_heard) > 1000:
            starved.set()
        if self.kind == "moody" and not payload.startswith(HARNESS_PINGS):
            mood = next(moods, "good")
            while mood == "falls silent" and self.sock.recv(65536):
                pass
            if mood != "good":
                return
        if self.kind == "wrong-pong" and not payload.startswith(HARNESS_PINGS):
            payload = payload[::-1]
        self.send(frame(PING, ACK, 0, payload))
        if self.kind == "one-too-many":
            self.send(frame(PING, ACK, 0, payload))

    def on_goaway(self, flags: int, stream: int, payload: bytes) -> None:
        del flags
        self.check(stream == 0, PROTOCOL_ERROR)
        self.check(len(payload) >= 8, FRAME_SIZE_ERROR)

    def on_window_update(self, flags: int, stream: int, payload: bytes) -> None:
        del flags
        self.check(len(payload) == 4, FRAME_SIZE_ERROR)
        self.check(stream <= self.highest, PROTOCOL_ERROR)
        self.check(stream != 0 or payload != b"\0\0\0\0", PROTOCOL_ERROR)
        if payload == b"\0\0\0\0" and self.kind != "lax":
            self.reset(stream, PROTOCOL_ERROR)

    def on_stream_only(self, flags: int, stream: int, payload: bytes) -> None:
        del flags, payload
        self.check(stream != 0, PROTOCOL_ERROR)

    def on_push_promise(self, flags: int, stream: int, payload: bytes) -> None:
        del flags, stream, payload
        self.check(False, PROTOCOL_ERROR)

    def on_headers(self, flags: int, stream: int, payload: bytes) -> None:
        del payload
        self.check(stream % 2 == 1, PROTOCOL_ERROR)
        if self.kind != "lax" and stream in self.ended:
            self.reset(stream, STREAM_CLOSED)
            return
        self.highest = max(self.highest, stream)
        self.block_stream = stream
        self.block_ends_stream = bool(flags & END_STREAM)
        if flags & END_HEADERS:
            self.end_block()

    def on_continuation(self, flags: int, stream: int, payload: bytes) -> None:
        del payload
        self.check(self.block_stream == stream and stream != 0, PROTOCOL_ERROR)
        if flags & END_HEADERS:
            self.end_block()

    def end_block(self) -> None:
        stream, self.block_stream = self.block_stream, 0
        if self.block_ends_stream:
            self.answer(stream)

    def on_data(self, flags: int, stream: int, payload: bytes) -> None:
        self.check(stream != 0 and stream <= self.highest, PROTOCOL_ERROR)
        if self.kind != "lax" and stream in self.ended:
            self.reset(stream, STREAM_CLOSED)
            return
        if payload:
            for target in (0, stream):
                self.send(frame(WINDOW_UPDATE, 0, target, struct.pack(">I", len(payload))))
        if flags & END_STREAM:
            self.answer(stream)

    def reset(self, stream: int, code: int) -> None:
        stream += 2 if self.kind == "wrong-stream" else 0
        self.send(frame(RST_STREAM, 0, stream, struct.pack(">I", code)))

    def answer(self, stream: int) -> None:
        self.ended.add(stream)
        if self.kind == "queues" and self.shut:
            return
        stream += 2 if self.kind == "wrong-stream" else 0
        if self.kind == "unknown-frames":
            for kind in range(0x0B, 0x100):
                if kind in (0x0C, 0x10):  # ORIGIN, PRIORITY_UPDATE: known, with rules of their own
                    continue
                self.send(frame(kind, 0xFF, 0 if kind % 2 else stream, b"unknown" * (kind % 3)))
        fields = b"\x88" + literal(b"content-length", b"12")
        content = b"hello, world"
        if self.kind == "huge-frames":
            fields, content = b"\x88", b"x" * 16385
        if self.kind == "hostile":
            fields += literal(b"x-hostile", HOSTILE)
        for _ in range(2 if self.kind == "two-answers" else 1):
            self.send(frame(HEADERS, END_HEADERS, stream, fields))
            last = frame(DATA, END_STREAM, stream, content)
            self.send(last[:15] if self.kind == "half-answer" else last)
        if self.kind == "half-answer":
            while self.sock.recv(65536):
                pass
        if self.kind == "close-after-response":
            raise EOFError


def tls_context(cert: str, key: str) -> ssl.SSLContext:
    """TLS 1.3 with ALPN h2; a certificate of the client's is asked for later or never."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(cert, key)
    context.set_alpn_protocols(["h2"])
    context.post_handshake_auth = True
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def main() -> int:
    """Serves until it is killed."""
    parser = argparse.ArgumentParser(
        description="An HTTP/2 server with one defect.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {kind:22}{text}" for kind, text in KINDS.items()),
    )
    parser.add_argument("--kind", choices=KINDS, default="good")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--cert", help="PEM, with --key: TLS")
    parser.add_argument("--key")
    arguments = parser.parse_args()
    context = tls_context(arguments.cert, arguments.key) if arguments.cert else None
    listener = socket.create_server(("127.0.0.1", arguments.port))
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    if arguments.kind == "hostile":
        sys.stderr.buffer.write(HOSTILE + b"\n")
        sys.stderr.buffer.flush()
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            sock = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        connection = Connection(sock, arguments.kind)
        threading.Thread(target=connection.serve, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
