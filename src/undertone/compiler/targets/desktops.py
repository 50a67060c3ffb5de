"""Windows and macOS: programs that are built here and not run here."""

from undertone.compiler.targets.target import Target

DESKTOPS = (
    Target(
        "windows-x86_64",
        "program",
        "x86_64-windows-gnu",
        "Windows 10 and newer, PCs since 2013 (AVX2, FMA)",
        cpu="x86_64_v3",
        ending=".exe",
    ),
    Target("macos-arm64", "program", "aarch64-macos", "macOS on Apple's processors", cpu="apple_m1"),
    Target("macos-x86_64", "program", "x86_64-macos", "macOS on Intel's since 2013 (AVX2, FMA)", cpu="x86_64_v3"),
)
