"""WebAssembly: a module with 128-bit vectors, for browsers and node."""

from undertone.compiler.targets.target import Target
from undertone.runtime.metal import METAL_DIR

WEB = (
    Target(
        "wasm32",
        "module",
        "wasm32-freestanding",
        "browsers since 2021 and node since 16 (simd128)",
        cpu="generic+simd128+bulk_memory",
        flags=("-ffreestanding", f"-I{METAL_DIR / 'include'}", "-Wl,--no-entry", "-Wl,-z,stack-size=262144"),
        ending=".wasm",
        runner=("node",),
        run_by="node",
    ),
)
