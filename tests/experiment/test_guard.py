import dataclasses

import numpy as np
import pytest

from undertone.corpora import PROTOCOLS, check_fold, load, loso
from undertone.errors import ProtocolError
from undertone.experiment.guard import check_rows, check_scaler, guarded
from undertone.experiment.rows import Rows
from undertone.training import Scaler, fit_scaler, no_scaler
from undertone.types import Fold


@pytest.fixture(scope="module")
def corpus():
    return load("emodb")


def test_an_honest_fold_passes_as_it_is(corpus):
    fold = loso(corpus)[0]
    assert guarded(corpus, fold) is fold


def test_a_voice_on_both_sides_stops_the_run_with_its_name(corpus):
    fold = loso(corpus)[0]
    heard = [i for i in fold.test if i % 2]
    leaky = Fold("mine", (*fold.train, *heard), fold.validation, tuple(i for i in fold.test if i not in heard))
    with pytest.raises(
        ProtocolError, match=r"'mine' would make too good a figure: speakers of the test are heard in train: 03"
    ):
        guarded(corpus, leaky)
    stamped = guarded(corpus, leaky, allow_leaks=True)
    assert not stamped.honest
    assert "speakers of the test are heard in train" in stamped.why


def test_what_is_stamped_already_passes(corpus):
    fold = Fold("random", (0, 1, 2), (), (3, 4), honest=False, why="random")
    assert guarded(corpus, fold) is fold


def test_a_split_of_ones_own_is_guarded(undertone, tiny, tmp_path):
    rows = [
        f"{p.name},{'test' if '-16-' in p.name and '-0' in p.stem else 'train'}" for p in sorted(tiny.rglob("*.flac"))
    ]
    (tmp_path / "mine.csv").write_text("path,side\n" + "\n".join(rows) + "\n")
    told = undertone("train", tiny, "--split", tmp_path / "mine.csv", "--epochs", "1", "--no-augment", "--out", "run")
    assert told.status != 0
    assert "speakers of the test are heard in train: 16" in " ".join(told.err.split())
    assert not (tmp_path / "run").exists()


def test_sentences_that_are_claimed_to_be_new_and_are_not_are_named(corpus):
    fold = loso(corpus)[0]
    assert guarded(corpus, fold) is fold, "leave one speaker out claims nothing of sentences"
    with pytest.raises(
        ProtocolError, match=r"sentences of the test, which are claimed to be new, are spoken in train: a01"
    ):
        guarded(corpus, dataclasses.replace(fold, new_sentences=True))


def test_the_protocols_that_claim_new_sentences_keep_it(corpus):
    for name in ("speaker-sentence", "sentence"):
        for fold in PROTOCOLS[name](corpus):
            assert fold.new_sentences
            assert not [leak for leak in check_fold(corpus, fold) if "sentences" in leak]


def test_judges_who_chose_the_settings_are_named(corpus):
    fold = loso(corpus)[0]
    assert guarded(corpus, fold, tuned_on=["emodb/08", "ravdess/03"]) is fold
    with pytest.raises(ProtocolError, match="the settings were chosen on speakers of the test: emodb/03"):
        guarded(corpus, fold, tuned_on=["emodb/03", "emodb/08"])


@pytest.fixture(scope="module")
def rows(corpus):
    """Each clip and one copy of it."""
    clip = np.repeat(np.arange(len(corpus)), 2)
    features = np.random.default_rng(0).standard_normal((len(clip), 5)).astype(np.float32)
    return Rows(features, clip, np.tile([0, 1], len(corpus)), np.ones(len(clip), np.float32))


def sides(rows, fold):
    return rows.where(fold.train, copies=True), rows.where(fold.validation, copies=False)


def test_rows_of_an_honest_fold_pass(corpus, rows):
    fold = loso(corpus)[0]
    check_rows(corpus, fold, rows, *sides(rows, fold))


def test_an_augmented_copy_of_a_test_clip_is_named(corpus, rows):
    fold = loso(corpus)[0]
    train, validation = sides(rows, fold)
    key = corpus.utterances[fold.test[0]].key
    copy = np.flatnonzero((rows.clip == fold.test[0]) & (rows.copy == 1))
    with pytest.raises(ProtocolError, match=f"weights and scaler are taken from augmented copies of the test: {key}"):
        check_rows(corpus, fold, rows, np.concatenate([train, copy]), validation)


def test_an_epoch_chosen_on_a_test_speaker_is_named(corpus, rows):
    fold = loso(corpus)[0]
    half = dataclasses.replace(fold, test=fold.test[::2])
    train, _ = sides(rows, fold)
    with pytest.raises(ProtocolError, match="epoch and temperature are taken from speakers of the test: emodb/03"):
        check_rows(corpus, half, rows, train, rows.where(fold.test[1::2], copies=False))
    stamped = dataclasses.replace(half, honest=False, why="said")
    check_rows(corpus, stamped, rows, train, rows.where(fold.test[1::2], copies=False))


def test_an_epoch_chosen_on_copies_is_named(corpus, rows):
    fold = loso(corpus)[0]
    train, _ = sides(rows, fold)
    with pytest.raises(ProtocolError, match="the epoch would be chosen on augmented copies"):
        check_rows(corpus, fold, rows, train, rows.where(fold.validation, copies=True))


def test_a_scaler_that_heard_the_test_is_refused(corpus, rows):
    fold = loso(corpus)[0]
    train, _ = sides(rows, fold)
    check_scaler(fold, fit_scaler(rows.features[train]), rows.features[train])
    check_scaler(fold, no_scaler(5), rows.features[train])
    with pytest.raises(ProtocolError, match="the scaler was fitted on more than the training side"):
        check_scaler(fold, fit_scaler(rows.features), rows.features[train])
    own = fit_scaler(rows.features[train])
    with pytest.raises(ProtocolError, match="fitted on more"):
        check_scaler(fold, Scaler(own.mean, own.scale * np.float32(1.01)), rows.features[train])


def test_a_training_that_would_hear_its_judges_does_not_begin(quick, tiny, tmp_path, monkeypatch):
    from undertone.experiment import train as module

    corpus = load(tiny)
    fold = Fold("mine", (0, 1, 2, 3), (4,), (6, 7))
    everything = Rows(np.zeros((18, 2), np.float32), np.arange(18), np.zeros(18, int), np.ones(18, np.float32))
    monkeypatch.setattr(Rows, "where", lambda self, clips, *, copies: np.arange(8))
    monkeypatch.setattr(module, "train_network", lambda *a, **k: pytest.fail("it began"))
    with pytest.raises(ProtocolError, match="taken from clips of the test"):
        module.train_fold(corpus, everything, fold, quick, run=tmp_path)
