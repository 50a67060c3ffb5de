"""What the front end costs on microcontrollers: flash, RAM, stack and exact instruction counts, under QEMU.

    python benchmarks/devices.py [--json] [--board cortex-m4]

Each part is a program of its own, built by the ziglang wheel with -O3 and without an operating system. Flash is what
the part adds to an empty program: code (with the soft double arithmetic that prepares tables) and constants.
Instructions are counted by SysTick under -icount; every result is compared bit by bit with the host's.
"""

from __future__ import annotations

import argparse
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from undertone.audio.read import read
from undertone.features import LogMel
from undertone.runtime import host, metal, native

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "data/emodb/wav/03a02Wb.flac"
FROM = (8000, 16000, 44100, 48000)
SECONDS = 2.5


def speech(rate: int) -> np.ndarray:
    """2.5 s of a real clip at a rate; a shorter one begins again."""
    clip = read(CLIP)
    return np.resize(host.resample(clip.samples, clip.rate, rate), int(rate * SECONDS))


def bits(numbers: np.ndarray) -> int:
    """The same mixing of bits as in device.c."""
    total = 0
    for word in np.ascontiguousarray(numbers, np.float32).view(np.uint32).ravel().tolist():
        total = (total * 31 + word) & 0xFFFFFFFF
    return total


def frame_bits(rows: np.ndarray) -> int:
    total = 0
    for row in rows:
        total = (total * 31 + bits(row)) & 0xFFFFFFFF
    return total


def flash_bytes(program: Path) -> int:
    """All sections of an ELF program that are loaded from flash: code, constants, first values."""
    data = program.read_bytes()
    at = struct.unpack_from("<I", data, 32)[0]
    size, count = struct.unpack_from("<HH", data, 46)
    sections = [struct.unpack_from("<IIIIII", data, at + i * size) for i in range(count)]
    return sum(length for _, kind, flags, _, _, length in sections if flags & 2 and kind != 8)


def build(board: metal.Board, program: Path, part: int, *defines: str) -> int:
    flags = [*native.C_FLAGS, *metal.flags(board), f"-I{native.include_dir()}", f"-DPART={part}", *defines]
    files = [*native.sources(), *metal.sources(board), ROOT / "benchmarks/device.c"]
    command = [sys.executable, "-m", "ziglang", "cc", *flags, *map(str, files), "-o", str(program)]
    subprocess.run(command, check=True)
    return flash_bytes(program)


class Bench:
    """One board: builds parts, runs them on samples, compares with the host."""

    def __init__(self, name: str, folder: Path) -> None:
        self.board, self.folder = metal.BOARDS[name], folder
        self.empty_bytes = build(self.board, folder / "empty", 0)

    def run(self, samples: np.ndarray, expected: int, part: int, *defines: str) -> dict[str, float]:
        program, file = self.folder / "program", self.folder / "samples"
        flash = build(self.board, program, part, *defines) - self.empty_bytes
        file.write_bytes(samples.astype(np.float32).tobytes())
        command = metal.command(self.board, program, str(file))
        done = subprocess.run(command, capture_output=True, timeout=300, check=True)
        row = json.loads(done.stdout)
        if row.pop("bits") != expected:
            raise SystemExit(f"devices: the numbers of {defines} on {self.board.processor} are not the host's")
        row["flash_bytes"] = flash
        row["instructions_per_frame"] = round(row["instructions"] / row["frames"])
        return row


def vector(bench: Bench, feature_set: str) -> dict[str, float]:
    made = host.settings(feature_set=feature_set, segmentation="whole", segment_s=SECONDS, trim_db=0.0)
    samples = speech(host.feature_rate(made))
    number = host.FEATURE_SETS[feature_set]
    return bench.run(samples, bits(host.features(made, samples)), 1, f"-DFEATURE_SET={number}", f"-DUT_ONLY={number}")


def measure(name: str) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        bench, rows = Bench(name, Path(folder)), {}
        rows["article.v1"] = vector(bench, "article.v1")
        rows["pooledlog.v1"] = vector(bench, "pooledlog.v1")
        frames = speech(16000)
        rows["logmel.v1 stream"] = bench.run(frames, frame_bits(LogMel().transform(frames)), 2)
        for to in (22050, 16000):
            for rate in FROM:
                if rate == to:
                    continue
                second = speech(rate)[:rate]
                expected = bits(host.resample(second, rate, to))
                rows[f"resample {rate} to {to} stream"] = bench.run(second, expected, 3, f"-DFROM={rate}", f"-DTO={to}")
        return rows


def table(name: str, rows: dict[str, dict[str, float]]) -> str:
    lines = [
        f"{name}: bytes; instructions",
        f"{'part':30}{'flash':>8}{'tables':>9}{'scratch':>9}{'stack':>7}{'frames':>8}{'a frame':>10}{'tables, M':>11}",
    ]
    for part, r in rows.items():
        lines.append(
            f"{part:30}{r['flash_bytes']:8,}{r['plan_bytes']:9,}{r['scratch_bytes']:9,}{r['stack_bytes']:7,}"
            f"{r['frames']:8,}{r['instructions_per_frame']:10,}{r['plan_instructions'] / 1e6:11.1f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--board", choices=metal.BOARDS, action="append")
    given = parser.parse_args()
    found = {name: measure(name) for name in given.board or ("cortex-m4", "cortex-m7")}
    if given.json:
        print(json.dumps({"clip": CLIP.name, "seconds": SECONDS, "boards": found}))
    else:
        print("\n\n".join(table(name, rows) for name, rows in found.items()))


if __name__ == "__main__":
    main()
