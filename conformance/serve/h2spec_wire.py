"""Frames by hand and one connection to speak them on. For h2spec_cases.py and h2spec_test.py."""

import socket
import ssl
import struct
import time
from typing import Callable, Dict, NamedTuple, Optional, Tuple

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PATIENCE = 2.0  # seconds; so long h2spec waits for a reaction

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED, PRIORITIZED, ACK = 0x1, 0x4, 0x8, 0x20, 0x1
PROTOCOL, FLOW, CLOSED, SIZE, REFUSED, COMPRESSION = 0x1, 0x3, 0x5, 0x6, 0x7, 0x9
TABLE, ENABLE_PUSH, STREAMS, INITIAL, FRAME, LIST = 1, 2, 3, 4, 5, 6
LAST_STREAM = 0x7FFFFFFF


class Frame(NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame; anything may be wrong with it."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs: Tuple[int, int]) -> bytes:
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def ping(payload: bytes = b"h2spec01") -> bytes:
    return frame(PING, 0, 0, payload)


def window(stream: int, increment: int) -> bytes:
    return frame(WINDOW, 0, stream, struct.pack(">I", increment))


def reset(stream: int, code: int = 0x8) -> bytes:
    return frame(RST, 0, stream, struct.pack(">I", code))


def priority(stream: int, depends_on: int = 0, weight: int = 16, exclusive: bool = False) -> bytes:
    return frame(PRIORITY, 0, stream, priority_fields(depends_on, weight, exclusive))


def priority_fields(depends_on: int, weight: int, exclusive: bool = False) -> bytes:
    return struct.pack(">IB", depends_on | (0x80000000 if exclusive else 0), weight - 1)


def string(text: bytes) -> bytes:
    """A string literal without Huffman's code."""
    if len(text) < 127:
        return bytes([len(text)]) + text
    rest, octets = len(text) - 127, b"\x7f"
    while rest >= 128:
        octets += bytes([rest % 128 + 128])
        rest //= 128
    return octets + bytes([rest]) + text


def field(name: str, value: str, form: int = 0x00) -> bytes:
    return bytes([form]) + string(name.encode()) + string(value.encode())


def fields(*pairs: Tuple[str, str]) -> bytes:
    return b"".join(field(*pair) for pair in pairs)


def request(method: str = "GET", *more: Tuple[str, str]) -> bytes:
    pseudo = ((":method", method), (":scheme", "http"), (":path", "/"), (":authority", "localhost"))
    return fields(*pseudo, *more)


def headers(stream: int, block: bytes, flags: int = END_STREAM | END_HEADERS) -> bytes:
    return frame(HEADERS, flags, stream, block)


GET = request()
POST = request("POST")
OPEN = END_HEADERS  # flags of HEADERS that leave the stream open
LARGE = [(f"x-dummy{i}", "x" * 4000) for i in range(5)]


class Connection:
    """One connection: the octets of a case go out, frames come in."""

    def __init__(self, port: int, tls: bool) -> None:
        self.socket: socket.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.input = b""
        self.settings: Dict[int, int] = {}

    def send(self, *octets: bytes) -> None:
        try:
            self.socket.sendall(b"".join(octets))
        except OSError:
            pass  # it has closed already: the next read says so

    def next(self) -> Optional[Frame]:
        """The next frame; None: closed. Raises TimeoutError after PATIENCE without one."""
        deadline = time.monotonic() + PATIENCE
        while len(self.input) < 9 or len(self.input) < 9 + int.from_bytes(self.input[:3], "big"):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.socket.settimeout(left)
            try:
                octets = self.socket.recv(65536)
            except (TimeoutError, socket.timeout) as error:
                raise TimeoutError from error
            except OSError:
                return None
            if not octets:
                return None
            self.input += octets
        length = int.from_bytes(self.input[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", self.input[3:9])
        payload = self.input[9 : 9 + length]
        self.input = self.input[9 + length :]
        return Frame(kind, flags, stream, payload)

    def handshake(self) -> None:
        self.send(PREFACE, settings((INITIAL, 65535)))
        announced = acknowledged = False
        while not (announced and acknowledged):
            got = self.next()
            assert got is not None, "closed during the handshake"
            if got.kind == SETTINGS and got.flags & ACK:
                acknowledged = True
            elif got.kind == SETTINGS:
                announced = True
                for at in range(0, len(got.payload), 6):
                    number, value = struct.unpack_from(">HI", got.payload, at)
                    self.settings[number] = value
                self.send(frame(SETTINGS, ACK, 0))

    def until(self, wanted: Callable[[Frame], bool]) -> Optional[Frame]:
        """The first frame that is wanted; None: closed before."""
        while True:
            got = self.next()
            if got is None or wanted(got):
                return got

    def finish(self, stream: int = 1) -> None:
        """Waits for the end of the response on this stream."""
        self.until(lambda got: got.stream == stream and bool(got.flags & END_STREAM))
