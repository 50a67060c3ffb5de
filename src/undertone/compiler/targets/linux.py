"""Linux: static programs (musl) that need nothing on the machine; other processors run under qemu-user here."""

from undertone.compiler.targets.target import Target

LINUX = (
    Target("native", "program", "", "this machine, all that its processor can do", cpu="native", run_by="this machine"),
    Target(
        "x86_64-linux",
        "program",
        "x86_64-linux-musl",
        "PCs since 2013 (AVX2, FMA)",
        cpu="x86_64_v3",
        run_by="this machine",
    ),
    Target(
        "aarch64-linux",
        "program",
        "aarch64-linux-musl",
        "Raspberry Pi 3, 4, 5 with a 64-bit system; ARM servers",
        cpu="generic",
        runner=("qemu-aarch64",),
        run_by="qemu-aarch64",
    ),
    Target(
        "armv7-linux",
        "program",
        "arm-linux-musleabihf",
        "Raspberry Pi 2 to 5 with a 32-bit system; odroid",
        cpu="cortex_a9",
        reproducible_cpu="cortex_a9-neon",  # NEON flushes the smallest numbers to zero on 32-bit ARM; VFP does not
        runner=("qemu-arm",),
        run_by="qemu-arm",
    ),
    Target(
        "riscv64-linux",
        "program",
        "riscv64-linux-musl",
        "64-bit RISC-V boards (rv64gc)",
        cpu="baseline_rv64",
        runner=("qemu-riscv64",),
        run_by="qemu-riscv64",
    ),
)
