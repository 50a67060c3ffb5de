"""What hiding finds, where the truth is planted: networks that look at one place alone."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from undertone.bundle import score
from undertone.compiler import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.errors import UnknownNameError
from undertone.evaluation import Doubt
from undertone.features import FEATURES, FrontEnd
from undertone.features.melpitch import MelPitch
from undertone.recognition.explain import explain_clip, explanation_json
from undertone.types import Clip

RATE = 16_000


def linear(small_bundle, feature_set, weights):
    """A bundle that answers by one weight a number for each of two classes."""
    front_end = FrontEnd(feature_set=feature_set, segment_s=1.0)
    builder = GraphBuilder("planted", "weights that a test set")
    features = builder.input("features", Tensor((1, front_end.size)))
    both = np.stack([weights, -weights], axis=1).astype(np.float32)
    product = builder.add("MatMul", [features, builder.constant("weights", both)], "dense")
    scores = builder.add("Softmax", [product], "scores", axis=-1)
    columns = front_end.scaler_size
    return dataclasses.replace(
        small_bundle,
        graph=builder.graph([scores]),
        doubt=None,
        frontend=front_end,
        labels=("calm", "loud"),
        mean=np.zeros(columns, np.float32),
        inv_scale=np.ones(columns, np.float32),
        temperature=1.0,
    )


def matters(part) -> bool:
    """Whether hiding it changed more than rounding; the first answers come from the interpreter."""
    return abs(part.drop) > 1e-5


def speech(seconds: float, *, seed: int = 1) -> Clip:
    """A sound in which every frame differs from every other."""
    rng, t = np.random.default_rng(seed), np.arange(int(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * (120 * t + 60 * t**2)) * (1.2 + np.sin(23 * t)) + 0.1 * rng.standard_normal(t.size)
    return Clip((0.2 * tone).astype(np.float32), RATE)


def test_of_a_sequence_with_statistics_only_the_block_that_it_looks_at_counts(small_bundle) -> None:
    made, front_end = FEATURES["voice.v1"].statistics, FrontEnd(feature_set="voice.v1", segment_s=1.0)
    weights, first = np.zeros(front_end.size), front_end.sequence_size
    weights[first + made.names.index("mfcc_0_modulation_0") :][:112] = 0.01
    parts = explain_clip(linear(small_bundle, "voice.v1", weights), speech(0.9)).parts
    assert {part.name for part in parts.features if matters(part)} == {"modulation"}
    assert "sequence" in {part.name for part in parts.features} and any(matters(part) for part in parts.times)
    weights[first:], weights[5] = 0, 1.0
    parts = explain_clip(linear(small_bundle, "voice.v1", weights), speech(0.9)).parts
    assert {part.name for part in parts.features if matters(part)} == {"sequence"}


@pytest.mark.parametrize("seconds", [0.9, 1.3])
def test_of_a_sequence_only_the_band_that_it_looks_at_counts(small_bundle, seconds) -> None:
    weights = np.zeros((FrontEnd(feature_set="melpitch.v1", segment_s=1.0).frames, 66))
    weights[:, 16:24] = np.random.default_rng(0).normal(0, 0.05, (len(weights), 8))
    bundle = linear(small_bundle, "melpitch.v1", weights.ravel())
    parts = explain_clip(bundle, speech(seconds)).parts
    assert len(parts.bands) == 9 and [matters(part) for part in parts.bands] == [False, False, True, *[False] * 6]
    heard = parts.bands[2]
    tone = np.sin(2 * np.pi * (heard.low_hz + heard.high_hz) / 2 * np.arange(RATE) / RATE).astype(np.float32)
    assert MelPitch().frames(tone)[20, :64].argmax() in range(16, 24), "the band's limits in Hz are its own"
    assert {part.low_hz for part in parts.patches if matters(part)} == {heard.low_hz}


def test_of_a_sequence_only_the_time_that_it_looks_at_counts(small_bundle) -> None:
    clip, made, frame = speech(0.9), MelPitch(), 25
    clip = Clip(np.concatenate([np.zeros(4000, np.float32), clip.samples]), RATE)  # which trimming drops
    kept = len(made.compute(clip.samples))
    first = len(made.frames(clip.samples)) - kept
    assert first > 5 and kept < FrontEnd(feature_set="melpitch.v1", segment_s=1.0).frames
    weights = np.zeros((FrontEnd(feature_set="melpitch.v1", segment_s=1.0).frames, 66))
    weights[frame + kept, :64] = 0.2  # of the repetition: hiding a time hides all its copies
    parts = explain_clip(linear(small_bundle, "melpitch.v1", weights.ravel()), clip).parts
    moment = (first + frame) * made.hop / RATE
    found = [part.begin_s <= moment < part.end_s for part in parts.times]
    assert 0 < sum(found) < len(found)
    assert [matters(part) for part in parts.times] == found


def test_of_both_each_is_hidden_in_its_own(small_bundle) -> None:
    front_end = FrontEnd(feature_set="voice.v1", segment_s=1.0)
    sequence, behind = np.zeros((front_end.frames, 66)), np.zeros(front_end.statistics_size)
    sequence[:, 16:24] = np.random.default_rng(0).normal(0, 0.02, (front_end.frames, 8))
    blocks = dict(FEATURES["pooledlog.v2"].blocks)
    before = list(blocks).index("duration")
    behind[sum(list(blocks.values())[:before])] = 0.3
    made = explain_clip(linear(small_bundle, "voice.v1", np.concatenate([sequence.ravel(), behind])), speech(0.9))
    assert [matters(part) for part in made.parts.bands] == [False, False, True, *[False] * 6]
    assert [part.name for part in made.parts.features if matters(part)] == ["sequence", "duration"]
    assert all(matters(part) for part in made.parts.times), "without a part of it, it is shorter"
    assert any(matters(part) for part in made.parts.patches)


def test_of_a_vector_only_the_features_that_it_looks_at_count(small_bundle) -> None:
    weights = np.zeros(162)
    weights[13:33] = np.random.default_rng(0).normal(0, 0.01, 20)  # mfcc
    parts = explain_clip(linear(small_bundle, "article.v1", weights), speech(0.9)).parts
    assert [part.name for part in parts.features if matters(part)] == ["mfcc"]
    assert [part.name for part in parts.features][:3] == ["zcr", "chroma", "mfcc"]
    assert parts.features[-1].name == "mel_112 to mel_127"


def test_of_a_vector_the_loud_time_speaks_for_loud(small_bundle) -> None:
    weights = np.zeros(162)
    weights[33] = -20  # rms
    quiet = speech(1.2)
    samples = 0.1 * quiet.samples
    samples[8000:11200] *= 8
    made = explain_clip(linear(small_bundle, "article.v1", weights), Clip(samples, RATE))
    assert made.label == "loud"
    best = max(made.parts.times, key=lambda part: part.drop)
    assert best.drop > 0 and best.begin_s == pytest.approx(0.5, abs=0.06) and best.end_s == pytest.approx(0.7, abs=0.06)
    against = explain_clip(linear(small_bundle, "article.v1", weights), Clip(samples, RATE), label="calm")
    assert [p.drop for p in against.parts.times] == pytest.approx([-p.drop for p in made.parts.times], abs=1e-6)


def test_drops_are_of_the_whole_score_and_doubt_stays_out_of_them(small_bundle) -> None:
    """Each segment counts by its length, in the temperature that it had with nothing hidden."""
    bundle = dataclasses.replace(small_bundle, doubt=Doubt(0.01, usual_s=2.0))
    clip = speech(4.0)
    made = explain_clip(bundle, clip)
    answer = score(bundle, clip)
    assert made.score == pytest.approx(float(answer.scores.max()), abs=1e-6)
    assert [round(s.end_s - s.begin_s, 2) for s in answer.segments] == [2.5, 1.5]
    x = (answer.features - bundle.mean) * bundle.inv_scale
    hidden = x.copy()
    hidden[:, 0] = 0  # zcr
    weights = bundle.graph.constants["weights"].astype(np.float64)
    temperatures = bundle.temperature * bundle.doubt.softening(x, [2.5, 1.5])[:, None]
    before, after = (np.exp(v @ weights / temperatures) for v in (x, hidden))
    gap = before / before.sum(axis=1, keepdims=True) - after / after.sum(axis=1, keepdims=True)
    label = bundle.labels.index(made.label)
    expected = (2.5 * gap[0, label] + 1.5 * gap[1, label]) / 4
    assert made.parts.features[0].drop == pytest.approx(expected, abs=1e-5)
    assert made.parts.times[-1].end_s == pytest.approx(4.0)
    assert [part.begin_s for part in made.parts.times] == sorted(part.begin_s for part in made.parts.times)


@pytest.mark.parametrize("samples", [1, 300, 4000])
def test_of_very_little_sound(small_bundle, samples) -> None:
    made = explain_clip(small_bundle, Clip(speech(0.9).samples[:samples], RATE))
    assert all(np.isfinite(part.drop) for part in (*made.parts.times, *made.parts.features))


def test_as_json(small_bundle) -> None:
    made = explain_clip(small_bundle, speech(0.5), file="a.wav")
    told = json.loads(explanation_json(made, small_bundle))
    assert (told["file"], told["label"], told["model"]["name"]) == ("a.wav", made.label, "small")
    assert set(told["times"][0]) == {"name", "drop", "begin_s", "end_s"}
    assert set(told["features"][0]) == {"name", "drop"}
    assert "bands" not in told and "patches" not in told


def test_a_label_that_it_has_not(small_bundle) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown label 'angri'; did you mean 'angry'|angry"):
        explain_clip(small_bundle, speech(0.5), label="angri")
