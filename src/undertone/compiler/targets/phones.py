"""Android: a shared library that asks for no other, not even the C library; any app can load it."""

from undertone.compiler.targets.target import Target
from undertone.runtime.metal import METAL_DIR

PHONES = (
    Target(
        "android-arm64",
        "shared library",
        "aarch64-linux-android",
        "Android on 64-bit ARM, pages of 4 and of 16 KB",
        cpu="generic",
        # Pages of 16 KB are asked of new apps since 2025; such a library loads on pages of 4 KB too.
        flags=(
            "-ffreestanding",
            f"-I{METAL_DIR / 'include'}",
            "-shared",
            "-fPIC",
            "-nostdlib",
            "-rtlib=compiler-rt",
            "-Wl,-z,max-page-size=16384",
        ),
        ending=".so",
    ),
)
