"""The door of the web application: whole, small and soon, or refused; and nobody waits for somebody else's body."""

from __future__ import annotations

import asyncio
from typing import Any

from claimkeep.edge.config.front import Front, Message


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """A WSGI application that answers with what it was given."""
    start_response("200 OK", [("content-type", "text/plain")])
    return [environ["wsgi.input"].read(), b"|", environ.get("HTTP_COOKIE", "").encode()]


def asked(front: Front, parts: list[Message], *, headers: Any = (), hangs: bool = False) -> tuple[int, bytes]:
    """Status and body of the answer to a request whose body comes in these parts, and then never ends if it hangs."""
    answers: list[Message] = []
    left = list(parts)

    async def receive() -> Message:
        if left:
            return left.pop(0)
        assert hangs
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "http_version": "2",
        "headers": list(headers),
    }
    asyncio.run(front(scope, receive, send))
    return answers[0]["status"], b"".join(a.get("body", b"") for a in answers[1:])


def part(body: bytes, *, more: bool = False) -> Message:
    """A piece of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_pieces_arrives_whole() -> None:
    assert asked(Front(echo), [part(b"last_name=", more=True), part(b"LASTNAME")]) == (200, b"last_name=LASTNAME|")


def test_a_body_that_is_too_large_is_refused_before_the_application_sees_it() -> None:
    assert asked(Front(echo, most_octets=8), [part(b"12345678")])[0] == 200
    assert asked(Front(echo, most_octets=8), [part(b"12345", more=True), part(b"6789", more=True)], hangs=True) == (
        413,
        b"",
    )


def test_a_body_that_does_not_end_is_given_up() -> None:
    assert asked(Front(echo, within_s=0.05), [part(b"a", more=True)], hangs=True) == (408, b"")


def test_cookies_sent_one_by_one_are_one_header() -> None:
    crumbs = [(b"cookie", b"a=1"), (b"accept", b"*/*"), (b"cookie", b"b=2")]
    assert asked(Front(echo), [part(b"")], headers=crumbs) == (200, b"|a=1; b=2")
