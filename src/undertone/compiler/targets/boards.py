"""Microcontrollers: firmware for boards that the emulator knows, and an object to link into firmware of one's own."""

from __future__ import annotations

from undertone.compiler.targets.target import Target
from undertone.runtime import metal

MACHINES = {
    "cortex-m4": "Cortex-M4F: Nano 33 BLE Sense, nRF52840, STM32F4, SparkFun Edge",
    "cortex-m7": "Cortex-M7F: STM32F7, STM32H7, Teensy 4",
    "riscv32": "32-bit RISC-V with a floating-point unit (rv32gc)",
}

BOARDS = tuple(
    Target(
        name,
        "firmware",
        board.triple,
        MACHINES[name],
        cpu=board.processor,
        flags=metal.options(board),
        ending=".elf",
        runner=board.emulator,
        run_by=" ".join(board.emulator[i] for i in (0, 2)),
    )
    for name, board in metal.BOARDS.items()
)
