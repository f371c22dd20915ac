#!/usr/bin/python3
"""A plain HTTP/1.1 origin for the proxies: `backend.py PORT`, on loopback.

GET / is short, GET /large is 300 KiB, GET /status/204 and /status/304 are what they say, and POST
sends back what it got (at most 1 MiB of it). It does what RFC 9112 says and nothing clever.
"""

import asyncio
import sys
from contextlib import suppress

LARGE = (b"all work and no play makes a server a dull peer\n" * 6401)[: 300 * 1024]
ECHOED_AT_MOST = 1 << 20
Fields = dict[str, str]


async def content(reader: asyncio.StreamReader, fields: Fields) -> bytes:
    """The content of a request, by length or in chunks; what is too much is read and forgotten."""
    kept = bytearray()

    async def take(octets: int) -> None:
        while octets > 0:
            got = await reader.readexactly(min(octets, 65536))
            octets -= len(got)
            if len(kept) < ECHOED_AT_MOST:
                kept.extend(got)

    if fields.get("transfer-encoding", "").lower() != "chunked":
        await take(int(fields.get("content-length", "0")))
        return bytes(kept)
    while size := int((await reader.readuntil(b"\n")).split(b";")[0], 16):
        await take(size)
        await reader.readuntil(b"\n")
    while (await reader.readuntil(b"\n")).strip():
        pass  # trailers
    return bytes(kept)


def answer(method: str, path: str, sent: bytes) -> tuple[str, bytes]:
    """Status line and content."""
    if path.startswith("/status/204"):
        return "204 No Content", b""
    if path.startswith("/status/304"):
        return "304 Not Modified", b""
    if method == "POST":
        return "200 OK", sent or b"nothing\n"
    if method not in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        return "501 Not Implemented", b"no such method\n"
    return "200 OK", LARGE if path.startswith("/large") else b"hello from behind\n"


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """One request and its answer; false when the connection ends with it."""
    first = (await reader.readuntil(b"\n")).decode("latin-1").split()
    if len(first) != 3:
        return False
    fields: Fields = {}
    while line := (await reader.readuntil(b"\n")).strip():
        name, _, value = line.decode("latin-1").partition(":")
        fields[name.lower()] = value.strip()
    if fields.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    status, body = answer(first[0], first[1], await content(reader, fields))
    last = fields.get("connection", "").lower() == "close" or first[2] != "HTTP/1.1"
    head = f"HTTP/1.1 {status}\r\n" + ("Connection: close\r\n" if last else "")
    if not status.startswith(("204", "304")):
        head += f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}\r\n".encode("latin-1") + (b"" if first[0] == "HEAD" else body))
    await writer.drain()
    return not last


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # A proxy may hang up at any octet, and what it forwards of a bad request may be no request.
    with suppress(OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        while await exchange(reader, writer):
            pass
    writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1])))
