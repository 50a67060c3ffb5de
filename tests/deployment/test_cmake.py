"""The artefact's folder as a CMake package: built, its golden test run, installed, found by another project."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from undertone.compiler import toolchain
from undertone.deployment import compile_model

STRICT = ("-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror")
USER = """#include <small_listener.h>

static small_state state;

int main(void) { return small_init(&state) != UT_OK; }
"""
LISTS = """cmake_minimum_required(VERSION 3.16)
project(user LANGUAGES C)
find_package(small CONFIG REQUIRED)
add_executable(user user.c)
target_link_libraries(user PRIVATE small::small)
"""


@pytest.fixture(scope="module")
def folder(small_file, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("package") / "out"
    return compile_model(small_file, target="c", report=False, out=out).folder


def test_the_file_list_is_whole(folder, tmp_path):
    """What CMakeLists.txt names is there, is all that there is, compiles without a warning, and links."""
    lists = (folder / "CMakeLists.txt").read_text()
    named = re.findall(r"^ +(c/\S+\.[ch])$", lists, re.M)
    sources = [folder / name for name in named if name.endswith(".c")]
    assert sorted(sources) == sorted((folder / "c").rglob("*.c")) and all((folder / name).is_file() for name in named)
    (tmp_path / "user.c").write_text(USER)
    include = [folder / "c", folder / "c/include"]
    toolchain.build([tmp_path / "user.c", *sources], tmp_path / "user", include=include, flags=STRICT)
    assert toolchain.run(tmp_path / "user")[0] == 0


@pytest.mark.slow
def test_cmake_builds_tests_installs_and_finds_it(folder, tmp_path):
    if not shutil.which("cmake") or not shutil.which("cc"):
        pytest.skip("cmake and a C compiler are not on this machine")

    def cmake(*words: object) -> None:
        subprocess.run([*map(str, words)], check=True, capture_output=True, timeout=600)

    build, prefix, user = tmp_path / "build", tmp_path / "prefix", tmp_path / "user"
    cmake("cmake", "-S", folder, "-B", build, "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_INSTALL_PREFIX={prefix}")
    cmake("cmake", "--build", build)
    cmake("ctest", "--test-dir", build, "--output-on-failure")
    cmake("cmake", "--install", build)
    user.mkdir()
    (user / "user.c").write_text(USER)
    (user / "CMakeLists.txt").write_text(LISTS)
    cmake("cmake", "-S", user, "-B", user / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    cmake("cmake", "--build", user / "build")
    cmake(user / "build/user")
