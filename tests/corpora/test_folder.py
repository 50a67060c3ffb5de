from __future__ import annotations

import pytest

from undertone.corpora import UNKNOWN_SPEAKER, import_corpus, load, loso
from undertone.errors import CorpusError, ProtocolError


def test_a_folder_per_label_leaves_the_speaker_unknown(tmp_path, wav):
    wav(tmp_path / "Happy" / "1.wav")
    wav(tmp_path / "very sad" / "1.wav")
    corpus = load(tmp_path)
    assert corpus.labels == ("happy", "very_sad")
    assert corpus.speakers == (UNKNOWN_SPEAKER,)


def test_unknown_speakers_are_no_speaker_each(tmp_path, wav):
    for label in ("happy", "sad"):
        for index in range(5):
            wav(tmp_path / label / f"{index}.wav", index)
    with pytest.raises(ProtocolError, match="10 of 10 clips have no known speaker: put them into label/speaker/"):
        loso(load(tmp_path))


def test_speakers_may_come_first(tmp_path, wav):
    wav(tmp_path / "anna" / "happy" / "1.wav")
    wav(tmp_path / "ben" / "sad" / "1.wav")
    corpus = load(tmp_path)
    assert (corpus.speakers, corpus.labels) == (("anna", "ben"), ("happy", "sad"))


def test_words_of_ones_own_are_labels_at_the_top(tmp_path, wav):
    wav(tmp_path / "urgent" / "anna" / "1.mp3")
    wav(tmp_path / "relaxing" / "ben" / "1.ogg")
    corpus = load(tmp_path)
    assert (corpus.speakers, corpus.labels) == (("anna", "ben"), ("relaxing", "urgent"))


def test_clips_of_one_key_keep_one_order(tmp_path, wav):
    wav(tmp_path / "happy" / "anna" / "1.wav")
    wav(tmp_path / "angry" / "anna" / "1.wav")
    assert [u.label for u in load(tmp_path).utterances] == ["angry", "happy"]


def test_no_label_folder(tmp_path, wav):
    wav(tmp_path / "1.wav")
    wav(tmp_path / "happy" / "1.wav")
    wav(tmp_path / "happy" / "anna" / "monday" / "1.wav")
    with pytest.raises(
        CorpusError, match=r"2 of 3 recordings do not lie in a label folder: '1.wav', 'happy/anna/monday/1.wav'"
    ):
        load(tmp_path)


def test_a_folder_without_recordings_says_what_is_in_it(tmp_path):
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "notes.txt").write_text("no sound")
    with pytest.raises(
        CorpusError, match=r"no recordings in this folder or below it \(it holds files with: \.txt\); accepted"
    ):
        import_corpus(tmp_path)


def test_an_empty_folder(tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(CorpusError, match="it is empty"):
        import_corpus(tmp_path / "nothing")
