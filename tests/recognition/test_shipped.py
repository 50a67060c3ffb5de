"""The bundle that ships."""

from __future__ import annotations

import pytest

from undertone.recognition import predict_file
from undertone.recognition.shipped import SHIPPED, load_or_shipped


def test_it_knows_what_emodb_knows() -> None:
    bundle = load_or_shipped(None)
    assert bundle.labels == ("angry", "boredom", "disgust", "fear", "happy", "neutral", "sad")
    assert [used.corpus for used in bundle.card.data] == ["emodb"]
    assert all(used.licence.startswith("CC0") for used in bundle.card.data)
    assert SHIPPED.stat().st_size < 8e6


def test_another_is_taken_when_named(small_file) -> None:
    assert load_or_shipped(small_file).name == "small"


def test_it_answers(record) -> None:
    answer = predict_file(load_or_shipped(None), record("a.flac", 3.0, rate=44100))
    assert answer.scores.sum() == pytest.approx(1, abs=1e-6)
