"""One check for all importers: a new one is a row in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from undertone.corpora import IMPORTERS, check, import_corpus, load
from undertone.errors import CorpusError, NotFoundError

Write = Callable[..., Path]


def tree(*names: str) -> Callable[[Path, Write], Path]:
    def build(root: Path, wav: Write) -> Path:
        for value, name in enumerate(names, start=1):
            wav(root / name, value)
        return root

    return build


def table(root: Path, wav: Write) -> Path:
    wav(root / "x" / "1.wav", 1)
    wav(root / "x" / "2.wav", 2)
    path = root / "list.csv"
    path.write_text("path,label,speaker\nx/1.wav,happy,anna\nx/2.wav,sad,ben\n", encoding="utf-8")
    return path


#: kind, what builds a small one, and (speaker, label, sex, sentence, intensity, take) of its utterances in order.
KINDS = [
    (
        "emodb",
        tree("wav/03a01Fa.wav", "wav/08b10Tb.wav"),
        [("03", "happy", "male", "a01", None, "a"), ("08", "sad", "female", "b10", None, "b")],
    ),
    (
        "tess",
        tree("OAF_Pleasant_surprise/OAF_back_ps.wav", "oaf/OA_bite_neutral.wav", "YAF_Fear/YAF_bar_fear.wav"),
        [
            ("OAF", "surprise", "female", "back", None, None),
            ("YAF", "fear", "female", "bar", None, None),
            ("OAF", "neutral", "female", "bite", None, None),
        ],
    ),
    (
        "ravdess",
        tree(
            "Actor_01/03-01-01-01-01-01-01.wav",
            "Actor_24/03-01-08-02-02-02-24.wav",
            "Actor_24/03-02-05-02-02-02-24.wav",
        ),
        [
            ("Actor_01", "neutral", "male", "01", "normal", "01"),
            ("Actor_24", "surprise", "female", "02", "strong", "02"),
        ],
    ),
    (
        "cafe",
        tree("Colère/Faible/01-C-1-1.wav", "Peur/Fort/12-P-2-5.wav", "Neutre/02-N-1-6.wav"),
        [
            ("01", "angry", "male", "1", "weak", None),
            ("12", "fear", "female", "5", "strong", None),
            ("02", "neutral", "female", "6", "weak", None),
        ],
    ),
    (
        "cremad",
        tree("AudioWAV/1001_IEO_ANG_HI.wav", "AudioWAV/1002_DFA_NEU_XX.wav", "AudioWAV/1040_ITH_SAD_X.wav"),
        [
            ("1001", "angry", "male", "IEO", "high", None),
            ("1002", "neutral", "female", "DFA", None, None),
            ("1040", "sad", "male", "ITH", None, None),
        ],
    ),
    (
        "emovo",
        tree("EMOVO/f2/gio-f2-b2.wav", "EMOVO/m3/tri-m3-l3.wav"),
        [("f2", "happy", "female", "b2", None, None), ("m3", "sad", "male", "l3", None, None)],
    ),
    (
        "esd",
        tree("0001/Neutral/0001_000350.wav", "0011/Angry/train/0011_000351.wav", "0020/Surprise/0020_001750.wav"),
        [
            ("0001", "neutral", "female", "350", None, None),
            ("0011", "angry", "male", "001", None, None),
            ("0020", "surprise", "male", "350", None, None),
        ],
    ),
    (
        "jl",
        tree("JL(wav+txt)/female1_angry_10a_1.wav", "JL(wav+txt)/male2_encouraging_7b_2.wav"),
        [
            ("female1", "angry", "female", None, None, "10a_1"),
            ("male2", "encouraging", "male", None, None, "7b_2"),
        ],
    ),
    (
        "mesd",
        tree("Anger_C_A_basta_ya.wav", "Happiness_F_B_tarde.wav", "Neutral_M_A_abajo.wav"),
        [
            ("children", "angry", None, "basta_ya", None, None),
            ("women", "happy", "female", "tarde", None, None),
            ("men", "neutral", "male", "abajo", None, None),
        ],
    ),
    (
        "savee",
        tree("ALL/DC_sa03.wav", "AudioData/JE/su12.wav", "AudioData/KL/n30.wav"),
        [
            ("DC", "sad", "male", None, None, "03"),
            ("JE", "surprise", "male", None, None, "12"),
            ("KL", "neutral", "male", None, None, "30"),
        ],
    ),
    (
        "shemo",
        tree("female/F21N05.wav", "male/M36W02.wav"),
        [("F21", "neutral", "female", None, None, "05"), ("M36", "surprise", "male", None, None, "02")],
    ),
    (
        "urdu",
        tree("Neutral/SM20_F8_N012.wav", "Sad/SF10_F1_S01.wav"),
        [("SM20", "neutral", "male", None, None, "F8"), ("SF10", "sad", "female", None, None, "F1")],
    ),
    (
        "folder",
        tree("Happy/anna/1.wav", "sad/ben/1.flac"),
        [("anna", "happy", None, None, None, None), ("ben", "sad", None, None, None, None)],
    ),
    ("table", table, [("anna", "happy", None, None, None, None), ("ben", "sad", None, None, None, None)]),
]


@pytest.mark.parametrize(("kind", "build", "expected"), KINDS, ids=[row[0] for row in KINDS])
class TestEveryImporter:
    def test_reads_what_the_names_say(self, kind, build, expected, tmp_path, wav):
        corpus = import_corpus(build(tmp_path / "c", wav), kind=kind, name=kind)
        said = [(u.speaker, u.label, u.sex, u.sentence, u.intensity, u.take) for u in corpus.utterances]
        assert sorted(said, key=str) == sorted(expected, key=str)
        assert {u.corpus for u in corpus.utterances} == {kind}

    def test_is_found_out_by_itself(self, kind, build, expected, tmp_path, wav):
        path = build(tmp_path / "c", wav)
        assert len(load(path)) == len(expected)
        fits = {other: IMPORTERS[other].fits(path) for other in IMPORTERS}
        assert max(fits, key=lambda other: fits[other]) == kind

    def test_order_is_that_of_the_keys(self, kind, build, expected, tmp_path, wav):
        keys = [u.key for u in import_corpus(build(tmp_path / "c", wav), name=kind).utterances]
        assert keys == sorted(keys)

    def test_comes_back_from_the_store_unchanged(self, kind, build, expected, tmp_path, wav):
        corpus = import_corpus(build(tmp_path / "c", wav), name=kind)
        assert load(kind) == corpus

    def test_knows_where_its_files_went(self, kind, build, expected, tmp_path, wav):
        corpus = import_corpus(build(tmp_path / "c", wav), name=kind)
        corpus.utterances[0].path.unlink()
        with pytest.raises(CorpusError, match=rf"{kind}: 1 of {len(expected)} files are missing \(first: '.*'\); put"):
            load(kind)
        assert any(finding.weight == "fault" for finding in check(corpus).findings)

    def test_a_path_that_leads_nowhere(self, kind, build, expected, tmp_path, wav):
        with pytest.raises(NotFoundError, match="no such"):
            import_corpus(tmp_path / "absent", kind=kind)


def test_every_importer_is_checked():
    assert sorted(row[0] for row in KINDS) == list(IMPORTERS)


@pytest.mark.parametrize("name", ["emodb", "tess", "ravdess"])
def test_real_recordings_have_the_labels_that_others_gave_them(name, recordings, truth):
    root = recordings(name)
    corpus = load(root)
    read = {u.path.relative_to(root.parent).as_posix(): (u.speaker, u.label, u.sex) for u in corpus.utterances}
    assert corpus.name == name
    assert read == truth(name)


def test_published_wav_files_of_ravdess_are_taken_flat(recordings):
    corpus = load(recordings("ravdess-native"))
    assert [(u.speaker, u.label, u.intensity) for u in corpus.utterances] == [
        ("Actor_01", "calm", "normal"),
        ("Actor_05", "calm", "normal"),
        ("Actor_20", "angry", "strong"),
    ]
