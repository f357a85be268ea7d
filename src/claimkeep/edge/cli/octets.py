"""Files as octets: a part of a file is read when it is asked for, and no more of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileOctets:
    """The octets of an open file, as `engine.x12.octets.Octets`. Raises OSError when the file has become shorter."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, where: slice, /) -> bytes:
        begin, end, step = where.indices(self._size)
        if step != 1:
            raise ValueError("octets are read in their order")
        parts: list[bytes] = []
        while begin < end:
            part = os.pread(self._descriptor, end - begin, begin)
            if not part:
                raise OSError("the file became shorter while it was read")
            parts.append(part)
            begin += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


@contextmanager
def opened(path: Path) -> Iterator[FileOctets]:
    """A file's octets while the block runs. Raises OSError when it cannot be opened."""
    with path.open("rb", buffering=0) as file:
        yield FileOctets(file.fileno())
