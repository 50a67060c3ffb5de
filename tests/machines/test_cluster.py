"""Real clusters on this machine, whose workers are killed while they work."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from undertone.errors import AudioError, ClusterError, ConfigError, MissingExtraError
from undertone.machines import cluster, spread


@pytest.fixture(scope="module")
def dask():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None, memory_limit=0
    ) as local:
        yield local.scheduler_address.replace("tcp://", "dask://")


@pytest.fixture(scope="module")
def ray(tmp_path_factory):
    """Start a head with two workers as an administrator does: a program of its own, its client port free."""
    pytest.importorskip("ray")
    program = Path(sys.executable).parent / "ray"
    ports = {name: _free_port() for name in ("--port", "--ray-client-server-port")}
    words = [str(program), "start", "--head", "--num-cpus", "2", "--include-dashboard", "false"]
    words += [str(word) for pair in ports.items() for word in pair]
    words += ["--node-ip-address", "127.0.0.1", "--object-store-memory", str(100 << 20), "--disable-usage-stats"]
    environment = {**os.environ, "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0"}
    log = tmp_path_factory.mktemp("ray") / "head.log"
    with log.open("w") as out:
        head = subprocess.Popen([*words, "--block"], env=environment, stdout=out, stderr=subprocess.STDOUT)
    _wait_for(ports["--ray-client-server-port"], head, log)
    yield f"ray://127.0.0.1:{ports['--ray-client-server-port']}"
    head.send_signal(signal.SIGTERM)  # its own processes go with it
    head.wait(timeout=60)


def _free_port() -> int:
    """Outside 10002 to 19999, which Ray gives to its workers."""
    for port in range(21000, 32000, 7):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) and port not in _TAKEN:
                _TAKEN.add(port)
                return port
    raise AssertionError("no free port")


_TAKEN: set[int] = set()


def _wait_for(port: int, head: subprocess.Popen, log: Path) -> None:
    for _ in range(120):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        if head.poll() is not None:
            pytest.fail(log.read_text())
        time.sleep(0.5)
    pytest.fail("the head did not open its client port")


def check_cluster(address: str, folder: Path) -> None:
    """What holds of each kind of cluster: order, progress, a killed worker's task done again, errors as ours."""

    def square(item: int) -> tuple[int, int]:
        """Kill the worker at item 3, the first time."""
        with (folder / f"{item}.pids").open("a") as file:
            file.write(f"{os.getpid()}\n")
        if item == 3 and not (folder / "killed").exists():
            (folder / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return item * item, os.getpid()

    def refuse(item: int) -> int:
        if item == 2:
            raise AudioError("clip 2 is empty")
        return item

    told = []
    results = spread(square, range(6), chunk=1, on=address, progress=lambda *step: told.append(step))
    assert [square for square, _ in results] == [0, 1, 4, 9, 16, 25]
    assert told[-1] == (6, 6, "")
    died, survived = (folder / "3.pids").read_text().split()
    assert died != survived, "item 3 was not done again by another worker"
    assert os.getpid() not in {pid for _, pid in results}
    with pytest.raises(AudioError, match=r"^clip 2 is empty$"):
        spread(refuse, range(4), chunk=1, on=address)


def test_dask_with_a_worker_killed(dask, tmp_path):
    check_cluster(dask, tmp_path)


@pytest.mark.slow
def test_ray_with_a_worker_killed(ray, tmp_path):
    check_cluster(ray, tmp_path)


@pytest.mark.slow
def test_workers_without_the_package_are_told(dask, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def double(item):\n    return 2 * item\n")
    monkeypatch.syspath_prepend(tmp_path)
    import only_here  # type: ignore[import-not-found]

    with pytest.raises(ClusterError, match=r"its workers cannot import 'only_here'; install the same version"):
        spread(only_here.double, [1], chunk=1, on=dask)


@pytest.mark.slow
def test_a_task_that_kills_each_worker_ends(dask):
    def die(_: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ClusterError, match=r"given to 4 workers and each died with it .*goes on from it"):
        spread(die, [1], chunk=1, on=dask)


def test_one_task_at_a_time_in_a_worker_of_several_threads(dask):
    def overlap(_: int) -> tuple[int, float, float]:
        begin = time.monotonic()
        time.sleep(0.05)
        return os.getpid(), begin, time.monotonic()

    spans = sorted(spread(overlap, range(8), chunk=1, on=dask))
    for (pid, _, end), (next_pid, begin, _) in itertools.pairwise(spans):
        assert pid != next_pid or begin >= end


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("dusk://host:8786", r"no cluster at 'dusk://host:8786' \(did you mean 'dask'\?\); accepted: dask://HOST:PORT"),
        ("dask://host", "no cluster at 'dask://host'; accepted"),
        ("host:8786", "no cluster at 'host:8786'"),
    ],
)
def test_what_is_no_address_is_refused(address, words):
    with pytest.raises(ConfigError, match=words):
        spread(abs, [1], on=address)


def test_nobody_answers(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "WAIT_S", 1)
    with pytest.raises(ClusterError, match=r"dask://127.0.0.1:\d+: nothing answers there in 1 s"):
        spread(abs, [1], on=f"dask://127.0.0.1:{_free_port()}")


def test_no_worker_has_joined(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "WAIT_S", 1)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as empty:
        with pytest.raises(ClusterError, match="no worker has joined in 1 s; start some: dask worker tcp://"):
            spread(abs, [1], on=empty.scheduler_address.replace("tcp://", "dask://"))


@pytest.mark.parametrize(
    ("address", "module", "extra"), [("dask://h:1", "distributed", "dask"), ("ray://h:1", "ray", "ray")]
)
def test_a_missing_package_names_the_extra(address, module, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"undertone\[{extra}\]"):
        spread(abs, [1], on=address)
