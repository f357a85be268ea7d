"""Folders of sealed files: nothing readable ever reaches the disk.

A file is sealed under its own name, so it opens only under that name; it may change folder by a plain rename. Writes
are whole or not at all: sealed in memory, written beside, flushed, then renamed.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import tink
from tink import aead, cleartext_keyset_handle

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
"""What a file may be called here."""

_TEMPORARY = ".writing"


class SealedStore:
    """Named files in named folders under one root, with the root's own key."""

    def __init__(self, root: Path, folders: tuple[str, ...], keyset: Path | None = None) -> None:
        """The folders exist, the key exists (made 0600 on first use), and half-written files are gone.

        keyset : the file of the key, best kept away from what it seals; keyset.json in the root when none is named
        """
        self.root = root
        self._keyset_file = keyset or root / "keyset.json"
        for folder in ("", *folders):
            (root / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        for left_over in root.glob(f"*/*{_TEMPORARY}"):
            left_over.unlink()
        aead.register()
        self._aead = self._keyset().primitive(aead.Aead)
        self._overhead = len(self._aead.encrypt(b"", b""))

    def _keyset(self) -> tink.KeysetHandle:
        path = self._keyset_file
        if not path.exists():
            text = io.StringIO()
            fresh = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
            cleartext_keyset_handle.write(tink.JsonKeysetWriter(text), fresh)
            write_durably(path, text.getvalue().encode())
        return cleartext_keyset_handle.read(tink.JsonKeysetReader(path.read_text()))

    def write(self, folder: str, name: str, data: bytes) -> None:
        """The file holds exactly these bytes, or what it held before; it survives a power cut."""
        write_durably(self._path(folder, name), self._aead.encrypt(data, name.encode()))

    def read(self, folder: str, name: str) -> bytes:
        """The bytes as written. Raises FileNotFoundError, or TinkError if they were touched."""
        opened: bytes = self._aead.decrypt(self._path(folder, name).read_bytes(), name.encode())
        return opened

    def size(self, folder: str, name: str) -> int:
        """How many bytes `read` would give. Raises FileNotFoundError."""
        return self._path(folder, name).stat().st_size - self._overhead

    def holds(self, folder: str, name: str) -> bool:
        """True when the file is there."""
        return self._path(folder, name).exists()

    def move(self, folder: str, to_folder: str, name: str) -> None:
        """The file is in the other folder, in one step."""
        self._path(folder, name).replace(self._path(to_folder, name))
        for each in (folder, to_folder):
            _flush_folder(self.root / each)

    def remove(self, folder: str, name: str) -> None:
        """The file is gone. Raises FileNotFoundError."""
        self._path(folder, name).unlink()
        _flush_folder(self.root / folder)

    def names(self, folder: str) -> list[str]:
        """What the folder holds, in order of name."""
        return sorted(path.name for path in (self.root / folder).iterdir() if not path.name.endswith(_TEMPORARY))

    def _path(self, folder: str, name: str) -> Path:
        if not NAME.fullmatch(name) or name.endswith(_TEMPORARY):
            raise FileNotFoundError
        return self.root / folder / name


def write_durably(path: Path, data: bytes) -> None:
    """The file, readable by its owner alone, holds exactly these bytes, or what it held before."""
    temporary = path.with_name(path.name + _TEMPORARY)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
