"""Who may write into a run folder."""

from __future__ import annotations

import dataclasses

import pytest

from undertone.corpora import load
from undertone.errors import ConfigError, CorpusError, NotFoundError
from undertone.experiment import ExperimentSettings
from undertone.experiment.folder import claim, fold_of, keep_fold, settings_of
from undertone.training import TrainSettings
from undertone.types import Fold

SETTINGS = ExperimentSettings("emodb", hold_out=("15", "16"))


def test_settings_read_back(tmp_path) -> None:
    claim(tmp_path / "a" / "run", SETTINGS)
    assert settings_of(tmp_path / "a" / "run") == SETTINGS


@pytest.mark.parametrize("hold_out", [None, (), ("x",)])
def test_who_is_held_out_reads_back(tmp_path, hold_out) -> None:
    settings = ExperimentSettings("emodb", hold_out=hold_out)
    claim(tmp_path / "run", settings)
    assert settings_of(tmp_path / "run") == settings


def test_the_same_settings_go_on(tmp_path) -> None:
    claim(tmp_path / "run", SETTINGS)
    (tmp_path / "run" / "state.npz").write_bytes(b"x")
    claim(tmp_path / "run", SETTINGS)
    assert (tmp_path / "run" / "state.npz").read_bytes() == b"x"


def test_other_settings_are_refused(tmp_path) -> None:
    claim(tmp_path / "run", SETTINGS)
    other = ExperimentSettings("emodb", hold_out=("15", "16"), train=TrainSettings(epochs=3))
    with pytest.raises(ConfigError, match=r"holds a run with other settings.*train\.epochs is 20 there, 3 here"):
        claim(tmp_path / "run", other)
    assert settings_of(tmp_path / "run") == SETTINGS


def test_a_folder_of_someone_else_is_refused(tmp_path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    for path in (tmp_path, tmp_path / "letter.txt"):
        with pytest.raises(ConfigError, match="is not empty and holds no run"):
            claim(path, SETTINGS)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_an_empty_folder_will_do(tmp_path) -> None:
    claim(tmp_path, SETTINGS)
    assert [p.name for p in tmp_path.iterdir()] == ["experiment.toml"]


@pytest.fixture
def corpus(tiny):
    return load(tiny)


def test_the_split_reads_back(tmp_path, corpus) -> None:
    fold = Fold("f", (1, 2), (3,), (4,), honest=False, why="because")
    keep_fold(tmp_path, fold, corpus)
    assert fold_of(tmp_path, corpus) == fold
    keep_fold(tmp_path, fold, corpus)
    assert fold_of(tmp_path, corpus) == fold


def test_a_split_of_other_recordings_is_refused(tmp_path, corpus) -> None:
    fold = Fold("f", (1, 2), (3,), (4,))
    keep_fold(tmp_path, fold, corpus)
    fewer = dataclasses.replace(corpus, utterances=corpus.utterances[1:])
    relabelled = dataclasses.replace(corpus.utterances[0], label="happy")
    other = dataclasses.replace(corpus, utterances=(relabelled, *corpus.utterances[1:]))
    for changed in (fewer, other):
        with pytest.raises(CorpusError, match="recordings or labels of tiny have changed since this run was begun"):
            fold_of(tmp_path, changed)
        with pytest.raises(CorpusError, match="nobody can tell whom it never heard"):
            keep_fold(tmp_path, fold, changed)
    with pytest.raises(CorpusError):
        keep_fold(tmp_path, Fold("f", (1,), (2, 3), (4,)), corpus)
    assert fold_of(tmp_path, corpus) == fold, "the first split stands"


def test_a_folder_without_a_run(tmp_path, corpus) -> None:
    with pytest.raises(NotFoundError, match=r"no run at .*undertone train CORPUS --out"):
        settings_of(tmp_path)
    claim(tmp_path, SETTINGS)
    with pytest.raises(NotFoundError, match=r"fold\.json is missing: the run is not finished"):
        fold_of(tmp_path, corpus)


def test_a_file_of_a_run_that_was_edited_badly(tmp_path, corpus) -> None:
    claim(tmp_path, SETTINGS)
    (tmp_path / "fold.json").write_text("{")
    with pytest.raises(ConfigError, match=r"fold\.json: not JSON"):
        fold_of(tmp_path, corpus)
