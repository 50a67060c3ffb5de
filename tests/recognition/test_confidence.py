"""The bundle that ships is less sure of a voice under noise, and of less of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.bundle import load as load_bundle
from undertone.bundle import score
from undertone.corpora import load
from undertone.recognition.shipped import load_or_shipped
from undertone.types import Clip

DECIBELS = (20, 10, 5, 0, -5, -10)
SECONDS = (2.0, 1.0, 0.5, 0.2)


@pytest.fixture(scope="module")
def bundle():
    return load_or_shipped(None)


@pytest.fixture(scope="module")
def clips():
    return [read(utterance.path) for utterance in load("emodb").utterances[::13]]


def noisy(clip: Clip, decibels: float, rng: np.random.Generator) -> Clip:
    """Add white noise at a signal-to-noise ratio over the whole clip."""
    level = np.sqrt(np.mean(np.square(clip.samples))) * 10 ** (-decibels / 20)
    noise = rng.standard_normal(clip.samples.size) * level
    return Clip((clip.samples + noise).astype(np.float32), clip.rate)


def middle(clip: Clip, seconds: float) -> Clip:
    count = min(int(seconds * clip.rate), clip.samples.size)
    begin = (clip.samples.size - count) // 2
    return Clip(clip.samples[begin : begin + count], clip.rate)


def confidence(bundle, clips) -> float:
    return float(np.mean([score(bundle, clip, ask=bundle.network).scores.max() for clip in clips]))


def test_it_falls_with_noise(bundle, clips) -> None:
    rng = np.random.default_rng(11)
    sure = [confidence(bundle, [noisy(clip, level, rng) for clip in clips]) for level in DECIBELS]
    assert confidence(bundle, clips) > sure[0]
    assert all(later < earlier for earlier, later in pairwise(sure)), sure
    assert sure[-1] < 0.45


def test_it_falls_with_shortness(bundle, clips) -> None:
    sure = [confidence(bundle, [middle(clip, seconds) for clip in clips]) for seconds in SECONDS]
    assert all(later < earlier for earlier, later in pairwise(sure)), sure
    assert sure[-1] < sure[0] - 0.05


def test_without_doubt_a_network_is_surest_of_noise(clips) -> None:
    """Why it is there at all: the article's network never heard noise louder than the voice."""
    article = load_bundle(Path(__file__).parents[2] / "benchmarks/trained/article.undertone")
    rng = np.random.default_rng(11)
    plain, loud = replace(article, doubt=None), [noisy(clip, -10, rng) for clip in clips]
    assert confidence(plain, loud) > confidence(plain, clips)
    assert confidence(article, loud) < 0.3


def test_a_line_that_heard_noise_needs_it_too(bundle, clips) -> None:
    rng = np.random.default_rng(11)
    loud = [noisy(clip, -10, rng) for clip in clips]
    assert confidence(bundle, loud) < confidence(replace(bundle, doubt=None), loud) - 0.1
