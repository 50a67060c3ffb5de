"""A CMake package: ``add_subdirectory`` on the artefact's folder, or ``find_package`` once it is installed."""

from __future__ import annotations

from pathlib import Path

from undertone.compiler.targets import profile_flags
from undertone.deployment.request import Request


def write_cmake(request: Request, folder: Path) -> None:
    """Write ``CMakeLists.txt`` and ``cmake/NAMEConfig.cmake``; the library's target is ``NAME::NAME``."""
    word = request.word
    (folder / "cmake").mkdir()
    config = f'include("${{CMAKE_CURRENT_LIST_DIR}}/{word}Targets.cmake")\n'
    (folder / "cmake" / f"{word}Config.cmake").write_text(config, encoding="utf-8", newline="\n")
    (folder / "CMakeLists.txt").write_text(_lists(request, folder), encoding="utf-8", newline="\n")


def public_headers(request: Request, c: Path) -> list[Path]:
    """Return what a program includes: the model's headers and undertone's."""
    return [*sorted(c.glob(f"{request.word}*.h")), *sorted((c / "include").glob("*.h"))]


def _lists(request: Request, folder: Path) -> str:
    word, c = request.word, folder / "c"
    sources = "\n    ".join(path.relative_to(folder).as_posix() for path in sorted(c.rglob("*.c")))
    headers = "\n    ".join(path.relative_to(folder).as_posix() for path in public_headers(request, c))
    flags = " ".join(["-O3", "-fno-math-errno", *profile_flags(request.profile)])
    return f"""# {word}: a compiled model as a CMake package.
#
#     add_subdirectory(PATH/TO/THIS)          or          cmake --install, then find_package({word} CONFIG REQUIRED)
#     target_link_libraries(yours PRIVATE {word}::{word})
#
# Flags of the processor (-march, -mcpu) must be the same for {word} and for what uses it: CMAKE_C_FLAGS.
cmake_minimum_required(VERSION 3.16)
project({word} VERSION 1.0.0 LANGUAGES C)
include(GNUInstallDirs)

add_library({word} STATIC
    {sources}
)
add_library({word}::{word} ALIAS {word})
target_compile_features({word} PUBLIC c_std_11)
target_compile_options({word} PRIVATE {flags})
target_include_directories({word}
    PUBLIC
        $<BUILD_INTERFACE:${{CMAKE_CURRENT_SOURCE_DIR}}/c>
        $<BUILD_INTERFACE:${{CMAKE_CURRENT_SOURCE_DIR}}/c/include>
        $<INSTALL_INTERFACE:${{CMAKE_INSTALL_INCLUDEDIR}}/{word}>
)
if(UNIX)
    target_link_libraries({word} PUBLIC m)
endif()

install(TARGETS {word} EXPORT {word}Targets ARCHIVE DESTINATION ${{CMAKE_INSTALL_LIBDIR}})
install(FILES
    {headers}
    DESTINATION ${{CMAKE_INSTALL_INCLUDEDIR}}/{word}
)
install(EXPORT {word}Targets NAMESPACE {word}:: DESTINATION ${{CMAKE_INSTALL_LIBDIR}}/cmake/{word})
install(FILES cmake/{word}Config.cmake DESTINATION ${{CMAKE_INSTALL_LIBDIR}}/cmake/{word})

if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR AND EXISTS ${{CMAKE_CURRENT_SOURCE_DIR}}/program/test.c)
    enable_testing()
    add_executable({word}_test program/test.c)
    target_include_directories({word}_test PRIVATE program)
    target_link_libraries({word}_test PRIVATE {word})
    add_test(NAME golden COMMAND {word}_test)
endif()
"""
