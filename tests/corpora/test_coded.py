from __future__ import annotations

import pytest

from undertone.corpora import emodb, import_corpus, load, ravdess, tess
from undertone.errors import CorpusError


def test_names_beside_the_code_are_no_names():
    assert [emodb.parse(stem) for stem in ("03a01Xa", "99a01Fa", "03c01Fa", "take 1")] == [None] * 4
    assert [tess.parse(stem) for stem in ("OAF_back_bored", "XAF_back_sad", "OAF_back")] == [None] * 3
    assert [ravdess.parse(stem) for stem in ("03-01-09-01-01-01-01", "03-01-01-01-01-01-25", "03-01")] == [None] * 3


def test_strangers_are_told_all_at_once(tmp_path, wav):
    for name in ("03a01Fa", "03a01Na", "03a01Wa", "noise", "silence"):
        wav(tmp_path / f"{name}.wav")
    with pytest.raises(
        CorpusError, match=r"2 of 5 file names .* 'noise.wav', 'silence.wav'; expected names like 03a01Fa"
    ):
        load(tmp_path)


def test_a_second_copy_of_everything_one_level_down_is_passed_over(tmp_path, wav):
    for folder in (tmp_path, tmp_path / "tess"):
        wav(folder / "OAF_sad" / "OAF_back_sad.wav", 1)
        wav(folder / "OAF_sad" / "OAF_bar_sad.wav", 2)
    assert len(load(tmp_path)) == 2


def test_one_name_for_two_recordings_is_refused(tmp_path, wav):
    wav(tmp_path / "a" / "OAF_back_sad.wav", 1)
    wav(tmp_path / "b" / "OAF_back_sad.wav", 2)
    with pytest.raises(CorpusError, match="have one name but differ in content"):
        load(tmp_path)


def test_leftovers_of_an_archive_are_no_recordings(tmp_path, wav):
    wav(tmp_path / "wav" / "03a01Fa.wav")
    wav(tmp_path / "wav" / "._03a01Fa.wav")
    wav(tmp_path / "__MACOSX" / "03a01Na.wav")
    wav(tmp_path / ".cache" / "03a01Wa.wav")
    assert len(load(tmp_path)) == 1


def test_a_name_kept_for_a_published_corpus(tmp_path, wav):
    wav(tmp_path / "happy" / "1.wav")
    with pytest.raises(CorpusError, match="'emodb' is kept for the published corpus"):
        import_corpus(tmp_path, name="emodb")
