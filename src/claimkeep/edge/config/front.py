"""The door of the web application: a request's body comes whole, small and soon, or the request is refused.

The body is taken in while nothing waits for it, so that a sender who is slow, or never ends, stops nobody else; only
then does Django see the request.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from asgiref.wsgi import WsgiToAsgi
from django.core.wsgi import get_wsgi_application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST_BODY_OCTETS = 64 * 1024
"""Forms here are small; no page takes a file."""

BODY_WITHIN_S = 10.0


class Front:
    """An ASGI application in front of a WSGI one."""

    def __init__(
        self, application: Any, *, most_octets: int = MOST_BODY_OCTETS, within_s: float = BODY_WITHIN_S
    ) -> None:
        self._inner = WsgiToAsgi(application)
        self._most_octets, self._within_s = most_octets, within_s

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request; 413 for a body that is too large, 408 for one that does not end in time."""
        if scope["type"] != "http":
            return
        try:
            async with asyncio.timeout(self._within_s):
                body = await self._body(receive)
        except TimeoutError:
            await _refuse(send, 408)
            return
        if body is None:
            await _refuse(send, 413)
            return
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def whole() -> Message:
            return next(given, {"type": "http.disconnect"})

        async def answer(message: Message) -> None:  # the server's own send is no coroutine function
            await send(message)

        await self._inner({**scope, "headers": _one_cookie(scope["headers"])}, whole, answer)

    async def _body(self, receive: Receive) -> bytes | None:
        """The whole body, or None when it is too large; a sender who went away sent what he sent."""
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._most_octets:
                return None
            if message["type"] != "http.request" or not message.get("more_body"):
                return bytes(body)


def _one_cookie(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers with all cookies in one, as WSGI wants them; HTTP/2 sends each by itself (RFC 9113 8.2.3)."""
    given = list(headers)
    crumbs = [value for name, value in given if name == b"cookie"]
    rest = [(name, value) for name, value in given if name != b"cookie"]
    return [*rest, (b"cookie", b"; ".join(crumbs))] if crumbs else rest


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def application() -> Front:
    """The application a web server calls, on the data folder that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimkeep.edge.config.settings")
    return Front(get_wsgi_application())
