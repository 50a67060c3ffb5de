"""Learning from other corpora first."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from undertone.bundle import load
from undertone.corpora import load as load_corpus
from undertone.errors import ConfigError, ProtocolError
from undertone.experiment import settings_from, train_run
from undertone.experiment.others import learn_from_others
from undertone.training import read_history
from undertone.training.predict import load as load_network

from ..conftest import CLIPS

LETTERS = {"boredom": "L", "fear": "A"}  # none of the classes of the tiny corpus


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    root = tmp_path_factory.mktemp("corpora") / "other"
    for label, letter in LETTERS.items():
        for speaker in ("09", "10"):
            target = root / label / speaker
            target.mkdir(parents=True)
            shutil.copy(sorted(CLIPS.glob(f"{speaker}???{letter}?.flac"))[0], target / f"{label}-{speaker}.flac")
    return root


def settings(tiny, other, **sequence):
    schedule = {"epochs": 1, "trunk_epochs": 1, "tuning_epochs": 1, "batch_size": 4, "frames": 32, **sequence}
    values = {"corpus": str(tiny), "model": "compact", "hold_out": ["16"], "others": [str(other)], "sequence": schedule}
    return settings_from(values, where="test")


@pytest.mark.parametrize(("beside_below", "heads"), [(1, 3), (3, 5)])
def test_the_network_begins_at_the_trunk_and_keeps_its_own_classes(tiny, other, tmp_path, beside_below, heads):
    train_run(settings(tiny, other, beside_below=beside_below, tuning_rate=0.0), tmp_path)
    trunk, tuned = (load_network(tmp_path / name / "best.h5") for name in ("others/trunk-0", "."))
    assert trunk.output_shape == (None, 2) and tuned.output_shape == (None, heads)
    for layer in ("stem", "block3_conv2"):  # at a rate of 0 the weights stay where they began
        assert np.array_equal(trunk.get_layer(layer).get_weights()[0], tuned.get_layer(layer).get_weights()[0])
    bundle = load(tmp_path / "model.undertone")
    assert bundle.labels == ("angry", "neutral", "sad")
    assert [(data.corpus, data.clips) for data in bundle.card.data] == [("tiny", 12), ("other", 4)]


def test_enough_speakers_need_no_trunk(tiny, other, tmp_path):
    train_run(settings(tiny, other, trunk_below=2, epochs=2), tmp_path)
    assert len(read_history(tmp_path / "history.json")) == 2, "its own schedule, not the one that follows a trunk"


def test_clips_that_judge_are_not_learned_from_elsewhere(tiny, other, tmp_path):
    with pytest.raises(ProtocolError, match="is the corpus that is judged"):
        learn_from_others(load_corpus(str(tiny)), [], settings(tiny, tiny), tmp_path)
    mixed = tmp_path / "mixed"
    shutil.copytree(other, mixed)
    clip = next((tiny / "angry" / "16").glob("*.flac"))
    shutil.copy(clip, mixed / "fear" / "09" / "another-name.flac")
    with pytest.raises(ProtocolError, match=r"another-name is the sound of .*leave it out of others"):
        learn_from_others(load_corpus(str(tiny)), [], settings(tiny, mixed), tmp_path)


def test_a_model_of_vectors_has_no_trunk(tiny, other, tmp_path):
    values = {"corpus": str(tiny), "others": [str(other)]}
    with pytest.raises(ConfigError, match="'article' cannot learn from other corpora"):
        learn_from_others(load_corpus(str(tiny)), [], settings_from(values, where="test"), tmp_path)
