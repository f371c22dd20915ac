"""What h2spec asks of a server, in our own words: its cases by their names, what is sent, and which
reactions pass. For h2spec_test.py.
"""

import struct
from typing import Callable, Dict, Tuple

from conformance.serve.h2spec_wire import (
    ACK,
    CLOSED,
    COMPRESSION,
    CONTINUATION,
    DATA,
    ENABLE_PUSH,
    END_HEADERS,
    END_STREAM,
    FLOW,
    FRAME,
    GET,
    GOAWAY,
    HEADERS,
    INITIAL,
    LARGE,
    LAST_STREAM,
    LIST,
    OPEN,
    PADDED,
    PING,
    POST,
    PREFACE,
    PRIORITIZED,
    PRIORITY,
    PROTOCOL,
    PUSH,
    REFUSED,
    RST,
    SETTINGS,
    SIZE,
    STREAMS,
    TABLE,
    WINDOW,
    Connection,
    Frame,
    fields,
    frame,
    headers,
    ping,
    priority,
    priority_fields,
    request,
    reset,
    settings,
    string,
    window,
)

Judge = Callable[[Connection], bool]
Send = Callable[[Connection], None]


def code_of(got: Frame) -> int:
    return int.from_bytes(got.payload[4:8] if got.kind == GOAWAY else got.payload[:4], "big")


def conn(*codes: int) -> Judge:
    """Closed, or GOAWAY with one of the codes."""

    def judge(c: Connection) -> bool:
        c.until(lambda got: got.kind == GOAWAY and code_of(got) in codes)
        return True

    return judge


def strm(*codes: int) -> Judge:
    """As conn(), or RST_STREAM with one of the codes."""

    def judge(c: Connection) -> bool:
        c.until(lambda got: got.kind in (GOAWAY, RST) and code_of(got) in codes)
        return True

    return judge


def closes(c: Connection) -> bool:
    return c.until(lambda got: False) is None


def first(kind: int, test: Callable[[Frame], bool]) -> Judge:
    """The first frame of this type passes the test; until closed."""

    def judge(c: Connection) -> bool:
        got = c.until(lambda frame: frame.kind == kind)
        return got is not None and test(got)

    return judge


answered = first(HEADERS, lambda got: got.stream == 1)
pong = first(PING, lambda got: bool(got.flags & ACK) and got.payload == b"h2spec01")
acknowledged = first(SETTINGS, lambda got: bool(got.flags & ACK))
one_octet = first(DATA, lambda got: len(got.payload) == 1)


def any_frame(kind: int) -> Judge:
    return first(kind, lambda got: True)


def pong_or_closed(c: Connection) -> bool:
    got = c.until(lambda frame: frame.kind == PING)
    return got is None or (bool(got.flags & ACK) and got.payload == b"h2spec01")


def sends(*octets: bytes) -> Send:
    return lambda c: c.send(*octets)


def then(*parts: bytes) -> Send:
    """A whole GET first, to its end."""

    def send(c: Connection) -> None:
        c.send(headers(1, GET))
        c.finish()
        c.send(*parts)

    return send


def first_settings(c: Connection) -> bool:
    got = c.next()
    return got is not None and got.kind == SETTINGS and not got.flags & ACK


def frame_of_largest_size(extra: int) -> Send:
    def send(c: Connection) -> None:
        size = c.settings.get(FRAME, 16384) + extra
        c.send(headers(1, POST, OPEN), frame(DATA, END_STREAM, 1, bytes(size)))

    return send


def too_many_streams(c: Connection) -> None:
    c.send(settings((INITIAL, 0)))
    limit = c.settings.get(STREAMS, 100)
    c.send(*(headers(1 + 2 * i, GET) for i in range(limit + 1)))


def window_shrinks(c: Connection) -> None:
    c.send(settings((INITIAL, 3)), headers(1, GET))
    c.until(lambda got: got.kind == DATA)
    c.send(settings((INITIAL, 2)), window(1, 2))


def size_update_above_limit(c: Connection) -> None:
    size, octets = c.settings.get(TABLE, 4096) + 1 - 31, b"\x3f"
    while size >= 128:
        octets += bytes([size % 128 + 128])
        size //= 128
    c.send(headers(1, octets + bytes([size]) + GET))


def literal(form: int, name: bytes, value: bytes) -> bytes:
    return bytes([form]) + name + value


USER_AGENT_HUFFMAN = bytes.fromhex("87b505b161cc5a93")
H2SPEC_HUFFMAN = bytes.fromhex("849c45560f")
TEST_NAME_HUFFMAN = bytes.fromhex("85f2b24a84ff")
RAW_AGENT, RAW_VALUE, RAW_TEST = string(b"user-agent"), string(b"h2spec"), string(b"x-test")
SPLIT = 5

GENERIC: Dict[str, Tuple[Send, Judge]] = {
    "generic/2/1": (sends(priority(1), ping()), pong),
    "generic/2/2": (
        sends(settings((INITIAL, 0)), headers(1, GET), window(1, 1)),
        any_frame(DATA),
    ),
    "generic/2/3": (
        sends(settings((INITIAL, 0)), headers(1, GET), priority(1), window(1, 1)),
        any_frame(DATA),
    ),
    "generic/2/4": (sends(headers(1, GET), reset(1), ping()), pong_or_closed),
    "generic/2/5": (then(priority(1), ping()), pong),
    "generic/3.1/1": (
        sends(headers(1, POST, OPEN), frame(DATA, END_STREAM, 1, b"test")),
        answered,
    ),
    "generic/3.1/2": (
        sends(
            headers(1, POST, OPEN), frame(DATA, 0, 1, b"test"), frame(DATA, END_STREAM, 1, b"test")
        ),
        answered,
    ),
    "generic/3.1/3": (
        sends(headers(1, POST, OPEN), frame(DATA, END_STREAM | PADDED, 1, b"\x05test" + bytes(5))),
        answered,
    ),
    "generic/3.2/1": (sends(headers(1, GET)), answered),
    "generic/3.2/2": (
        sends(headers(1, b"\x08" + GET + bytes(8), END_STREAM | END_HEADERS | PADDED)),
        answered,
    ),
    "generic/3.2/3": (
        sends(headers(1, priority_fields(0, 256) + GET, END_STREAM | END_HEADERS | PRIORITIZED)),
        answered,
    ),
    "generic/3.3/1": (sends(priority(1, weight=1), headers(1, GET)), answered),
    "generic/3.3/2": (sends(priority(1, weight=256), headers(1, GET)), answered),
    "generic/3.3/3": (sends(priority(3, depends_on=1), headers(1, GET)), answered),
    "generic/3.3/4": (sends(priority(1, exclusive=True), headers(1, GET)), answered),
    "generic/3.3/5": (sends(priority(3), headers(1, GET)), answered),
    "generic/3.4/1": (sends(headers(1, GET, OPEN), reset(1), ping()), pong_or_closed),
    "generic/3.5/1": (
        sends(
            settings(
                (TABLE, 4096),
                (ENABLE_PUSH, 0),
                (STREAMS, 100),
                (INITIAL, 65535),
                (FRAME, 16384),
                (LIST, 100),
            )
        ),
        acknowledged,
    ),
    "generic/3.7/1": (sends(ping()), pong),
    "generic/3.8/1": (
        sends(frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0) + b"h2spec"), ping()),
        pong_or_closed,
    ),
    "generic/3.9/1": (sends(window(0, 1), ping()), pong),
    "generic/3.9/2": (sends(headers(1, GET), window(1, 1)), answered),
    "generic/3.10/1": (
        sends(
            headers(1, GET[:SPLIT], END_STREAM), frame(CONTINUATION, END_HEADERS, 1, GET[SPLIT:])
        ),
        answered,
    ),
    "generic/3.10/2": (
        sends(
            headers(1, GET[:SPLIT], END_STREAM),
            frame(CONTINUATION, 0, 1, GET[SPLIT : 2 * SPLIT]),
            frame(CONTINUATION, END_HEADERS, 1, GET[2 * SPLIT :]),
        ),
        answered,
    ),
    "generic/4/1": (sends(headers(1, GET)), answered),
    "generic/4/2": (sends(headers(1, request("HEAD"))), answered),
    "generic/4/3": (sends(headers(1, POST, OPEN), frame(DATA, END_STREAM, 1, b"test")), answered),
    "generic/4/4": (
        sends(
            headers(1, request("POST", ("trailer", "x-test")), OPEN),
            frame(DATA, 0, 1, b"test"),
            headers(1, fields(("x-test", "ok"))),
        ),
        answered,
    ),
    "generic/5/1": (sends(headers(1, GET + b"\xba")), answered),
    "generic/5/14": (sends(headers(1, b"\x3f\x61" + GET)), answered),
    "generic/5/15": (sends(headers(1, b"\x3f\x61\x3f\xe1\x1f" + GET)), answered),
}
for _number, _form in enumerate((0x40, 0x40, 0x40, 0x40, 0, 0, 0, 0, 0x10, 0x10, 0x10, 0x10), 2):
    _name = (RAW_AGENT, USER_AGENT_HUFFMAN, RAW_TEST, TEST_NAME_HUFFMAN)[(_number - 2) % 4]
    _value = (RAW_VALUE, H2SPEC_HUFFMAN)[(_number - 2) % 2]
    GENERIC[f"generic/5/{_number}"] = (
        sends(headers(1, GET + literal(_form, _name, _value))),
        answered,
    )

UNKNOWN = frame(0x16, 0, 0, bytes(8))
TWICE = headers(1, GET, END_HEADERS)

FRAMING: Dict[str, Tuple[Send, Judge]] = {
    "http2/4.1/1": (sends(UNKNOWN, ping()), pong),
    "http2/4.1/2": (sends(frame(PING, 0x16, 0, b"h2spec01")), any_frame(PING)),
    "http2/4.1/3": (sends(frame(PING, 0x16, 1 << 31, b"h2spec01")), any_frame(PING)),
    "http2/4.2/1": (frame_of_largest_size(0), answered),
    "http2/4.2/2": (frame_of_largest_size(1), strm(SIZE)),
    "http2/4.2/3": (sends(headers(1, request("GET", *LARGE))), conn(SIZE)),
    "http2/4.3/1": (sends(headers(1, b"\x40")), conn(COMPRESSION)),
    "http2/4.3/2": (
        sends(headers(1, GET, END_STREAM), priority(1), frame(CONTINUATION, END_HEADERS, 1)),
        conn(PROTOCOL),
    ),
    "http2/4.3/3": (
        sends(headers(1, GET, END_STREAM), headers(3, GET), frame(CONTINUATION, END_HEADERS, 1)),
        conn(PROTOCOL),
    ),
    "http2/5.1/1": (sends(frame(DATA, END_STREAM, 1, b"test")), strm(PROTOCOL, CLOSED)),
    "http2/5.1/2": (sends(reset(1)), conn(PROTOCOL)),
    "http2/5.1/3": (sends(window(1, 100)), conn(PROTOCOL)),
    "http2/5.1/4": (sends(frame(CONTINUATION, END_HEADERS, 1, GET)), conn(PROTOCOL)),
    "http2/5.1/5": (sends(headers(1, GET), frame(DATA, END_STREAM, 1, b"test")), strm(CLOSED)),
    "http2/5.1/6": (sends(headers(1, GET), headers(1, GET)), strm(CLOSED)),
    "http2/5.1/7": (
        sends(headers(1, GET), frame(CONTINUATION, END_HEADERS, 1, GET)),
        strm(CLOSED, PROTOCOL),
    ),
    "http2/5.1/8": (sends(TWICE, reset(1), frame(DATA, END_STREAM, 1, b"test")), strm(CLOSED)),
    "http2/5.1/9": (sends(TWICE, reset(1), headers(1, GET)), strm(CLOSED)),
    "http2/5.1/10": (
        sends(TWICE, reset(1), frame(CONTINUATION, END_HEADERS, 1, GET)),
        strm(CLOSED, PROTOCOL),
    ),
    "http2/5.1/11": (then(frame(DATA, END_STREAM, 1, b"test")), strm(CLOSED)),
    "http2/5.1/12": (then(headers(1, GET)), conn(CLOSED)),
    "http2/5.1/13": (then(frame(CONTINUATION, END_HEADERS, 1, GET)), conn(CLOSED, PROTOCOL)),
    "http2/5.1.1/1": (sends(headers(2, GET)), conn(PROTOCOL)),
    "http2/5.1.1/2": (sends(headers(5, GET), headers(3, GET)), conn(PROTOCOL)),
    "http2/5.1.2/1": (too_many_streams, strm(PROTOCOL, REFUSED)),
    "http2/5.3.1/1": (
        sends(headers(1, priority_fields(1, 256) + GET, END_STREAM | END_HEADERS | PRIORITIZED)),
        strm(PROTOCOL),
    ),
    "http2/5.3.1/2": (sends(priority(1, depends_on=1)), strm(PROTOCOL)),
    "http2/5.4.1/1": (sends(frame(PING, 0, 3, b"h2spec01")), closes),
    "http2/5.4.1/2": (sends(frame(PING, 0, 3, b"h2spec01")), any_frame(GOAWAY)),
    "http2/5.5/1": (sends(UNKNOWN, ping()), pong),
    "http2/5.5/2": (
        sends(headers(1, GET, END_STREAM), frame(0x16, 0, 1, bytes(8))),
        conn(PROTOCOL),
    ),
    "http2/6.1/1": (sends(frame(DATA, END_STREAM, 0, b"test")), conn(PROTOCOL)),
    "http2/6.1/2": (sends(headers(1, POST), frame(DATA, END_STREAM, 1, b"test")), strm(CLOSED)),
    "http2/6.1/3": (
        sends(headers(1, POST, OPEN), frame(DATA, END_STREAM | PADDED, 1, b"\x06Test")),
        conn(PROTOCOL),
    ),
    "http2/6.2/1": (
        sends(headers(1, GET, END_STREAM), priority(1), frame(CONTINUATION, END_HEADERS, 1)),
        conn(PROTOCOL),
    ),
    "http2/6.2/2": (
        sends(headers(1, GET, END_STREAM), headers(3, GET), frame(CONTINUATION, END_HEADERS, 1)),
        conn(PROTOCOL),
    ),
    "http2/6.2/3": (sends(headers(0, GET)), conn(PROTOCOL)),
    "http2/6.2/4": (
        sends(headers(1, bytes([len(GET) + 1]) + GET, END_STREAM | END_HEADERS | PADDED)),
        strm(PROTOCOL),
    ),
    "http2/6.3/1": (sends(priority(0)), conn(PROTOCOL)),
    "http2/6.3/2": (sends(headers(1, GET), frame(PRIORITY, 0, 1, bytes(4))), strm(SIZE)),
    "http2/6.4/1": (sends(reset(0)), conn(PROTOCOL)),
    "http2/6.4/2": (sends(reset(1)), conn(PROTOCOL)),
    "http2/6.4/3": (sends(headers(1, GET), frame(RST, 0, 1, bytes(3))), strm(SIZE)),
    "http2/6.5/1": (sends(frame(SETTINGS, ACK, 0, b"\x00")), conn(SIZE)),
    "http2/6.5/2": (sends(frame(SETTINGS, 0, 1, struct.pack(">HI", STREAMS, 100))), conn(PROTOCOL)),
    "http2/6.5/3": (sends(frame(SETTINGS, 0, 0, bytes(3))), strm(PROTOCOL, SIZE)),
    "http2/6.5.2/1": (sends(settings((ENABLE_PUSH, 2))), conn(PROTOCOL)),
    "http2/6.5.2/2": (sends(settings((INITIAL, 1 << 31))), conn(FLOW)),
    "http2/6.5.2/3": (sends(settings((FRAME, 16383))), conn(PROTOCOL)),
    "http2/6.5.2/4": (sends(settings((FRAME, 1 << 24))), conn(PROTOCOL)),
    "http2/6.5.2/5": (sends(settings((0xFF, 1)), ping()), pong),
    "http2/6.5.3/1": (sends(settings((INITIAL, 100), (INITIAL, 1)), headers(1, GET)), one_octet),
    "http2/6.5.3/2": (sends(settings((ENABLE_PUSH, 0))), acknowledged),
}

CONTROL: Dict[str, Tuple[Send, Judge]] = {
    "http2/6.7/1": (sends(ping()), pong),
    "http2/6.7/2": (sends(frame(PING, ACK, 0, b"invalid!"), ping()), pong),
    "http2/6.7/3": (sends(frame(PING, 0, 1, b"h2spec01")), conn(PROTOCOL)),
    "http2/6.7/4": (sends(frame(PING, 0, 0, b"h2spec")), conn(SIZE)),
    "http2/6.8/1": (sends(frame(GOAWAY, 0, 1, bytes(8))), conn(PROTOCOL)),
    "http2/6.9/1": (sends(window(0, 0)), conn(PROTOCOL)),
    "http2/6.9/2": (sends(headers(1, GET, OPEN), window(1, 0)), strm(PROTOCOL)),
    "http2/6.9/3": (sends(frame(WINDOW, 0, 0, bytes(3))), conn(SIZE)),
    "http2/6.9.1/1": (sends(settings((INITIAL, 1)), headers(1, GET)), one_octet),
    "http2/6.9.1/2": (
        sends(window(0, LAST_STREAM), window(0, LAST_STREAM)),
        first(GOAWAY, lambda got: code_of(got) == FLOW),
    ),
    "http2/6.9.1/3": (
        sends(headers(1, GET, OPEN), window(1, LAST_STREAM), window(1, LAST_STREAM)),
        first(RST, lambda got: code_of(got) == FLOW),
    ),
    "http2/6.9.2/1": (
        sends(settings((INITIAL, 0)), headers(1, GET), settings((INITIAL, 1))),
        one_octet,
    ),
    "http2/6.9.2/2": (window_shrinks, one_octet),
    "http2/6.9.2/3": (sends(settings((INITIAL, 1 << 31))), conn(FLOW)),
    "http2/6.10/1": (
        sends(
            headers(1, GET, END_STREAM),
            frame(CONTINUATION, 0, 1, fields(LARGE[0])),
            frame(CONTINUATION, END_HEADERS, 1, fields(LARGE[0])),
        ),
        answered,
    ),
    "http2/6.10/2": (
        sends(
            headers(1, GET, END_STREAM),
            frame(CONTINUATION, 0, 1, fields(LARGE[0])),
            frame(DATA, END_STREAM, 1, b"test"),
        ),
        conn(PROTOCOL),
    ),
    "http2/6.10/3": (
        sends(headers(1, GET, END_STREAM), frame(CONTINUATION, END_HEADERS, 0, b"")),
        conn(PROTOCOL),
    ),
    "http2/6.10/4": (sends(TWICE, frame(CONTINUATION, END_HEADERS, 1, GET)), conn(PROTOCOL)),
    "http2/6.10/5": (
        sends(
            headers(1, GET, 0),
            frame(CONTINUATION, END_HEADERS, 1, fields(LARGE[0])),
            frame(CONTINUATION, END_HEADERS, 1, fields(LARGE[0])),
        ),
        conn(PROTOCOL),
    ),
    "http2/6.10/6": (
        sends(
            headers(1, GET, 0),
            frame(DATA, END_STREAM, 1, b"test"),
            frame(CONTINUATION, END_HEADERS, 1),
            frame(CONTINUATION, END_HEADERS, 0),
        ),
        conn(PROTOCOL),
    ),
    "http2/7/1": (sends(frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0xFF)), ping()), pong_or_closed),
    "http2/7/2": (sends(TWICE, reset(1, 0xFF), ping()), pong_or_closed),
}


def refuses(*block: bytes) -> Tuple[Send, Judge]:
    return sends(headers(1, b"".join(block))), strm(PROTOCOL)


def refuses_post(more: Tuple[str, str], *frames: bytes) -> Tuple[Send, Judge]:
    return sends(headers(1, request("POST", more), OPEN), *frames), strm(PROTOCOL)


METHOD, SCHEME = fields((":method", "GET")), fields((":scheme", "http"))
PATH, AUTHORITY = fields((":path", "/")), fields((":authority", "localhost"))
BODY = frame(DATA, 0, 1, b"test")
LAST_BODY = frame(DATA, END_STREAM, 1, b"test")

MESSAGES: Dict[str, Tuple[Send, Judge]] = {
    "http2/8.1/1": (
        sends(headers(1, POST, OPEN), BODY, headers(1, fields(("x-test", "ok")), END_HEADERS)),
        strm(PROTOCOL),
    ),
    "http2/8.1.2/1": refuses(GET, fields(("X-TEST", "ok"))),
    "http2/8.1.2.1/1": refuses(GET, fields((":test", "ok"))),
    "http2/8.1.2.1/2": refuses(GET, fields((":status", "200"))),
    "http2/8.1.2.1/3": (
        sends(headers(1, POST, OPEN), BODY, headers(1, fields((":method", "POST")), END_HEADERS)),
        strm(PROTOCOL),
    ),
    "http2/8.1.2.1/4": refuses(fields(("x-test", "ok")), GET),
    "http2/8.1.2.2/1": refuses(GET, fields(("connection", "keep-alive"))),
    "http2/8.1.2.2/2": refuses(GET, fields(("trailers", "test"), ("te", "trailers, deflate"))),
    "http2/8.1.2.3/1": refuses(METHOD, SCHEME, fields((":path", "")), AUTHORITY),
    "http2/8.1.2.3/2": refuses(PATH, AUTHORITY),
    "http2/8.1.2.3/3": refuses(METHOD, PATH, AUTHORITY),
    "http2/8.1.2.3/4": refuses(METHOD, SCHEME, AUTHORITY),
    "http2/8.1.2.3/5": refuses(METHOD, GET),
    "http2/8.1.2.3/6": refuses(SCHEME, GET),
    "http2/8.1.2.3/7": refuses(PATH, GET),
    "http2/8.1.2.6/1": refuses_post(("content-length", "1"), LAST_BODY),
    "http2/8.1.2.6/2": refuses_post(("content-length", "1"), BODY, LAST_BODY),
    "http2/8.2/1": (
        sends(frame(PUSH, END_HEADERS, 1, struct.pack(">I", 3) + GET)),
        conn(PROTOCOL),
    ),
    "hpack/2.3.3/1": (sends(headers(1, GET + b"\xc6")), conn(COMPRESSION)),
    "hpack/2.3.3/2": (sends(headers(1, GET + b"\x7f\x07" + RAW_VALUE)), conn(COMPRESSION)),
    "hpack/4.2/1": (sends(headers(1, GET + b"\x21")), conn(COMPRESSION)),
    "hpack/5.2/1": (sends(headers(1, GET + b"\x00\x01x\x82\x1f\xff")), conn(COMPRESSION)),
    "hpack/5.2/2": (sends(headers(1, GET + b"\x00\x01x\x81\x18")), conn(COMPRESSION)),
    "hpack/5.2/3": (sends(headers(1, GET + b"\x00\x01x\x84\xff\xff\xff\xff")), conn(COMPRESSION)),
    "hpack/6.1/1": (sends(headers(1, GET + b"\x80")), conn(COMPRESSION)),
    "hpack/6.3/1": (size_update_above_limit, conn(COMPRESSION)),
}

CASES = {**GENERIC, **FRAMING, **CONTROL, **MESSAGES}
# These begin before the handshake.
OPENINGS: Dict[str, Tuple[bytes, Judge]] = {
    "generic/1/1": (PREFACE + settings(), first_settings),
    "http2/3.5/1": (PREFACE + settings(), first_settings),
    "http2/3.5/2": (b"INVALID CONNECTION PREFACE\r\n\r\n", conn(PROTOCOL)),
}
# RFC 9113 has dropped the rule: a stream may name itself.
SELF_DEPENDENCY = ["http2/5.3.1/1", "http2/5.3.1/2"]
