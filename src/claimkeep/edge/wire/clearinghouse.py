"""The clearinghouse, over SFTP: files go to `in`, answers wait in `out`, what was taken stands in `archive`.

A file is sent once, whatever breaks in between: it goes up under NAME.part and gets its name only when it is whole,
and a name that is already there is not sent again. The host is known by its pinned key or not spoken to.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import TypeVar, cast

import asyncssh

from claimkeep.engine.terms.errors import WireError

IN, OUT, ARCHIVE = "in", "out", "archive"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
"""What we call a file of ours."""
_ANSWER = re.compile(r"[^./\x00-\x1f\x7f][^/\x00-\x1f\x7f]{0,254}")
"""What a clearinghouse may call an answer: anything that cannot lead out of its folder."""
_BLOCK = 32 * 1024
LARGEST_ANSWER = 1024**3
"""Bytes; more is not an answer but an attack or an accident."""

T = TypeVar("T")


class Clearinghouse:
    """A connection to one clearinghouse, opened on entry; each call reconnects if the last one lost it.

    `host_key` is the one public key the host may show ('ssh-ed25519 AAAA...'). Every failure is a WireError of one
    line that names the step, never what the other side said, nor anything of a file's content.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        client_key_path: Path,
        host_key: str,
        *,
        passphrase: str | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        self._where = f"clearinghouse {host}:{port}"
        self._host, self._port, self._username = host, port, username
        self._client_key_path, self._passphrase = client_key_path, passphrase
        self._timeout_s = timeout_s
        try:
            self._host_key = asyncssh.import_public_key(host_key)
        except (asyncssh.KeyImportError, ValueError):
            raise WireError(f"{self._where}: the pinned host key cannot be read") from None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def __enter__(self) -> Clearinghouse:
        """Connected. Raises WireError."""
        # a loop in a thread of its own, so that callers may be synchronous or already inside a loop
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="clearinghouse", daemon=True)
        self._thread.start()
        try:
            self._run("connect", self._connected())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def put_once(self, name: str, data: bytes) -> None:
        """The clearinghouse holds the file, whole, exactly once, however often this is called.

        Raises WireError when it holds other bytes of that name (judged by size), or when it is not sure to hold them:
        then call again.
        """
        _require_name(name)
        self._run("send", self._put_once(name, data))

    def holds(self, name: str) -> bool:
        """True when the file was sent, taken or not. Raises WireError."""
        _require_name(name)
        return self._run("look for a sent file", self._size_held(name)) is not None

    def waiting(self) -> list[str]:
        """Names of the answers to fetch, in order. Raises WireError."""
        return self._run("list answers", self._waiting())

    def fetch(self, name: str) -> bytes:
        """The answer, whole. Raises WireError."""
        _require_name(name, _ANSWER)
        return self._run("fetch an answer", self._fetch(name))

    def done(self, name: str) -> None:
        """The answer no longer waits; true as well when somebody removed it before. Raises WireError."""
        _require_name(name, _ANSWER)
        self._run("remove an answer", self._done(name))

    async def _put_once(self, name: str, data: bytes) -> None:
        sftp = await self._connected()
        held = await self._size_held(name)
        if held is not None:
            if held != len(data):
                raise WireError(f"{self._where}: holds a file of this name with another size; nothing was sent")
            return
        part = f"{IN}/{name}.part"
        async with sftp.open(part, "wb") as remote:
            for start in range(0, len(data), _BLOCK):
                await remote.write(data[start : start + _BLOCK])
        if await self._size(part) != len(data):
            raise WireError(f"{self._where}: the upload arrived short")
        await sftp.rename(part, f"{IN}/{name}")

    async def _size_held(self, name: str) -> int | None:
        """Size in `in` or `archive`. In that order: the file only ever moves from the first to the second."""
        for folder in (IN, ARCHIVE):
            size = await self._size(f"{folder}/{name}")
            if size is not None:
                return size
        return None

    async def _size(self, path: str) -> int | None:
        sftp = await self._connected()
        try:
            return (await sftp.stat(path)).size
        except asyncssh.SFTPNoSuchFile:
            return None

    async def _waiting(self) -> list[str]:
        sftp = await self._connected()
        files = [each for each in await sftp.readdir(OUT) if each.attrs.type != asyncssh.FILEXFER_TYPE_DIRECTORY]
        return sorted(str(each.filename) for each in files if _ANSWER.fullmatch(str(each.filename)))

    async def _fetch(self, name: str) -> bytes:
        sftp = await self._connected()
        async with sftp.open(f"{OUT}/{name}", "rb") as remote:
            size = (await remote.stat()).size
            if size is None or size > LARGEST_ANSWER:
                raise WireError(f"{self._where}: an answer is too large to take")
            data = cast(bytes, await remote.read(size))
        if len(data) != size:
            raise WireError(f"{self._where}: an answer came short; it still waits")
        return data

    async def _done(self, name: str) -> None:
        sftp = await self._connected()
        try:
            await sftp.remove(f"{OUT}/{name}")
        except asyncssh.SFTPNoSuchFile:
            return

    async def _connected(self) -> asyncssh.SFTPClient:
        if self._sftp is not None and self._connection is not None and not self._connection.is_closed():
            return self._sftp
        self._connection = await asyncssh.connect(
            self._host,
            self._port,
            username=self._username,
            client_keys=[str(self._client_key_path)],
            passphrase=self._passphrase,
            known_hosts=([self._host_key], [], []),
            server_host_key_algs=[self._host_key.get_algorithm()],
            preferred_auth=["publickey"],
            config=None,  # the pinned key and this key pair, nothing from the machine's own ssh settings
            agent_path=None,
            connect_timeout=self._timeout_s,
            login_timeout=self._timeout_s,
            keepalive_interval=15,
        )
        self._sftp = await self._connection.start_sftp_client()
        return self._sftp

    def _run(self, step: str, work: Coroutine[object, object, T]) -> T:
        """The result of the work, or a WireError that says which step failed and how, in one line."""
        if self._loop is None:
            work.close()
            raise WireError(f"{self._where}: not connected")
        try:
            return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, self._timeout_s), self._loop).result()
        except WireError:
            raise
        except (asyncssh.Error, OSError, ValueError, TimeoutError) as error:
            self._forget_if_broken(error)
            raise WireError(f"{self._where}: could not {step}: {_in_words(error)}") from None

    def _forget_if_broken(self, error: Exception) -> None:
        """A connection that failed is not used again; one that only said no is."""
        if isinstance(error, asyncssh.SFTPError) and not isinstance(
            error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection
        ):
            return
        connection, self._connection, self._sftp = self._connection, None, None
        if connection is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(connection.abort)

    def _close(self) -> None:
        loop, thread, connection = self._loop, self._thread, self._connection
        self._loop = self._thread = self._connection = self._sftp = None
        if loop is None or thread is None:
            return
        if connection is not None:
            asyncio.run_coroutine_threadsafe(_hang_up(connection), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        await asyncio.wait_for(connection.wait_closed(), 5)
    except (TimeoutError, asyncssh.Error, OSError):
        connection.abort()


def _require_name(name: str, allowed: re.Pattern[str] = _NAME) -> None:
    if not allowed.fullmatch(name):
        raise WireError("a file name for the clearinghouse has letters, digits, points, dashes and underscores only")


def _in_words(error: Exception) -> str:
    """What happened, in our words: the other side's may quote anything."""
    for kind, words in (
        (asyncssh.HostKeyNotVerifiable, "the host's key is not the pinned one"),
        (asyncssh.KeyExchangeFailed, "the host has no key of the pinned kind, or no cipher of ours"),
        (asyncssh.PermissionDenied, "the host refused our key"),
        (asyncssh.KeyImportError, "our private key cannot be read"),
        (asyncssh.KeyEncryptionError, "our private key did not open"),
        (asyncssh.SFTPNoSuchFile, "no such file"),
        (asyncssh.SFTPPermissionDenied, "not permitted there"),
        (asyncssh.SFTPConnectionLost, "the connection was lost"),
        (asyncssh.SFTPNoConnection, "the connection was lost"),
        (asyncssh.SFTPError, "the host said no"),
        (asyncssh.ConnectionLost, "the connection was lost"),
        (asyncssh.Error, "the secure connection failed"),
        (TimeoutError, "no answer in time"),
        (ConnectionRefusedError, "nobody listens there"),
        (FileNotFoundError, "our private key is not there"),
        (OSError, "the network failed"),
    ):
        if isinstance(error, kind):
            return words
    return "it failed"
