import os
import subprocess
import sys

import pytest

from undertone.training import memory

BLOCKS = """
import ctypes, os, resource
from undertone.training.memory import kept_memory
library = ctypes.CDLL(None)
library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
library.free.argtypes, library.memset.argtypes = [ctypes.c_void_p], [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        block = library.malloc(64 << 20)
        library.memset(block, 1, 64 << 20)
        library.free(block)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() >> 20

plain = faults()
with kept_memory():
    kept, held = faults(), resident()
print(plain, kept, faults(), held, resident())
"""


def told(**environment):
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_TUNABLES"))}
    done = subprocess.run(
        [sys.executable, "-c", BLOCKS], env=rest | environment, capture_output=True, text=True, check=True
    )
    return [int(word) for word in done.stdout.split()]


@pytest.mark.skipif(memory._glibc() is None, reason="the C library is not glibc")
def test_pages_stay_inside_the_block_and_go_back_after_it():
    plain, kept, after, held, left = told()
    assert kept < plain / 5
    assert after > 5 * kept
    assert left < held - 50


@pytest.mark.skipif(memory._glibc() is None, reason="the C library is not glibc")
def test_what_the_user_set_stands():
    plain, kept, *_ = told(MALLOC_MMAP_THRESHOLD_="65536")
    assert kept > plain / 2


def test_another_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory, "_glibc", lambda: None)
    with memory.kept_memory():
        pass
