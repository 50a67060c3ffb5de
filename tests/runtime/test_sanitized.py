"""The tests of the front end once more, against a library built with AddressSanitizer and UBSan."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import undertone
from undertone.runtime import native

TESTS = ("test_host.py", "test_hostile.py", "test_lean.py", "test_resample.py", "test_resample_stream.py",
         "test_segment_stream.py", "test_wav.py")  # fmt: skip
FEATURES = ("test_article.py", "test_frontend.py", "test_logmel.py", "test_melpitch.py", "test_pooledlog.py",
            "test_pooledlog_v2.py", "test_voice.py")  # fmt: skip


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory):
    """Environment in which Python finds a package whose front end is instrumented; ASan must be loaded first."""
    compiler = shutil.which("gcc")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("AddressSanitizer under Python needs gcc on Linux")
    root = tmp_path_factory.mktemp("sanitized")
    shutil.copytree(
        Path(undertone.__file__).parent, root / "undertone", ignore=shutil.ignore_patterns("lib", "__pycache__")
    )
    library = root / "undertone" / "runtime" / "lib" / "libundertone_frontend.sanitized.so"
    library.parent.mkdir()
    sanitize = [
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-shared",
        "-fPIC",
        "-std=gnu11",
        "-O1",
        "-g",
    ]
    options = ["-ffp-contract=off", "-fno-math-errno", "-DUT_SHARED", f'-DUT_SOURCE_HASH="{native.source_hash()}"']
    files = [*native.sources(), *sorted((native.C_DIR / "host").glob("*.c"))]
    command = [compiler, *sanitize, *options, f"-I{native.include_dir()}", *map(str, files), "-lm", "-o", str(library)]
    subprocess.run(command, check=True, timeout=300)
    runtime = subprocess.run([compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    return {
        **os.environ,
        "PYTHONPATH": str(root),
        "UNDERTONE_VARIANT": "sanitized",
        "LD_PRELOAD": runtime.stdout.strip(),
        "ASAN_OPTIONS": "detect_leaks=0",  # Python's own
    }


def python(environment, *words):
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, timeout=1500)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_fault_would_be_found(sanitized):
    """The guard itself: a library call that reads past its buffer ends the process with ASan's report."""
    code = (
        "import ctypes, numpy as np; from undertone.runtime.library import load; "
        "libc = ctypes.CDLL(None); libc.malloc.restype = ctypes.c_void_p; "
        "load().ut_finite(libc.malloc(ctypes.c_size_t(64)), 64)"
    )
    status, told = python(sanitized, "-c", code)
    assert status != 0 and "heap-buffer-overflow" in told, told[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["runtime", "features"])
def test_the_tests_pass_without_a_finding(sanitized, folder):
    names = FEATURES if folder == "features" else TESTS
    files = [f"tests/{folder}/{name}" for name in names]
    status, told = python(sanitized, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", *files)
    assert status == 0, told[-4000:]
    assert " passed" in told
