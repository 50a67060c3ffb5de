"""The one place that knows other processes and other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from undertone.machines import cluster, processes

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Fewer items than this cost more to send than to compute, when an item is a clip.
CHUNK = 20

__all__ = ["CHUNK", "spread"]


def spread(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    chunk: int = CHUNK,
    single_thread: bool = False,
    on: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Result]:
    """Apply a function to each item, on several processes where there is enough to do, or on a cluster.

    Parameters
    ----------
    function : callable
        Sent to the processes (by cloudpickle: lambdas and partials too). An error that it raises comes out here.
    items : sequence
        Sent in chunks.
    workers : int, optional
        Processes on this machine; the number of cores by default. 1 stays in this process.
    chunk : int
        Items a task: 20 clips, or 1 where an item is long work, as a fold is.
    single_thread : bool
        Keep libraries in the processes from starting threads: two trainings side by side finish sooner on a thread each
        than one after the other on two.
    on : str, optional
        A cluster instead of this machine's cores: "dask://HOST:PORT" (its scheduler) or "ray://HOST:PORT" (its head's
        client port). Its workers have this package installed; files that the function reads or writes lie in folders
        that they see under the same path. What a worker that dies was doing is done again by another.
    progress : callable, optional
        Told items done, items in all, and "".

    Returns
    -------
    list
        The results in the order of the items.

    Raises
    ------
    MissingExtraError
        joblib, or the cluster's package, is needed and not installed.
    ConfigError
        ``on`` is no address of a cluster.
    ClusterError
        The cluster cannot be reached, has no workers, or died.

    Examples
    --------
    >>> spread(abs, [-1, -2], workers=1)
    [1, 2]
    """
    parts = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    results: list[Result] = []
    for part in _done(function, parts, workers=workers, single_thread=single_thread, on=on):
        results += part
        if progress is not None:
            progress(len(results), len(items), "")
    return results


def _done(
    function: Callable[[Item], Result],
    parts: Sequence[Sequence[Item]],
    *,
    workers: int | None,
    single_thread: bool,
    on: str | None,
) -> Iterator[list[Result]]:
    if on is not None:
        return cluster.run(function, parts, address=on, single_thread=single_thread)
    return processes.run(function, parts, workers=workers, single_thread=single_thread)
