"""Build the front end's library with the ziglang wheel: as a step of the package build, or as a script."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run as a script, outside of a package build
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent


def load_native() -> ModuleType:
    """Load the one file that knows sources and flags, without the package around it."""
    spec = importlib.util.spec_from_file_location("undertone_native", ROOT / "src/undertone/runtime/native.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def environment() -> dict[str, str]:
    """Give the compiler a cache that it may write to: its own choice, else one among temporary files."""
    if os.access(Path.home(), os.W_OK) or "ZIG_GLOBAL_CACHE_DIR" in os.environ:
        return dict(os.environ)
    cache = str(Path(tempfile.gettempdir()) / "undertone-zig-cache")
    return {**os.environ, "ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}


def build(variant: str, processor: str, out: Path) -> None:
    """Compile one variant of the library; the file appears whole or not at all."""
    native = load_native()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        draft = Path(folder) / out.name
        compiler = [sys.executable, "-m", "ziglang", "cc", "-target", native.target(), f"-mcpu={processor}"]
        command = [*compiler, "-shared", "-s"]
        command += ["-nostdlib", "-fvisibility=hidden", *native.C_FLAGS, *native.WARNING_FLAGS, "-DUT_SHARED"]
        command += [f'-DUT_SOURCE_HASH="{native.source_hash()}"', f"-I{native.include_dir()}"]
        command += [str(path) for path in [*native.sources(), *sorted((native.C_DIR / "host").glob("*.c"))]]
        done = subprocess.run([*command, "-o", str(draft)], env=environment(), capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"build_native: variant {variant!r} did not compile:\n{done.stderr}")
        draft.replace(out)


def build_all() -> list[Path]:
    """Build every variant for this machine."""
    native = load_native()
    paths = []
    for variant, processor in native.variants().items():
        paths.append(native.library_path(variant))
        build(variant, processor, paths[-1])
    return paths


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Put the library into the wheel; the wheel then fits one platform, but every Python of it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the wheel's files are collected."""
        if self.target_name != "wheel":
            return
        build_all()
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")


if __name__ == "__main__":
    for path in build_all():
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
