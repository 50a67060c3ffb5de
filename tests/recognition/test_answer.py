"""The one line of JSON, by its contract."""

from __future__ import annotations

import json

import numpy as np
import pytest

from undertone.recognition import predict_file, to_json


@pytest.fixture
def answer(bundle, record):
    return predict_file(bundle, record("zwölf [1].wav", 6.1, rate=44100, channels=6))


def test_the_keys_and_their_order(bundle, answer) -> None:
    line = to_json(answer, bundle)
    assert "\n" not in line
    assert "zwölf [1].wav" in line, "names are readable, not escaped"
    values = json.loads(line)
    assert list(values) == ["file", "label", "scores", "segments", "notes", "model"]
    assert values["file"] == answer.file
    assert values["label"] == answer.label == max(values["scores"], key=values["scores"].get)
    assert list(values["scores"]) == list(bundle.labels)
    assert values["notes"] == ["more than 2 channels: their mean is used"]
    assert values["model"] == {"name": "small", "sha256": bundle.sha256}
    assert len(bundle.sha256) == 64
    assert [list(segment) for segment in values["segments"]] == [["begin", "end", "label", "scores"]] * 2
    for segment in values["segments"]:
        assert segment["label"] == max(segment["scores"], key=segment["scores"].get)
        assert segment["begin"] == round(segment["begin"], 4)


def test_scores_read_back_to_the_same_bits(bundle, answer) -> None:
    values = json.loads(to_json(answer, bundle))
    assert np.array(list(values["scores"].values()), np.float32).tobytes() == answer.scores.tobytes()
    rows = np.array([list(segment["scores"].values()) for segment in values["segments"]], np.float32)
    assert rows.tobytes() == answer.segment_scores.tobytes()
    assert sum(values["scores"].values()) == pytest.approx(1, abs=1e-6)
