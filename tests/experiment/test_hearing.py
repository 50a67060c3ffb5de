"""Networks of sequences that hear copies in noise and rooms."""

from __future__ import annotations

import json

import numpy as np
import pytest

from undertone.corpora import load
from undertone.errors import ConfigError
from undertone.experiment import settings_from, train_run
from undertone.experiment.others import NONE
from undertone.experiment.rows import cached, extract
from undertone.experiment.sequences import _Data, _examples
from undertone.experiment.steps import silent
from undertone.types import Corpus

SOUND = {"copies": ["white", "room"]}
SCHEDULE = {"epochs": 1, "batch_size": 4, "frames": 32}


def settings(corpus, share, **values):
    given = {"corpus": str(corpus), "model": "tiny", "hold_out": ["16"], "sequence": SCHEDULE, "sound": SOUND}
    return settings_from(given | {"hearing": {"copies": share}} | values, where="test")


@pytest.fixture(scope="module")
def few(tiny):
    corpus = load(tiny)
    return Corpus(corpus.name, corpus.utterances[:4])


@pytest.fixture(scope="module")
def rows(few, tiny):
    return extract(few, settings(tiny, 0.5))


def test_two_copies_of_each_clip_are_kept_and_read_again(few, tiny, rows, tmp_path):
    deaf = extract(few, settings(tiny, 0))
    assert deaf.heard is None
    assert deaf.paced.statistics.tobytes() == rows.paced.statistics.tobytes()
    assert np.bincount(rows.heard.clip).tolist() == (2 * np.bincount(rows.clip)).tolist()
    path = tmp_path / "rows.npz"
    cached(few, settings(tiny, 0), path)
    for _ in range(2):
        again = cached(few, settings(tiny, 0.5), path)
        assert again.heard.sequences.tobytes() == rows.heard.sequences.tobytes()
        assert again.heard.clip.tolist() == rows.heard.clip.tolist()


def test_copies_are_drawn_as_often_as_asked_and_only_those_of_training_clips(few, tiny, rows):
    asked = settings(tiny, 0.75)
    train = rows.where((0, 2, 3), copies=True)
    examples = _examples(_Data(few, rows, train, NONE, silent), asked)
    copies = len(examples) - len(train)
    assert copies == np.isin(rows.heard.clip, (0, 2, 3)).sum()
    assert examples.weights[: len(train)].sum() == pytest.approx(0.25)
    assert examples.weights[len(train) :].sum() == pytest.approx(0.75)
    deaf = _examples(_Data(few, rows, train, NONE, silent), settings(tiny, 0))
    assert deaf.weights is None and len(deaf) == len(train)
    assert deaf.x.tobytes() == examples.x[: len(train)].tobytes()


def test_a_run_hears_them_and_says_so(tiny, tmp_path):
    train_run(settings(tiny, 0.5), tmp_path / "run")
    said = json.loads(str(np.load(tmp_path / "run" / "state.npz")["note"]))["identity"]
    train_run(settings(tiny, 0), tmp_path / "deaf")
    other = json.loads(str(np.load(tmp_path / "deaf" / "state.npz")["note"]))["identity"]
    count, fewer = (int(one["training examples"].split()[0]) for one in (said, other))
    assert count == 3 * fewer
    assert said["settings"] == other["settings"], "an epoch has as many draws"


def test_the_recipe_of_networks_that_hear_none_is_the_same_as_ever(tiny):
    deaf, hears = settings(tiny, 0), settings(tiny, 0.5)
    assert hears.recipe.startswith(deaf.recipe.partition("-")[0] + "-hears-")
    assert hears.of_networks.recipe != deaf.of_networks.recipe
    assert "hearing" in hears.told() and "hearing" not in deaf.told()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": "pooled", "sequence": {}}, "model 'pooled' has no networks that hear copies"),
        ({"sound": {"copies": []}}, "sound.copies is empty: there is nothing to hear; name some of white, street"),
    ],
)
def test_what_cannot_be_heard_is_refused(tiny, tmp_path, values, words):
    with pytest.raises(ConfigError, match=words):
        train_run(settings(tiny, 0.5, **values), tmp_path / "run")


def test_the_clips_themselves_must_be_heard(tiny):
    with pytest.raises(ConfigError, match=r"hearing: copies is 1\.0; accepted: 0"):
        settings(tiny, 1)
