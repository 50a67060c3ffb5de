"""No copy of a clip, and no trace of it in a scaler, crosses from one side of a split to the other."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from undertone.augment.conditions import LEARNED
from undertone.corpora import load
from undertone.errors import CorpusError
from undertone.experiment import ExperimentSettings, settings_from
from undertone.experiment.network import train_network
from undertone.experiment.rows import Rows, cached, extract
from undertone.experiment.sequences import statistics_of
from undertone.experiment.train import choose_fold
from undertone.types import Corpus


@pytest.fixture(scope="module")
def corpus(tiny):
    return load(tiny)


@pytest.fixture(scope="module")
def rows(corpus, quick):
    return extract(corpus, quick)


def test_one_row_a_segment_of_each_clip_and_copy(corpus, rows) -> None:
    assert set(rows.clip.tolist()) == set(range(len(corpus)))
    assert set(rows.copy.tolist()) == {0, 1}, "the clip, and one copy with noise"
    assert rows.features.shape == (len(rows.clip), 162)
    assert rows.features.dtype == np.float32
    originals, copies = (rows.clip[rows.copy == n].tolist() for n in (0, 1))
    assert originals == copies
    assert (rows.seconds > 0).all()


def test_copies_follow_their_clip_and_only_where_asked(corpus, quick, rows) -> None:
    fold = choose_fold(corpus, quick)
    train = rows.where(fold.train, copies=True)
    assert {corpus.utterances[i].speaker for i in rows.clip[train]}.isdisjoint({"16"})
    assert set(rows.copy[train].tolist()) == {0, 1}
    for judges in (fold.validation, fold.test):
        side = rows.where(judges, copies=False)
        assert set(rows.copy[side].tolist()) == {0}, "who judges is heard as recorded"
        assert set(rows.clip[side].tolist()) == set(judges)
        assert not set(rows.clip[train].tolist()) & set(judges), "nothing of a judging clip, copies too, is trained on"


def test_a_copy_depends_on_its_own_clip_alone(corpus, quick, rows) -> None:
    few = Corpus(corpus.name, corpus.utterances[5:7], corpus.licence, corpus.credit)
    alone = extract(few, quick)
    assert alone.features.tobytes() == rows.features[np.isin(rows.clip, [5, 6])].tobytes()


def test_another_seed_draws_another_copy(corpus, quick, rows) -> None:
    few = Corpus(corpus.name, corpus.utterances[:1])
    other = extract(few, dataclasses.replace(quick, train=dataclasses.replace(quick.train, seed=9)))
    first = rows.features[rows.clip == 0]
    assert other.features[0].tobytes() == first[0].tobytes(), "the clip itself"
    assert other.features[-1].tobytes() != first[-1].tobytes(), "its copy with noise"


def test_rows_are_kept_for_the_same_clips_and_settings_only(corpus, quick, rows, tmp_path) -> None:
    path = tmp_path / "rows.npz"
    stored = cached(corpus, quick, path)
    assert stored.features.tobytes() == rows.features.tobytes()
    written = path.stat().st_mtime_ns
    assert cached(corpus, quick, path).features.tobytes() == rows.features.tobytes()
    assert path.stat().st_mtime_ns == written, "read, not computed again"
    untrimmed = dataclasses.replace(quick, frontend=dataclasses.replace(quick.frontend, trim_db=0.0))
    assert cached(corpus, untrimmed, path).features.tobytes() != rows.features.tobytes()
    assert [p.name for p in tmp_path.iterdir()] == ["rows.npz"]


def test_copies_in_noise_are_beside_those_at_other_speeds(corpus, tmp_path) -> None:
    plain = settings_from({**UNTAUGHT, "corpus": "tiny", "model": "pooled"}, where="test")
    sound = settings_from({**TAUGHT, "corpus": "tiny", "model": "pooled"}, where="test")
    few = Corpus(corpus.name, corpus.utterances[:3])
    before, after = cached(few, plain, tmp_path / "rows.npz"), cached(few, sound, tmp_path / "rows.npz")
    speeds = len(plain.statistics.speeds)
    assert set(after.paced.speed.tolist()) == set(range(1, speeds + 3))
    kept = after.paced.speed <= speeds
    assert after.paced.statistics[kept].tobytes() == before.paced.statistics.tobytes()
    assert after.features.tobytes() == before.features.tobytes(), "who judges is heard as recorded"
    alone = extract(Corpus(corpus.name, corpus.utterances[1:2]), sound.with_seed(9))
    assert alone.paced.statistics.tobytes() == after.paced.statistics[after.paced.clip == 1].tobytes()
    own, copies = statistics_of(few, after, np.arange(len(after.clip)), sound)
    assert set(copies.weight[copies.speed > speeds].tolist()) == {0.5}
    assert set(copies.weight[copies.speed <= speeds].tolist()) == {1.0} == set(own.weight.tolist())


TAUGHT, UNTAUGHT = {"sound": {"copies": ["white", "room"]}}, {"sound": {"copies": []}}


@pytest.mark.parametrize("model", ["pooled", "compact"])
def test_other_copies_are_another_recipe_of_the_same_networks(model) -> None:
    usual = settings_from({"corpus": "x", "model": model}, where="test")
    off = settings_from({**UNTAUGHT, "corpus": "x", "model": model}, where="test")
    on = settings_from({**TAUGHT, "corpus": "x", "model": model}, where="test")
    lighter = settings_from({"corpus": "x", "model": model, "sound": {"weight": 0.4}}, where="test")
    assert lighter.sound.copies == usual.sound.copies == LEARNED
    assert len({usual.recipe, off.recipe, on.recipe, lighter.recipe}) == 4
    assert {made.of_networks.recipe for made in (usual, on, off, lighter)} == {off.recipe}
    assert (off.line.shrinkage, on.line.shrinkage) == (0.5, 0.2)


def test_recorded_rows_of_the_line_stay_valid() -> None:
    rows = Path(__file__).parents[2] / "benchmarks" / "rows" / "pooled.jsonl"
    recorded = {json.loads(line)["settings"] for line in rows.read_text(encoding="utf-8").splitlines()}
    assert settings_from({"corpus": "emodb", "model": "pooled"}, where="test").recipe in recorded


def test_a_changed_recording_is_computed_again(quick, tiny, tmp_path) -> None:
    import shutil

    root = tmp_path / "tiny"
    shutil.copytree(tiny, root)
    clips = sorted(root.rglob("*.flac"))
    before = cached(load(root), quick, tmp_path / "rows.npz")
    content = clips[1].read_bytes()
    shutil.copy(clips[0], clips[1])
    assert len(content) != clips[1].stat().st_size
    after = cached(load(root), quick, tmp_path / "rows.npz")
    assert before.features.tobytes() != after.features.tobytes()


def test_every_recording_that_cannot_be_used_is_named(quick, tiny, tmp_path) -> None:
    import shutil

    root = tmp_path / "tiny"
    shutil.copytree(tiny, root)
    clips = sorted(root.rglob("*.flac"))
    clips[0].write_bytes(b"")
    clips[3].write_text("not sound")
    with pytest.raises(CorpusError) as error:
        extract(load(root), quick)
    assert "2 of 18 recordings cannot be used" in str(error.value)
    assert clips[0].name in str(error.value)
    assert clips[3].name in str(error.value)


class Stop(Exception):
    pass


def learned(corpus: Corpus, rows: Rows, settings: ExperimentSettings, tmp_path, monkeypatch):
    """Return the examples that reach the network on both sides; nothing is trained."""
    told = {}

    def fit(build, train, validation, *args, **kwargs):
        told.update(train=train, validation=validation)
        raise Stop

    monkeypatch.setattr("undertone.experiment.network.fit", fit)
    fold = choose_fold(corpus, settings)
    train, validation = rows.where(fold.train, copies=True), rows.where(fold.validation, copies=False)
    with pytest.raises(Stop):
        train_network(corpus, rows, train, validation, settings, run=tmp_path)
    return told["train"], told["validation"], rows.features[train]


def test_the_scaler_sees_training_rows_only(corpus, quick, rows, tmp_path, monkeypatch) -> None:
    clean, _, features = learned(corpus, rows, quick, tmp_path, monkeypatch)
    assert clean.x == pytest.approx((features - features.mean(axis=0)) / features.std(axis=0), rel=1e-3, abs=1e-3)
    fold = choose_fold(corpus, quick)
    judges = np.isin(rows.clip, (*fold.validation, *fold.test))
    poisoned = dataclasses.replace(rows, features=np.where(judges[:, None], np.float32(1e9), rows.features))
    again, validation, _ = learned(corpus, poisoned, quick, tmp_path, monkeypatch)
    assert again.x.tobytes() == clean.x.tobytes(), "what judges cannot move what trains"
    assert (validation.x > 1e6).all(), "the poison did lie where it should"
