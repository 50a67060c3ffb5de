import pytest

from undertone.corpora import load
from undertone.corpora.split_table import read_split
from undertone.errors import CorpusError, NotFoundError

CORPUS = load("emodb")


def table(path, *rows):
    path.write_text("\n".join(("path,side", *rows)) + "\n", encoding="utf-8")
    return path


def test_it_names_recordings_by_the_end_of_their_paths(tmp_path):
    fold = read_split(table(tmp_path / "mine.csv", "03a01Fa.flac,train", "wav/08a01Fd.flac,Test"), CORPUS)
    assert (fold.name, len(fold.train), fold.validation, len(fold.test)) == ("mine", 1, (), 1)
    assert CORPUS.utterances[fold.test[0]].path.name == "08a01Fd.flac"


def test_all_faults_at_once_with_their_lines(tmp_path):
    path = table(
        tmp_path / "s.csv", "nobody.flac,train", "03a01Fa.flac,trian", "03a01Fa.flac,train", "03a01Fa.flac,test"
    )
    with pytest.raises(CorpusError) as error:
        read_split(path, CORPUS)
    for words in (
        "line 2: 'nobody.flac' names 0",
        "line 3: side 'trian' (did you mean 'train'?)",
        "line 5: '03a01Fa.flac' is listed twice",
    ):
        assert words in str(error.value)


@pytest.mark.parametrize("text", ["", "file,side\na,train\n", "path,side\n"])
def test_what_is_no_split_is_refused(tmp_path, text):
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(CorpusError, match="columns path and side"):
        read_split(tmp_path / "s.csv", CORPUS)
    with pytest.raises(NotFoundError, match="columns path and side"):
        read_split(tmp_path / "absent.csv", CORPUS)


def test_a_side_without_recordings_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="no recording is on the side 'test'"):
        read_split(table(tmp_path / "s.csv", "03a01Fa.flac,train"), CORPUS)
