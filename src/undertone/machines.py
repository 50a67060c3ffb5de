"""The one place that knows other processes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from undertone.errors import MissingExtraError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Fewer items than this cost more to send than to compute, when an item is a clip.
CHUNK = 20
ONE_THREAD = {"OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}


def spread(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    chunk: int = CHUNK,
    single_thread: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Result]:
    """Apply a function to each item, on several processes where there is enough to do.

    Parameters
    ----------
    function : callable
        Sent to the processes (by cloudpickle: lambdas and partials too). An error that it raises comes out here.
    items : sequence
        Sent in chunks.
    workers : int, optional
        Processes; the number of cores by default. 1 stays in this process.
    chunk : int
        Items a task: 20 clips, or 1 where an item is long work, as a fold is.
    single_thread : bool
        Keep libraries in the processes from starting threads: two trainings side by side finish sooner on a thread each
        than one after the other on two.
    progress : callable, optional
        Told items done, items in all, and "".

    Returns
    -------
    list
        The results in the order of the items.

    Raises
    ------
    MissingExtraError
        joblib is needed and not installed.

    Examples
    --------
    >>> spread(abs, [-1, -2], workers=1)
    [1, 2]
    """
    count = min(workers or os.cpu_count() or 1, -(-len(items) // chunk))
    results: list[Result] = []
    with _threads_limited(single_thread and count > 1):
        for part in _parts(function, items, count, chunk):
            results += part
            if progress is not None:
                progress(len(results), len(items), "")
    return results


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


def _parts(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int, chunk: int
) -> Iterator[list[Result]]:
    """Yield the results in order: item by item in this process, chunk by chunk from others."""
    if workers <= 1:
        yield from ([function(item)] for item in items)
        return
    try:
        import joblib
    except ModuleNotFoundError as error:
        raise MissingExtraError("work on several processes", "joblib", "train") from error
    chunks = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    pool = joblib.Parallel(n_jobs=workers, batch_size=1, return_as="generator")
    yield from pool(joblib.delayed(_each)(function, part) for part in chunks)


def _each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [function(item) for item in items]
