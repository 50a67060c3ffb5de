"""The one place that knows other processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from undertone.errors import MissingExtraError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Fewer items than this cost more to send than to compute, when an item is a clip.
CHUNK = 20


def spread(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    chunk: int = CHUNK,
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
    for part in _parts(function, items, count, chunk):
        results += part
        if progress is not None:
            progress(len(results), len(items), "")
    return results


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
