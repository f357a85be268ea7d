"""The one place that knows numba, which the extra `fast` installs. What is compiled stands in `kernel*.py`.

numba keeps compiled code in a folder and knows it by the text of the file it was made from. So such a file imports no
constant that goes into its code, and one who changes the options here changes those files too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import numba
from numba.core import event

_Function = TypeVar("_Function", bound=Callable[..., object])

# A kernel makes no array, it fills those it is given. So nothing in it need count references, which numba would do at
# every call of a part, at several times the cost of the part.
_PLAIN = {"_nrt": False, "error_model": "numpy", "boundscheck": True}


def compiled(function: _Function) -> _Function:
    """The same function in machine code: from the folder numba keeps it in, or made at its first call."""
    return cast(_Function, numba.njit(function, cache=True, nogil=True, **_PLAIN))


def part(function: _Function) -> _Function:
    """A part of a compiled function, made and kept with those it is part of."""
    return cast(_Function, numba.njit(function, forceinline=True, **_PLAIN))


class NotCompiledError(Exception):
    """A function is not in numba's folder."""


class _Refusal(event.Listener):  # type: ignore[misc]
    def on_start(self, event: object) -> None:
        raise NotCompiledError

    def on_end(self, event: object) -> None:
        """What was refused does not end."""


@contextmanager
def nothing_compiled() -> Iterator[None]:
    """Raises NotCompiledError where something would have to be compiled first."""
    with event.install_listener("numba:compile", _Refusal()):
        yield
