"""Training and program hear the same: features from Python and from the compiled program, bit by bit."""

import json
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.compiler import toolchain
from undertone.deployment import compile_model
from undertone.recognition.shipped import SHIPPED
from undertone.types import Clip

CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))[::77]


def both(profile, folder):
    """Vectors of each clip: Python's, and those of a program that was compiled for this processor."""
    made = compile_model(SHIPPED, out=folder / "out", profile=profile, report=False)
    files, here = [], []
    for path in CLIPS:
        files.append(folder / f"{path.stem}.wav")
        write(files[-1], read(path))
        here.append(load(SHIPPED).frontend.transform(read(files[-1]))[1])
    long = Clip(np.random.default_rng(0).standard_normal(400_000).astype(np.float32) * 0.1, 48_000)
    write(folder / "long.wav", long)
    here.append(load(SHIPPED).frontend.transform(read(folder / "long.wav"))[1])
    status, out, words = toolchain.run(made.program, ["--features", *map(str, files), str(folder / "long.wav")])
    assert status == 0, words
    there = [np.array(json.loads(line)["segments"]).astype(np.float32) for line in out.decode().splitlines()]
    return list(zip(here, there, strict=True))


@pytest.mark.slow
def test_the_same_bits_without_contraction(tmp_path):
    """Python's library is built so for every instruction set, and so is the reproducible profile."""
    for here, there in both("reproducible", tmp_path):
        np.testing.assert_array_equal(there.view(np.uint32), here.view(np.uint32))


@pytest.mark.slow
def test_within_a_hundred_thousandth_of_the_largest_with_it(tmp_path):
    for here, there in both("fast", tmp_path):
        for begin, end in ((0, 1), (1, 13), (13, 33), (33, 34), (34, 162)):
            block = here[:, begin:end]
            assert np.abs(there[:, begin:end] - block).max() <= 1e-5 * np.abs(block).max()
