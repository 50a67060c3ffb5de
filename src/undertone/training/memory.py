"""Memory that a training keeps between its steps.

A step of training allocates some hundred megabytes and frees them. The GNU C library gives blocks of that size back to
the system at once, which clears each page again at the next step: a fifth of the time of a small network's step.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Parameters of mallopt(3), and what glibc begins with.
_TRIM_THRESHOLD, _TOP_PAD, _MAPPED_BLOCKS = -1, -2, -4
_AT_FIRST = {_TRIM_THRESHOLD: 128 * 1024, _TOP_PAD: 128 * 1024, _MAPPED_BLOCKS: 65536}
_KEPT = {_TRIM_THRESHOLD: 2**31 - 1, _TOP_PAD: 256 * 2**20, _MAPPED_BLOCKS: 0}


@contextmanager
def kept_memory() -> Iterator[None]:
    """Keep freed memory in the process inside the block, where the C library is glibc; give it back afterwards.

    What the user has set by ``MALLOC_…`` or ``GLIBC_TUNABLES`` stands.
    """
    library = _glibc()
    if library is None or any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        yield
        return
    _set(library, _KEPT)
    try:
        yield
    finally:
        _set(library, _AT_FIRST)
        library.malloc_trim(0)


def _set(library: Any, values: dict[int, int]) -> None:
    for parameter, value in values.items():
        library.mallopt(parameter, value)


def _glibc() -> Any:
    if os.name != "posix":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
