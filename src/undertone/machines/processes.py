"""Work side by side on this machine's cores."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from undertone.errors import MissingExtraError

Item = TypeVar("Item")
Result = TypeVar("Result")

ONE_THREAD = {"OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}


def run(
    function: Callable[[Item], Result],
    parts: Sequence[Sequence[Item]],
    *,
    workers: int | None,
    single_thread: bool,
) -> Iterator[list[Result]]:
    """Yield the results of each part in order; one worker is this process, and yields item by item."""
    count = min(workers or os.cpu_count() or 1, len(parts))
    if count <= 1:
        yield from ([function(item)] for part in parts for item in part)
        return
    try:
        import joblib
    except ModuleNotFoundError as error:
        raise MissingExtraError("work on several processes", "joblib", "train") from error
    with _threads_limited(single_thread):
        pool = joblib.Parallel(n_jobs=count, batch_size=1, return_as="generator")
        yield from pool(joblib.delayed(each)(function, part) for part in parts)


def each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Apply a function to each item, where the items are."""
    return [function(item) for item in items]


@contextlib.contextmanager
def _threads_limited(limited: bool) -> Iterator[None]:
    """Have processes that start inside the block find `ONE_THREAD` in their environment."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    if limited:
        os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
