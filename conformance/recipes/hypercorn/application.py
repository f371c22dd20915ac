"""An ASGI application: / is short, /large is not, POST sends back what it got."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

LARGE = Path("@root@/large")
Message = dict[str, Any]


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] != "http":
        return
    sent = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return
        sent += message.get("body", b"")
        if not message.get("more_body"):
            break
    status, body = 200, b"hello from hypercorn\n"
    if scope["path"] in ("/status/204", "/status/304"):
        status, body = int(scope["path"][-3:]), b""
    elif scope["path"] == "/large":
        body = LARGE.read_bytes()
    elif scope["method"] == "POST":
        body = bytes(sent)
    fields = [(b"content-type", b"text/plain")] if status == 200 else []
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
