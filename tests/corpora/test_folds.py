from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.corpora import (
    PROTOCOLS,
    check_fold,
    everyone,
    hold_out,
    load,
    loso,
    protocol_for,
    random_split,
    ravdess_6fold,
    tess_cross,
)
from undertone.errors import ProtocolError
from undertone.types import Clip, Corpus, Fold, Utterance


def speakers(corpus, indices):
    return {corpus.utterances[i].speaker for i in indices}


def labels(corpus, indices):
    return {corpus.utterances[i].label for i in indices}


def fingerprint(corpus: Corpus, folds: tuple[Fold, ...]) -> str:
    lines = [
        f"{fold.name} {side} {' '.join(corpus.utterances[i].path.stem for i in getattr(fold, side))}"
        for fold in folds
        for side in ("train", "validation", "test")
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


class TestEmodb:
    corpus = load("emodb")

    def test_loso_tests_each_speaker_once_and_nobody_leaks(self):
        folds = loso(self.corpus)
        assert [speakers(self.corpus, fold.test) for fold in folds] == [{s} for s in self.corpus.speakers]
        for fold in folds:
            assert fold.honest
            assert check_fold(self.corpus, fold) == ()
            assert sorted(fold.train + fold.validation + fold.test) == list(range(535))
            assert labels(self.corpus, fold.train) == set(self.corpus.labels)

    def test_two_speakers_of_either_sex_choose_the_epoch(self):
        for fold in loso(self.corpus):
            sexes = {u.sex for i in fold.validation for u in [self.corpus.utterances[i]]}
            assert len(speakers(self.corpus, fold.validation)) == 2
            assert sexes == {"male", "female"}
            assert speakers(self.corpus, fold.validation).isdisjoint(speakers(self.corpus, fold.train))

    def test_the_protocol_is_frozen(self):
        assert fingerprint(self.corpus, PROTOCOLS["emodb.loso"](self.corpus)) == "0841a0f9ace7d0df"

    def test_the_order_of_the_files_changes_nobody_s_side(self):
        turned = dataclasses.replace(self.corpus, utterances=self.corpus.utterances[::-1])
        for fold, other in zip(loso(self.corpus), loso(turned), strict=True):
            for side in ("train", "validation", "test"):
                assert speakers(self.corpus, getattr(fold, side)) == speakers(turned, getattr(other, side))

    @pytest.mark.parametrize("seed", range(6))
    def test_hold_out_draws_a_fifth_that_covers_all_classes(self, seed):
        fold = hold_out(self.corpus, seed=seed)
        assert len(speakers(self.corpus, fold.test)) == 2
        assert labels(self.corpus, fold.test) == set(self.corpus.labels)
        assert check_fold(self.corpus, fold) == ()
        assert fold == hold_out(self.corpus, seed=seed)

    def test_hold_out_of_named_speakers(self):
        fold = hold_out(self.corpus, speakers=["16", "03"])
        assert fold.name == "hold-out-03-16"
        assert speakers(self.corpus, fold.test) == {"03", "16"}

    def test_unknown_speakers_are_named_with_the_known(self):
        with pytest.raises(ProtocolError, match=r"no speaker '3' \(did you mean '.3'\?\); known: 03, 08, 09"):
            hold_out(self.corpus, speakers=["03", "3"])

    def test_nobody_left_to_train_on(self):
        with pytest.raises(ProtocolError, match="leave one to train on"):
            hold_out(self.corpus, speakers=self.corpus.speakers)

    def test_the_tutorial_s_split_says_what_it_is(self):
        fold = random_split(self.corpus, seed=1)
        assert not fold.honest
        assert "same speakers are on both sides" in fold.why
        assert len(fold.test) == 134
        leaks = check_fold(self.corpus, fold)
        assert any("speakers of the test are heard in train" in leak for leak in leaks)
        assert random_split(self.corpus, seed=2).test != fold.test

    def test_everyone_trains(self):
        fold = everyone(self.corpus)
        assert fold.test == ()
        assert speakers(self.corpus, fold.train) | speakers(self.corpus, fold.validation) == set(self.corpus.speakers)


def test_ravdess_has_the_published_folds(recordings):
    corpus = load(recordings("ravdess"))
    folds = ravdess_6fold(corpus)
    assert [sorted(int(s[-2:]) for s in speakers(corpus, fold.test)) for fold in folds] == [
        [1, 11, 20, 21],
        [4, 10, 12, 14],
        [8, 9, 19, 23],
        [3, 5, 7, 24],
        [2, 15, 16, 18],
        [6, 13, 17, 22],
    ]
    for fold in folds:
        assert check_fold(corpus, fold) == ()
        assert len(speakers(corpus, fold.validation)) == 4
        assert labels(corpus, fold.validation) == set(corpus.labels)
    assert fingerprint(corpus, folds) == "49c90736cc671d5b"


def test_tess_crosses_both_ways_and_chooses_the_epoch_on_other_words(recordings):
    corpus = load(recordings("tess"))
    folds = tess_cross(corpus)
    assert [fold.name for fold in folds] == ["tess.cross-OAF", "tess.cross-YAF"]
    for fold in folds:
        words = {corpus.utterances[i].sentence for i in fold.validation}
        assert len(words) == 24
        assert words.isdisjoint({corpus.utterances[i].sentence for i in fold.train})
        assert "a fifth of that speaker's sentences" in fold.note
        assert check_fold(corpus, fold) == ()
    assert fingerprint(corpus, folds) == "f1181b411f4b44e0"


class TestWhatCannotServe:
    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ("anna:sad*3 anna:happy*3", r"it has one speaker \(anna\)"),
            ("anna:sad*3 ben:sad*3", r"it has one class \(sad\)"),
            (
                "anna:sad ben:sad anna:fear*9",
                r"the class 'fear' has one speaker \(anna\), so it is either trained or tested",
            ),
            ("unknown:sad*3 unknown:fear ben:sad", "4 of 5 clips have no known speaker"),
            ("anna:sad", r"it has one speaker \(anna\).*; it has one class \(sad\)"),
        ],
    )
    @pytest.mark.parametrize("split", [loso, hold_out, everyone])
    def test_all_reasons_are_told(self, made, rows, words, split):
        with pytest.raises(ProtocolError, match=words):
            split(made(rows))

    def test_a_frozen_protocol_on_another_corpus(self, made):
        with pytest.raises(
            ProtocolError, match=r"'tess.cross' is made for the speakers OAF, YAF \(absent: OAF, YAF; not of"
        ):
            tess_cross(made("anna:sad ben:sad anna:fear ben:fear"))

    def test_a_class_that_training_would_lose(self, made):
        with pytest.raises(ProtocolError, match=r"leaves no training clip of|leaves no validation"):
            loso(made("anna:sad ben:sad anna:fear ben:fear"))

    def test_too_few_clips_or_a_senseless_share(self, made):
        with pytest.raises(ProtocolError, match="3 clips cannot be split"):
            random_split(made("anna:sad*3"))
        with pytest.raises(ProtocolError, match=r"test_share is 1.5, expected more than 0"):
            random_split(made("anna:sad*9"), test_share=1.5)


def test_one_training_speaker_without_sentences(made):
    corpus = made("anna:sad*10 ben:sad*10 anna:fear*10 ben:fear*10")
    mute = dataclasses.replace(
        corpus, utterances=tuple(dataclasses.replace(u, sentence=None) for u in corpus.utterances)
    )
    for fold in loso(mute):
        assert len(fold.validation) == 4
        assert labels(mute, fold.validation) == {"sad", "fear"}
        assert "a fifth of that speaker's clips" in fold.note


class TestCopies:
    def test_a_copy_never_stands_on_two_sides(self, tmp_path, wav):
        for speaker in ("anna", "ben", "carl", "dora"):
            for label in ("sad", "fear"):
                for index in range(3):
                    wav(tmp_path / label / speaker / f"{index}.wav", value=hash_of(speaker, label, index))
        wav(tmp_path / "sad" / "ben" / "0.wav", value=hash_of("anna", "sad", 0))
        corpus = load(tmp_path)
        fold = next(fold for fold in loso(corpus) if fold.name == "loso-anna")
        assert check_fold(corpus, fold) == ()
        assert len(fold.train) + len(fold.validation) == 17
        assert "1 clips left out of training, copies of clips of another side" in fold.note

    def test_a_louder_copy_is_a_copy(self, tmp_path):
        rng = np.random.default_rng(0)
        for speaker in ("anna", "ben", "carl"):
            for label in ("sad", "fear"):
                for index in range(2):
                    path = tmp_path / label / speaker / f"{index}.wav"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write(path, Clip(rng.standard_normal(8000).astype(np.float32) / 8, 16000))
        sound = read(tmp_path / "sad" / "anna" / "0.wav")
        write(tmp_path / "sad" / "ben" / "0.wav", Clip(sound.samples / 3, sound.rate))
        corpus = load(tmp_path)
        fold = next(fold for fold in loso(corpus) if fold.name == "loso-anna")
        assert "1 clips left out of training, copies of clips of another side" in fold.note
        plain = Fold("plain", train=tuple(range(2, 12)), validation=(), test=(0, 1))
        assert any("copies of one sound are in train and test" in leak for leak in check_fold(corpus, plain))

    def test_the_check_names_each_leak(self, tmp_path, wav):
        paths = [wav(tmp_path / f"{index}.wav", value=index // 2) for index in range(4)]
        corpus = Corpus("c", tuple(Utterance(p, "c", s, "sad") for p, s in zip(paths, "aabb", strict=True)))
        leaks = check_fold(corpus, Fold("f", train=(0, 2), validation=(2,), test=(1, 3)))
        assert [leak.split(" (")[0].split(":")[0] for leak in leaks] == [
            "1 clips are in train and in validation",
            "speakers of the test are heard in train",
            "copies of one sound are in train and test",
            "copies of one sound are in train and test",
            "speakers of the test are heard in validation",
            "copies of one sound are in validation and test",
        ]


def hash_of(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:2], "little") % 30000


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 14), st.integers(2, 4), st.integers(0, 1000))
def test_any_corpus_of_known_speakers_splits_without_a_leak(people, classes, seed):
    utterances = tuple(
        Utterance(_path(p, c), "made", f"p{p}", f"c{c}", sex="male" if p % 2 else "female", sentence=str(c))
        for p in range(people)
        for c in range(classes)
    )
    corpus = Corpus("made", utterances)
    for fold in (*loso(corpus, seed=seed), hold_out(corpus, seed=seed)):
        assert check_fold(corpus, fold) == ()
        assert labels(corpus, fold.train) == set(corpus.labels)
        assert speakers(corpus, fold.train).isdisjoint(speakers(corpus, fold.validation))


def _path(person: int, label: int):
    from pathlib import Path

    return Path(f"/nowhere/p{person}/c{label}.wav")


def test_the_protocol_of_a_corpus():
    assert [protocol_for(Corpus(name, ())) for name in ("emodb", "ravdess", "tess", "mine")] == [
        "emodb.loso",
        "ravdess.6fold",
        "tess.cross",
        "loso",
    ]


class TestSentences:
    corpus = load("emodb")

    def sentences(self, indices):
        return {self.corpus.utterances[i].sentence for i in indices}

    def test_new_voices_with_new_sentences_share_neither(self):
        folds = PROTOCOLS["speaker-sentence"](self.corpus)
        assert len(folds) == 20
        assert sorted(i for fold in folds for i in fold.test) == list(range(535))
        for fold in folds:
            assert fold.honest
            assert check_fold(self.corpus, fold) == ()
            heard = fold.train + fold.validation
            assert self.sentences(heard).isdisjoint(self.sentences(fold.test))
            assert labels(self.corpus, fold.train) == set(self.corpus.labels)

    def test_new_sentences_of_known_voices_are_stamped(self):
        folds = PROTOCOLS["sentence"](self.corpus)
        assert sorted(i for fold in folds for i in fold.test) == list(range(535))
        for fold in folds:
            assert not fold.honest
            assert "same speakers" in fold.why
            assert self.sentences(fold.train + fold.validation).isdisjoint(self.sentences(fold.test))

    def test_a_corpus_without_sentences_is_refused_with_the_reason(self, tmp_path, wav):
        for number, (speaker, label) in enumerate([("a", "sad"), ("b", "sad"), ("a", "fear"), ("b", "fear")]):
            wav(tmp_path / label / speaker / "1.wav", value=number)
        with pytest.raises(ProtocolError, match="4 of 4 clips have no known sentence"):
            PROTOCOLS["speaker-sentence"](load(tmp_path))
