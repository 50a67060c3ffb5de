from __future__ import annotations

from undertone.corpora import check, load


def texts(corpus, weight):
    return [finding.text for finding in check(corpus).findings if finding.weight == weight]


def test_emodb_is_sound_and_uneven():
    health = check(load("emodb"))
    assert {finding.weight for finding in health.findings} == {"fact", "limit"}
    assert sum(health.table["angry"].values()) == 127
    assert health.table["disgust"]["08"] == 0
    assert any("127 clips of angry, 46 of disgust" in finding.text for finding in health.findings)
    assert any("disgust by 08" in finding.text for finding in health.findings)


def test_a_class_of_one_speaker(made):
    found = texts(made("anna:sad ben:sad anna:fear*9"), "limit")
    assert found == ["the class 'fear' has one speaker (anna): it cannot be trained and tested"]


def test_one_speaker_or_none(made):
    assert texts(made("anna:sad anna:fear"), "limit") == ["one speaker (anna): no honest split is possible"]
    assert "2 of 2 clips have no known speaker" in texts(made("unknown:sad unknown:fear"), "limit")[0]


def test_missing_files(made):
    assert texts(made("anna:sad ben:sad"), "fault")[0].startswith("2 of 2 files are missing: ")


def test_copies_with_different_labels(tmp_path, wav):
    wav(tmp_path / "sad" / "anna" / "1.wav", 5)
    wav(tmp_path / "fear" / "ben" / "2.wav", 5)
    (fault,) = texts(load(tmp_path), "fault")
    assert fault.startswith("byte-equal recordings, with different labels (fear, sad): ")


def test_tess_as_shared_has_no_copies(recordings):
    assert texts(load(recordings("tess")), "fault") == []
