"""Tests across corpora: every label is declared, nobody of the judged corpus trains, a shared sound trains nobody."""

import dataclasses

import pytest

from undertone.corpora import CROSSINGS, Crossing, check_fold, cross, load, read_crossing
from undertone.corpora import emodb as emodb_kind
from undertone.corpora import ravdess as ravdess_kind
from undertone.corpora import tess as tess_kind
from undertone.corpora.published import PUBLISHED
from undertone.errors import ConfigError, NotFoundError, ProtocolError
from undertone.types import Corpus

LABELS = {
    "emodb": set(emodb_kind.LABELS.values()),
    "ravdess": set(ravdess_kind.LABELS.values()),
    "tess": set(tess_kind.LABELS.values()),
    **{name: {*corpus.labels.values(), *corpus.blocks} for name, corpus in PUBLISHED.items()},
}
MAP = {"angry": "angry", "neutral": "calm", "sad": "sad"}
REFUSED = dict.fromkeys(("boredom", "disgust", "fear", "happy"), "for a test")


@pytest.fixture(scope="module")
def corpora():
    """EMO-DB's men as one corpus, two of its women as another."""
    whole = load("emodb")

    def named(name, chosen):
        clips = [dataclasses.replace(u, corpus=name) for u in whole.utterances if chosen(u)]
        return Corpus(name, tuple(clips), "CC0-1.0")

    return named("men", lambda u: u.sex == "male"), named("women", lambda u: u.speaker in ("08", "09"))


@pytest.fixture
def crossing():
    return Crossing(("men",), "women", {"men": MAP, "women": MAP}, {"men": REFUSED, "women": REFUSED})


@pytest.mark.parametrize("name", CROSSINGS)
def test_what_ships_declares_every_label_of_its_corpora(name):
    found, crossing = read_crossing(name)
    assert found == name == f"{'+'.join(crossing.train_on)}-to-{crossing.test_on}"
    for corpus in crossing.corpora:
        assert {*crossing.labels[corpus], *crossing.refused.get(corpus, {})} == LABELS[corpus]
        for reason in crossing.refused.get(corpus, {}).values():
            assert reason


def test_all_of_one_corpus_judges_and_none_of_it_trains(corpora, crossing):
    joined, fold = cross("men-to-women", crossing, corpora)
    assert joined.labels == ("angry", "calm", "sad")
    assert {joined.utterances[i].speaker for i in fold.test} == {"women/08", "women/09"}
    heard = {joined.utterances[i].speaker for i in (*fold.train, *fold.validation)}
    assert heard == {f"men/{speaker}" for speaker in corpora[0].speakers}
    assert not {joined.utterances[i].speaker for i in fold.train} & {
        joined.utterances[i].speaker for i in fold.validation
    }
    wanted = sum(u.label in MAP for u in corpora[1].utterances)
    assert len(fold.test) == wanted
    assert fold.honest and check_fold(joined, fold) == ()


def test_a_sound_of_both_corpora_trains_nobody(corpora, crossing):
    men, women = corpora
    shared = next(u for u in women.utterances if u.label == "sad")
    copied = dataclasses.replace(shared, corpus="men", speaker=men.speakers[0])
    joined, fold = cross("x", crossing, (Corpus("men", (*men.utterances, copied)), women))
    copies = {i for i, u in enumerate(joined.utterances) if u.path == shared.path}
    assert len(copies) == 2
    assert copies & set(fold.test) and not copies & {*fold.train, *fold.validation}


def test_a_label_that_is_not_declared_is_refused_with_its_clips(corpora, crossing):
    short = dataclasses.replace(crossing, refused={"men": REFUSED, "women": {}})
    with pytest.raises(
        ProtocolError, match=r"women has labels that it does not declare: boredom \(\d+ clips\), disgust"
    ):
        cross("x", short, corpora)


def test_a_class_that_nobody_trains_is_refused(corpora, crossing):
    labels = {"men": MAP, "women": {**MAP, "sad": "gloom"}}
    with pytest.raises(ProtocolError, match="nobody trains gloom"):
        cross("x", dataclasses.replace(crossing, labels=labels), corpora)


def test_one_training_speaker_is_refused_with_the_reason(corpora, crossing):
    alone = Corpus("men", tuple(u for u in corpora[0].utterances if u.speaker == "03"))
    with pytest.raises(ProtocolError, match=r"one training speaker \(men/03\)"):
        cross("x", crossing, (alone, corpora[1]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('train_on = ["a"]\ntest_on = "a"\n[labels.a]\nx = "x"\n', "test_on 'a' trains too"),
        ('train_on = ["a"]\ntest_on = "b"\n[labels.a]\nx = "x"\n', r"no table \[labels.b\]"),
        ('train_on = []\ntest_on = "b"\n[labels.b]\nx = "x"\n', "train_on names no corpus"),
        (
            'train_on = ["a"]\ntest_on = "b"\n[labels.a]\nx = "x"\n[labels.b]\nx = "x"\n[refused.a]\nx = "why"\n',
            "a: x mapped and refused",
        ),
        ('train_on = ["a"]\ntests_on = "b"\n', r"unknown key 'tests_on' \(did you mean 'test_on'\?\)"),
    ],
)
def test_a_file_that_says_nonsense_is_refused(tmp_path, text, words):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ConfigError, match=words):
        read_crossing(str(tmp_path / "mine.toml"))


def test_no_such_file():
    with pytest.raises(NotFoundError):
        read_crossing("emodb-to-mars")
