"""The box's door: an SFTP server whose files live in memory while open and sealed at rest."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh import (
    FXF_WRITE,
    SFTPAttrs,
    SFTPFailure,
    SFTPName,
    SFTPNoSuchFile,
    SFTPOpUnsupported,
    SFTPPermissionDenied,
)

from claimkeep.edge.simulator.exchange import Exchange
from claimkeep.edge.simulator.sealed_store import NAME, write_durably

LARGEST_UPLOAD = 256 * 1024 * 1024
"""Bytes; a file is held in memory while it comes."""

FOLDERS = ("in", "out", "archive")
PART = ".part"
"""An upload ends so until it is whole; it is taken when it loses the ending."""


@dataclass(slots=True, eq=False)
class Upload:
    """A file on its way in, not yet closed."""

    name: str
    data: bytearray = field(default_factory=bytearray)


@dataclass(slots=True, eq=False)
class Download:
    """A file being read, as it was when it was opened."""

    data: bytes


class Door(asyncssh.SFTPServer):
    """What a client may do: write and rename in `in`, read and remove in `out`, look at `archive`. No more."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], exchange: Exchange) -> None:
        super().__init__(channel)
        self._exchange = exchange
        self._store = exchange.store

    def map_path(self, path: bytes) -> bytes:
        """Nothing of the machine's own file system is ever reached: what this class does not answer is refused."""
        raise SFTPOpUnsupported("not offered here")

    def realpath(self, path: bytes) -> bytes:
        """The path from the root of the box."""
        return b"/" + b"/".join(part for part in path.split(b"/") if part not in (b"", b"."))

    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> Upload | Download:
        """An upload into `in` under a name that ends in .part, or a whole file to read."""
        folder, name = _parts(path)
        if not pflags & FXF_WRITE:
            return Download(self._read(folder, name))
        if folder != "in" or not name.endswith(PART) or not NAME.fullmatch(name):
            raise SFTPPermissionDenied("uploads go to in, under a name that ends in .part")
        return Upload(name)

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Some bytes of a file opened to read."""
        if not isinstance(file_obj, Download):
            raise SFTPPermissionDenied("not open for reading")
        return file_obj.data[offset : offset + size]

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Some bytes of an upload, kept in memory."""
        if not isinstance(file_obj, Upload):
            raise SFTPPermissionDenied("not open for writing")
        end = offset + len(data)
        if end > LARGEST_UPLOAD:
            raise SFTPFailure("file too large")
        if end > len(file_obj.data):
            file_obj.data.extend(bytes(end - len(file_obj.data)))
        file_obj.data[offset:end] = data
        return len(data)

    def close(self, file_obj: object) -> None:
        """An upload is sealed under its .part name, whole or cut short: only the rename says that it is whole."""
        if isinstance(file_obj, Upload):
            self._store.write("in", file_obj.name, bytes(file_obj.data))

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """The upload is whole and ours: it is kept under its final name, and answered."""
        (folder, part), (to_folder, name) = _parts(oldpath), _parts(newpath)
        if (folder, to_folder) != ("in", "in") or part != name + PART:
            raise SFTPPermissionDenied("a rename takes .part off a name in the folder in")
        if self._store.holds("in", name) or self._store.holds("archive", name):
            raise SFTPFailure("a file of this name was taken before")
        data = self._read("in", part)
        self._store.write("in", name, data)
        self._store.remove("in", part)
        await self._exchange.answer(name)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """As `rename`: nothing is ever overwritten."""
        await self.rename(oldpath, newpath)

    def remove(self, path: bytes) -> None:
        """An answer is taken away, or an upload given up."""
        folder, name = _parts(path)
        if folder != "out" and not (folder == "in" and name.endswith(PART)):
            raise SFTPPermissionDenied("only answers and .part files may be removed")
        try:
            self._store.remove(folder, name)
        except FileNotFoundError:
            raise SFTPNoSuchFile("no such file") from None

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        """The names in a folder; looking into `out` is counted, for answers that come late."""
        folder, name = _parts(path)
        if name:
            raise SFTPNoSuchFile("no such folder")
        if folder == "out":
            await self._exchange.note_look()
        for each in FOLDERS if not folder else self._store.names(folder):
            inside = b"/" + folder.encode() + b"/" + each.encode() if folder else b"/" + each.encode()
            try:
                yield SFTPName(each.encode(), attrs=self.stat(inside))
            except SFTPNoSuchFile:
                continue  # taken away by another session since the folder was read

    def stat(self, path: bytes) -> SFTPAttrs:
        """Kind and size of a folder or file."""
        folder, name = _parts(path)
        if not name:
            return SFTPAttrs(type=asyncssh.FILEXFER_TYPE_DIRECTORY, permissions=stat.S_IFDIR | 0o700, size=0)
        try:
            size = self._store.size(folder, name)
        except FileNotFoundError:
            raise SFTPNoSuchFile("no such file") from None
        return SFTPAttrs(type=asyncssh.FILEXFER_TYPE_REGULAR, permissions=stat.S_IFREG | 0o600, size=size)

    def lstat(self, path: bytes) -> SFTPAttrs:
        """As `stat`: there are no links."""
        return self.stat(path)

    def fstat(self, file_obj: object) -> SFTPAttrs:
        """Size of an open file."""
        if not isinstance(file_obj, Upload | Download):
            raise SFTPFailure("not an open file")
        return SFTPAttrs(permissions=stat.S_IFREG | 0o600, size=len(file_obj.data))

    def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Modes and times are ours alone; a client that sets them is not refused for it."""

    def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        """As `setstat`."""

    def _read(self, folder: str, name: str) -> bytes:
        try:
            return self._store.read(folder, name)
        except FileNotFoundError:
            raise SFTPNoSuchFile("no such file") from None


def _parts(path: bytes) -> tuple[str, str]:
    """Folder and file name; both empty for the root. Raises SFTPNoSuchFile for any other shape."""
    parts = [part for part in path.decode("ascii", "replace").split("/") if part not in ("", ".")]
    if len(parts) > 2 or (parts and parts[0] not in FOLDERS):
        raise SFTPNoSuchFile("no such file")
    return (parts[0] if parts else "", parts[1] if len(parts) == 2 else "")


def private_key(path: Path) -> asyncssh.SSHKey:
    """The key in this file, made on first use and readable by its owner alone."""
    if not path.exists():
        write_durably(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.read_private_key(path)


def public_line(key: asyncssh.SSHKey) -> str:
    """The public half as one line of a known-hosts or authorized-keys file."""
    return key.export_public_key().decode().strip()


async def listen(
    exchange: Exchange, host: str, port: int, authorized_key: Path | None
) -> tuple[asyncssh.SSHAcceptor, str]:
    """The server listens; what came before the last stop and was not answered has been. With its public host key.

    Without an authorized key of the caller's own, the box makes one: `client_key` in its root.
    """
    await exchange.recover()
    root = exchange.store.root
    host_key = private_key(root / "host_key")
    if authorized_key is None:
        public = public_line(private_key(root / "client_key"))
    else:
        public = await asyncio.to_thread(authorized_key.read_text)
    options: dict[str, Any] = {"password_auth": False, "kbdint_auth": False, "gss_host": None}
    acceptor = await asyncssh.listen(
        host,
        port,
        server_host_keys=[host_key],
        authorized_client_keys=asyncssh.import_authorized_keys(public),
        sftp_factory=lambda channel: Door(channel, exchange),
        allow_scp=False,
        agent_forwarding=False,
        **options,
    )
    return acceptor, public_line(host_key)
