import json

import pytest

from undertone.errors import ConfigError
from undertone.experiment.comparison import compare


@pytest.fixture(scope="module")
def compared(quick, tmp_path_factory):
    out = tmp_path_factory.mktemp("comparison") / "out"
    return out, compare(quick, ["loso", "random", "speaker-sentence", "augmented_random"], out, workers=1)


def test_each_protocol_has_its_figure_and_its_stamp(compared):
    figures = {f.protocol.split(".")[-1]: f for f in compared[1].figures}
    assert set(figures) == {"loso", "random", "augmented_random"}
    assert figures["loso"].honest and figures["loso"].clips == 18
    assert not figures["random"].honest and "at random" in figures["random"].why
    assert not figures["augmented_random"].honest


def test_a_protocol_that_the_corpus_cannot_serve_is_refused_with_the_reason(compared):
    (reason,) = compared[1].refused
    assert reason.startswith("speaker-sentence: ") and "no known sentence" in reason


def test_folds_that_are_done_are_not_trained_again(compared, quick, monkeypatch):
    out, first = compared
    monkeypatch.setattr("undertone.experiment.comparison.answer_fold", lambda *a, **k: pytest.fail("trained again"))
    assert compare(quick, ["loso"], out, workers=1).figures == (first.figures[0],)


def test_a_strange_protocol_names_the_nearest(quick, tmp_path):
    with pytest.raises(ConfigError, match="unknown protocol 'lozo' \\(did you mean 'loso'\\?\\)"):
        compare(quick, ["lozo"], tmp_path / "x")


def test_the_terminal_prints_one_table(compared, quick, undertone, tiny, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text('hold_out = ["16"]\n[augment]\ncopies = [["noise"]]\n[train]\nepochs = 1\nbatch_size = 8\n')
    words = ("evaluate", tiny, "--protocols", "loso,random", "--config", config, "--out", compared[0])
    told = undertone(*words, "--json")
    assert told.status == 0, told.err
    assert [f["honest"] for f in json.loads(told.out)["figures"]] == [True, False]
    told = undertone(*words)
    assert "not speaker-independent: clips are split at random" in " ".join(told.out.split())
