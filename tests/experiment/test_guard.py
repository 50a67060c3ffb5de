import pytest

from undertone.corpora import load, loso
from undertone.errors import ProtocolError
from undertone.experiment.guard import guarded
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
