"""Corpora from data files: their codes, their folds, and what is kept for judging."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from undertone.corpora import CROSSINGS, IMPORTERS, PROTOCOLS, check_fold, load, protocol_for, read_crossing
from undertone.corpora.published import PUBLISHED, parse
from undertone.errors import CorpusError, ProtocolError
from undertone.types import Corpus, Utterance

SHIPPED = Path(__file__).parents[2] / "benchmarks" / "shipped"
FROZEN = {corpus.protocol.name: (kind, corpus) for kind, corpus in PUBLISHED.items() if corpus.protocol}
#: What the makers say of speakers and women; of MESD the three groups that names tell apart.
SPEAKERS = {
    "cafe": (12, 6),
    "cremad": (91, 43),
    "emovo": (6, 3),
    "esd": (20, 10),
    "jl": (4, 2),
    "mesd": (3, 1),
    "savee": (4, 0),
    "shemo": (87, 31),
}


def spoken(kind: str) -> Corpus:
    """Every speaker of a corpus's folds with every label; the sex is what a name would say."""
    corpus = PUBLISHED[kind]
    labels = {*corpus.labels.values(), *corpus.blocks}
    speakers = [speaker for test in corpus.protocol.tests for speaker in test]
    return Corpus(
        kind,
        tuple(
            Utterance(Path(f"/nowhere/{speaker}/{label}.wav"), kind, speaker, label)
            for speaker in sorted(speakers)
            for label in sorted(labels)
        ),
    )


@pytest.mark.parametrize("name", FROZEN)
class TestEveryFrozenProtocol:
    def test_each_speaker_judges_once_and_never_trains_for_it(self, name):
        kind, declared = FROZEN[name]
        corpus = spoken(kind)
        folds = PROTOCOLS[name](corpus)
        judged = [corpus.utterances[i].speaker for fold in folds for i in fold.test]
        assert len(judged) == len(corpus) and set(judged) == set(corpus.speakers)
        assert [fold.name for fold in folds] == [f"{name}-{n + 1}" for n in range(len(declared.protocol.tests))]
        for fold in folds:
            assert fold.honest and check_fold(corpus, fold) == ()

    def test_it_is_what_the_corpus_is_judged_by(self, name):
        kind, declared = FROZEN[name]
        assert name.startswith(f"{kind}.") and protocol_for(Corpus(kind, ())) == name
        assert declared.protocol.says.endswith(".")

    def test_it_knows_all_speakers_of_the_corpus_and_refuses_others(self, name):
        kind, _ = FROZEN[name]
        corpus = spoken(kind)
        women = PUBLISHED[kind].women
        if women is None:
            women = [s for s in corpus.speakers if re.match("[Ffw]", s)]
        assert set(women) <= set(corpus.speakers)
        assert (len(corpus.speakers), len(women)) == SPEAKERS[kind]
        fewer = Corpus(kind, tuple(u for u in corpus.utterances if u.speaker != corpus.speakers[0]))
        with pytest.raises(ProtocolError, match=f"{kind}: the protocol '{name}' is made for the speakers .*absent: "):
            PROTOCOLS[name](fewer)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_data_file_names_its_terms_and_its_code(kind):
    corpus = PUBLISHED[kind]
    assert corpus.licence and re.search(r"(19|20)\d\d", corpus.credit) and corpus.source.startswith("http")
    example = re.search(r"names like ([^:, ]+)", corpus.expects)
    assert parse(corpus, example[1]) is not None, "the example of the error follows the code"
    assert parse(corpus, "03a01Fa") is None and parse(corpus, "") is None
    assert IMPORTERS[kind].licence == corpus.licence


def test_numbers_that_count_through_the_emotions_end():
    esd = PUBLISHED["esd"]
    assert [parse(esd, f"0001_{n:06d}").label for n in (1, 350, 351, 1400, 1401, 1750)] == [
        "neutral",
        "neutral",
        "angry",
        "sad",
        "surprise",
        "surprise",
    ]
    assert parse(esd, "0001_000000") is None and parse(esd, "0001_001751") is None


def test_a_folder_is_asked_who_speaks_where_names_do_not_say(tmp_path, wav):
    for value, name in enumerate(("DC/a01.wav", "JE/a01.wav", "JE_su02.wav"), start=1):
        wav(tmp_path / name, value)
    assert [(u.speaker, u.label, u.take) for u in load(tmp_path).utterances] == [
        ("DC", "angry", "01"),
        ("JE", "angry", "01"),
        ("JE", "surprise", "02"),
    ]
    wav(tmp_path / "readme" / "a01.wav", 4)
    with pytest.raises(CorpusError, match=r"savee: 1 of 4 file names .*'readme/a01\.wav'; expected names like DC_sa03"):
        load(tmp_path)


def test_savee_judges_and_never_trains():
    assert any(read_crossing(name)[1].test_on == "savee" for name in CROSSINGS)
    assert not any("savee" in read_crossing(name)[1].train_on for name in CROSSINGS)
    lists = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert lists and not any("savee" in path.read_text(encoding="utf-8").lower() for path in lists)
