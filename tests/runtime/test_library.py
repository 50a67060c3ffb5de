"""The library is built from the C beside it, needs nothing else, and all its variants give the same bits."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from undertone.errors import NativeError
from undertone.runtime import host, library, native

SETTINGS = {"feature_set": "article.v1", "segmentation": "whole", "segment_s": 2.5, "trim_db": 0.0}
BITS = """
import sys, numpy as np
from undertone.runtime import host
from undertone.features import LogMel, MelPitch
y = np.random.default_rng(0).standard_normal(40000).astype(np.float32) * 0.1 + np.sin(np.arange(40000) / 20)
y = y.astype(np.float32)
parts = [host.resample(y, 48000, 22050), LogMel().transform(y), MelPitch().frames(y), MelPitch(bands=13).compute(y)]
for name in host.FEATURE_SETS:
    made = host.settings(feature_set=name, segmentation="whole", segment_s=2.5, trim_db=0.0)
    parts.append(host.features(made, y))
sys.stdout.buffer.write(b"".join(part.tobytes() for part in parts))
"""


def clip(seed=0, count=40000):
    return np.random.default_rng(seed).standard_normal(count).astype(np.float32) * 0.1


def test_every_variant_for_this_machine_is_built_from_these_sources():
    for variant in native.variants():
        assert library.open_library(variant).ut_source_hash().decode() == native.source_hash()


def test_a_missing_library_says_what_to_do():
    with pytest.raises(NativeError, match=r"missing.*python build_native\.py"):
        library.open_library("quantum")


def test_a_stale_library_is_refused(monkeypatch):
    monkeypatch.setattr(native, "source_hash", lambda: "0" * 64)
    with pytest.raises(NativeError, match=r"stale.*python build_native\.py"):
        library.open_library("baseline")


def test_variants_give_the_same_bits():
    runnable = [v for v in native.variants() if library.open_library("baseline").ut_cpu_runs(v.encode())]
    answers = set()
    for variant in runnable:
        environment = {**os.environ, "UNDERTONE_VARIANT": variant}
        answers.add(subprocess.run([sys.executable, "-c", BITS], env=environment, stdout=-1, check=True).stdout)
    assert len(answers) == 1 and len(answers.pop()) > 10_000


def test_threads_share_a_plan():
    settings, clips = host.settings(**SETTINGS), [clip(seed, 3000 + 997 * seed) for seed in range(12)]
    alone = [host.features(settings, each) for each in clips]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda each: host.features(settings, each), clips * 5))
    for i, row in enumerate(together):
        np.testing.assert_array_equal(row, alone[i % len(clips)])


def test_short_buffers_are_refused():
    settings, samples, out = host.settings(**SETTINGS), clip(), np.empty(162, np.float32)
    loaded = library.load()
    plan = np.empty(loaded.ut_features_plan_bytes(settings), np.uint8)
    assert loaded.ut_features_plan(settings, plan.ctypes.data, plan.size - 1) == 4
    assert loaded.ut_features_plan(settings, plan.ctypes.data, plan.size) == 0
    size = loaded.ut_features_least_bytes(settings, samples.size)
    scratch = np.empty(size, np.uint8)
    arguments = (plan.ctypes.data, samples.ctypes.data, samples.size, scratch.ctypes.data)
    assert loaded.ut_features(*arguments, size - 1, out.ctypes.data) == 4


def test_every_status_and_note_has_words():
    loaded = library.load()
    words = [loaded.ut_status_text(status).decode() for status in range(9)]
    assert len(set(words)) == 9 and "unknown status" not in words
    assert all(loaded.ut_note_text(flag) for flag in host.NOTE_FLAGS)
