from __future__ import annotations

import re

import pytest

from undertone.corpora import UNKNOWN_SPEAKER, load
from undertone.errors import CorpusError


def given(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def clips(tmp_path, wav):
    for index in range(1, 5):
        wav(tmp_path / f"{index}.wav", index)
    return tmp_path


def test_everything_that_can_be_known(clips):
    text = "path,label,speaker,sex,sentence,intensity,take\n1.wav,Happy,anna,F,s1,strong,2\n2.wav,sad,,,,,\n"
    first, second = load(given(clips, text)).utterances
    assert (first.label, first.speaker, first.sex, first.sentence, first.intensity, first.take) == (
        "happy",
        "anna",
        "female",
        "s1",
        "strong",
        "2",
    )
    assert (second.speaker, second.sex, second.sentence) == (UNKNOWN_SPEAKER, None, None)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_spreadsheets_of_all_countries(clips, separator, encoding):
    text = "Path,Label\r\n1.wav,happy\r\n\r\n2.wav,sad\r\n".replace(",", separator)
    assert load(given(clips, text, encoding)).labels == ("happy", "sad")


def test_absolute_paths(clips, tmp_path):
    elsewhere = tmp_path / "lists"
    elsewhere.mkdir()
    assert len(load(given(elsewhere, f"path,label\n{clips / '1.wav'},happy\n"))) == 1


def test_all_faults_of_the_rows_at_once(clips):
    text = "path,label\n1.wav,happy\n9.wav,sad\n./1.wav,sad\n2.wav,\n,sad\nnotes.txt,sad\n3.wav,sad,too,many\n"
    with pytest.raises(CorpusError) as caught:
        load(given(clips, text))
    told = str(caught.value)
    assert "6 of 7 rows cannot be used" in told
    for line, words in [
        (3, "no file at"),
        (4, r"'./1.wav' is listed twice \(first on line 2\)"),
        (5, "the label of '2.wav' is empty"),
        (6, "the path is empty"),
        (7, "'notes.txt' does not end like a recording"),
        (8, "more cells than columns"),
    ]:
        assert re.search(rf"line {line}: .*{words}", told), (line, told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the table is empty; expected a header"),
        ("path,label\n", "a header but no rows"),
        ("file,label\n1.wav,sad\n", "needed but absent: path; unknown: 'file'"),
        ("path,labels\n1.wav,sad\n", "needed but absent: label; unknown: 'labels' \\(did you mean 'label'"),
        ("path,label,mood\n1.wav,sad,x\n", "unknown: 'mood'.*; accepted: path,label and any of speaker,sex"),
        ("path,label,label\n1.wav,sad,x\n", "given twice: label"),
    ],
)
def test_columns_and_emptiness(clips, text, words):
    with pytest.raises(CorpusError, match=words):
        load(given(clips, text))


def test_not_text(clips):
    with pytest.raises(CorpusError, match="not UTF-8 text"):
        load(given(clips, "path,label\nfröhlich.wav,sad\n", "utf-16"))


def test_a_file_that_is_no_table(clips):
    with pytest.raises(CorpusError, match=r"neither a folder nor a table; accepted: .* \.csv or \.tsv"):
        load(clips / "1.wav")
