"""Work on other machines: on a Dask or a Ray cluster that is already running.

A task is lost with the worker that did it, never its work: Dask and Ray give it to another worker, three times at most,
so that a task that kills its worker each time ends too. Errors of ours come back as values, so that both clusters tell
them in our words.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from undertone.errors import ClusterError, ConfigError, MissingExtraError, UndertoneError, nearest
from undertone.machines.processes import ONE_THREAD, each

Item = TypeVar("Item")
Result = TypeVar("Result")

RETRIES = 3
WAIT_S = 30

#: A worker of several threads does one task at a time: a network is built with its process's random generator.
_ONE_AT_A_TIME = threading.Lock()


def run(
    function: Callable[[Item], Result], parts: Sequence[Sequence[Item]], *, address: str, single_thread: bool
) -> Iterator[list[Result]]:
    """Yield the results of each part in order."""
    kind, place = _address(address)
    begin = {"dask": _dask, "ray": _ray}[kind]
    for state, answer in begin([(function, part, single_thread) for part in parts], place, address):
        if state == "absent":
            raise ClusterError(
                f"{address}: its workers cannot import {answer!r}; install the same version of undertone[train] there"
            )
        if isinstance(answer, UndertoneError):
            raise answer
        yield answer


def _address(address: str) -> tuple[str, str]:
    kind, _, place = address.partition("://")
    if kind not in ("dask", "ray") or not re.fullmatch(r"[^/\s]+:\d+", place):
        hint = nearest(kind, ("dask", "ray")) if kind not in ("dask", "ray") else ""
        raise ConfigError(f"no cluster at {address!r}{hint}; accepted: dask://HOST:PORT or ray://HOST:PORT")
    return kind, place


def _task(function: Callable[[Item], Result], items: Sequence[Item], single_thread: bool) -> Any:
    with _ONE_AT_A_TIME:
        for name, value in ONE_THREAD.items() if single_thread else ():
            os.environ.setdefault(name, value)  # read once, when the worker first loads the libraries
        try:
            return each(function, items)
        except UndertoneError as error:
            return error


def _courier() -> Callable[[bytes], Any]:
    """Return what opens a task where it arrives, in no need of this package there.

    A function inside a function travels by value. Were the task itself sent, a Dask worker without the package would
    fail before anybody is told, and the caller would wait for ever.
    """

    def opened(parcel: bytes) -> Any:
        import pickle

        try:
            task, arguments = pickle.loads(parcel)
        except ModuleNotFoundError as error:
            return ["absent", error.name]
        return ["done", task(*arguments)]

    return opened


def _dask(tasks: Sequence[tuple[Any, ...]], place: str, address: str) -> Iterator[Any]:
    try:
        import cloudpickle
        import distributed
    except ModuleNotFoundError as error:
        raise MissingExtraError("work on a Dask cluster", error.name or "distributed", "dask") from error
    try:
        client = distributed.Client(f"tcp://{place}", timeout=WAIT_S, set_as_default=False)
    except OSError as error:
        raise _unreachable(address, "dask scheduler") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT_S)
        except TimeoutError as error:
            raise ClusterError(
                f"{address}: no worker has joined in {WAIT_S} s; start some: dask worker tcp://{place} --nthreads 1"
            ) from error
        opened = _courier()
        futures = [client.submit(opened, cloudpickle.dumps((_task, task)), pure=False) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        except distributed.scheduler.KilledWorker as error:
            raise _killed(address, str(error.last_worker)) from error
        except (OSError, distributed.CancelledError) as error:
            raise _died(address) from error
        finally:
            client.cancel(futures, force=True)


def _ray(tasks: Sequence[tuple[Any, ...]], place: str, address: str) -> Iterator[Any]:
    try:
        import ray
        from ray.exceptions import RayError, RayTaskError, WorkerCrashedError
    except ModuleNotFoundError as error:
        raise MissingExtraError("work on a Ray cluster", error.name or "ray", "ray") from error
    try:
        ray.init(f"ray://{place}", log_to_driver=False, logging_level="error")
    except (OSError, RuntimeError, ValueError) as error:  # by version: refused, timed out, or an unlike Python
        raise _unreachable(address, f"ray start --head ({error})") from error
    try:
        remote = ray.remote(max_retries=RETRIES)(_courier())
        for answer in [remote.remote(ray.cloudpickle.dumps((_task, task))) for task in tasks]:
            yield ray.get(answer)
    except WorkerCrashedError as error:
        raise _killed(address, "each time") from error
    except RayTaskError:  # a RayError too, but the task's own fault
        raise
    except (RayError, OSError) as error:
        raise _died(address) from error
    finally:
        ray.shutdown()


def _unreachable(address: str, start: str) -> ClusterError:
    return ClusterError(f"{address}: nothing answers there in {WAIT_S} s; is the cluster running? ({start})")


def _killed(address: str, worker: str) -> ClusterError:
    return ClusterError(
        f"{address}: a task was given to {RETRIES + 1} workers and each died with it (last: {worker}): look for what "
        "kills them, memory first. What was finished is kept: the same command goes on from it"
    )


def _died(address: str) -> ClusterError:
    return ClusterError(
        f"{address}: the cluster went away; what was finished is kept: the same command goes on from it"
    )
