from __future__ import annotations

import json

import pytest

from undertone.corpora import available, digest, import_corpus, load, store
from undertone.corpora.published import PUBLISHED
from undertone.errors import CorpusError, NotFoundError, UnknownNameError


def test_the_embedded_corpus_is_whole():
    corpus = load("emodb")
    assert (len(corpus), len(corpus.speakers), corpus.licence) == (535, 10, "CC0-1.0")
    assert digest(corpus) == "fe60e28aa4f2d301f8302026f51612c3ed4c6cb5a0721766adc71072712ad2c7"


def test_what_is_here_and_what_could_be(tmp_path, wav):
    wav(tmp_path / "mine" / "sad" / "1.wav")
    import_corpus(tmp_path / "mine")
    states = {entry.name: (entry.state, entry.clips) for entry in available()}
    absent = dict.fromkeys(("ravdess", "tess", *PUBLISHED), ("absent", 0))
    assert states == {"emodb": ("embedded", 535), "mine": ("imported", 1), **absent}


def test_without_the_recordings_it_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setenv("UNDERTONE_DATA", str(tmp_path))
    with pytest.raises(CorpusError, match="set UNDERTONE_DATA to its folder 'data'"):
        load("emodb")
    assert {entry.name: entry.state for entry in available()}["emodb"] == "absent"


def test_half_a_checkout(monkeypatch, tmp_path, wav):
    wav(tmp_path / "emodb" / "wav" / "03a01Fa.wav")
    monkeypatch.setenv("UNDERTONE_DATA", str(tmp_path))
    with pytest.raises(CorpusError, match="1 of 535 files are in"):
        load("emodb")


def test_a_published_corpus_that_was_not_imported():
    with pytest.raises(
        CorpusError, match=r"'tess' has not been imported \(licence: CC-BY-NC-ND-4.0.*corpus import PATH"
    ):
        load("tess")


@pytest.mark.parametrize(
    ("name", "kind"), [("emodv", UnknownNameError), ("./nowhere", NotFoundError), ("a.csv", NotFoundError)]
)
def test_neither_name_nor_path(name, kind):
    with pytest.raises(kind, match=r"did you mean 'emodb'|no such folder or table"):
        load(name)


def test_unknown_kind(tmp_path):
    with pytest.raises(UnknownNameError, match="known: cafe, cremad, emodb, emovo, esd, folder, jl, mesd"):
        import_corpus(tmp_path, kind="iemocap")


def test_names_that_cannot_be(tmp_path, wav):
    wav(tmp_path / "sad" / "1.wav")
    for name in ("../up", "Großes", "a b", ""):
        if name:
            with pytest.raises(CorpusError, match="cannot name a corpus; accepted"):
                import_corpus(tmp_path, name=name)


def test_a_damaged_manifest_is_named_and_hides_nothing(tmp_path, wav, home):
    wav(tmp_path / "sad" / "1.wav")
    import_corpus(tmp_path, name="good")
    (home / "corpora" / "bad.json").write_text('{"version": 99}')
    with pytest.raises(CorpusError, match=r"bad.json': not a manifest that can be read \(version 99"):
        load("bad")
    assert {entry.name: entry.state for entry in available()}["bad"] == "damaged"


def test_the_manifest_can_be_read_by_people(tmp_path, wav, home):
    wav(tmp_path / "sad" / "anna" / "1.wav")
    corpus = import_corpus(tmp_path, name="mine")
    values = json.loads((home / "corpora" / "mine.json").read_text(encoding="utf-8"))
    assert values["kind"] == "folder"
    assert values["root"] == str(tmp_path)
    assert values["digest"] == digest(corpus)
    assert values["corpus"]["utterances"][0]["speaker"] == "anna"
    assert [path.name for path in (home / "corpora").iterdir()] == ["mine.json"]


def test_a_changed_recording_changes_the_digest(tmp_path, wav):
    path = wav(tmp_path / "sad" / "1.wav", 1)
    before = digest(load(tmp_path))
    wav(path, 2)
    assert digest(load(tmp_path)) != before


def test_the_digest_does_not_know_where_the_files_are(tmp_path, wav):
    for place in ("here", "there"):
        wav(tmp_path / place / "sad" / "1.wav")
    here, there = (import_corpus(tmp_path / place, name="mine") for place in ("here", "there"))
    assert digest(here) == digest(there)


def test_names_come_from_folders_and_tables(tmp_path):
    assert store.name_from(tmp_path / "My Voices.csv") == "my-voices"
    assert store.name_from(tmp_path / "Ä") == "corpus"
