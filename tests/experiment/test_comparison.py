import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from undertone.errors import ConfigError, ProtocolError
from undertone.experiment.comparison import compare
from undertone.experiment.fold_runs import Machines

ONE = Machines(workers=1)
CLIPS = Path(__file__).parents[2] / "data" / "emodb" / "wav"
LETTERS = {"angry": "W", "sad": "T"}


@pytest.fixture(scope="module")
def compared(quick, tmp_path_factory):
    out = tmp_path_factory.mktemp("comparison") / "out"
    return out, compare(quick, ["loso", "random", "speaker-sentence", "augmented_random"], out, machines=ONE)


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
    monkeypatch.setattr("undertone.experiment.fold_runs.answer_fold", lambda *a, **k: pytest.fail("trained again"))
    assert compare(quick, ["loso"], out, machines=ONE).figures == (first.figures[0],)


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


OTHER = """
train_on = ["tiny"]
test_on = "strangers"
[labels.tiny]
angry = "angry"
sad = "sad"
[refused.tiny]
neutral = "strangers has no neutral voices"
[labels.strangers]
angry = "angry"
sad = "sad"
"""


@pytest.fixture
def across(tmp_path, home):
    """A file that declares a test on clips of two other voices, which are imported by name."""
    import shutil

    from undertone.corpora import import_corpus

    for label in ("angry", "sad"):
        for speaker in ("09", "10"):
            folder = tmp_path / "strangers" / label / speaker
            folder.mkdir(parents=True)
            for number, clip in enumerate(sorted(CLIPS.glob(f"{speaker}???{LETTERS[label]}?.flac"))[:2]):
                shutil.copy(clip, folder / f"{label}-{speaker}-{number}.flac")
    import_corpus(tmp_path / "strangers")
    path = tmp_path / "tiny-to-strangers.toml"
    path.write_text(OTHER)
    return path


def test_a_test_across_corpora_is_a_file(quick, across, tmp_path):
    (figures,) = compare(quick, [str(across)], tmp_path / "out", machines=ONE).figures
    assert figures.protocol == "tiny-to-strangers" and figures.honest
    assert figures.labels == ("angry", "sad") and figures.clips == 8
    assert {group.name for group in figures.per_speaker} == {"strangers/09", "strangers/10"}


def test_a_corpus_without_a_part_in_it_is_told(quick, tmp_path):
    with pytest.raises(ProtocolError, match="emodb-to-ravdess: tiny has no part in it; it needs emodb, ravdess"):
        compare(quick, ["emodb-to-ravdess"], tmp_path / "out", machines=ONE)


def test_two_seeds_are_two_trainings_and_one_count_of_clips(quick, compared, tmp_path):
    both = compare(quick, ["loso"], tmp_path / "two", seeds=2, machines=ONE)
    (first,) = [f for f in compared[1].figures if f.protocol == "loso"]
    (figures,) = both.figures
    assert both.seeds == 2 and figures.clips == first.clips == 18
    assert sum(map(sum, figures.confusion)) == 36
    second = json.loads((tmp_path / "two/loso/seed-1/loso-16/answers.json").read_text())
    assert second["seed"] == 1
    assert (tmp_path / "two/rows-1.npz").is_file(), "augmented copies are drawn by the seed"


def test_published_figures_stand_only_under_their_protocol(undertone, compared, monkeypatch):
    import dataclasses

    from undertone.experiment import comparison
    from undertone.experiment.comparison import Comparison

    assert compared[1].quoted == ()
    frozen = dataclasses.replace(compared[1].figures[0], protocol="emodb.loso")
    shown = Comparison((frozen,), (), comparison.quoted_for("emodb.loso"))
    monkeypatch.setattr(comparison, "compare", lambda *a, **k: shown)
    told = undertone("evaluate", "emodb", "--protocols", "emodb.loso", "--out", "y")
    words = " ".join(told.out.split())
    assert "people" in words and "quoted" in words and "93.0" in words
    assert "quoted, not measured here: people on emodb.loso" in words and "flattering" in words
    assert "unchecked" not in words


def test_a_published_figure_that_nobody_read_again_is_shown_as_such(capsys, compared):
    import dataclasses

    from undertone.cli import figures
    from undertone.evaluation.quoted import quoted_for
    from undertone.experiment.comparison import Comparison

    ours = dataclasses.replace(compared[1].figures[0], protocol="ravdess.6fold")
    figures.show_comparison("tiny", Comparison((ours,), (), quoted_for("ravdess.6fold")))
    words = " ".join(capsys.readouterr().out.split())
    assert "67.0 │ unchecked" in words and "61.6 │ │ quoted" in words
    assert words.count("EmoBox") == 1 and "Whisper large v3; WavLM large; WavLM base on ravdess.6fold" in words
    assert "not found again: " in words


@pytest.mark.slow
def test_on_a_cluster_a_killed_worker_changes_nothing(quick, tmp_path):
    distributed = pytest.importorskip("distributed")
    here = compare(quick, ["loso"], tmp_path / "here", machines=Machines(workers=2))
    there = tmp_path / "there"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as local:
        killed = []

        def kill_one_that_trains() -> None:
            while not list(there.glob("loso/*/state.npz")):
                time.sleep(0.02)
            killed.append(local.workers[0].pid)
            os.kill(local.workers[0].pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_one_that_trains, daemon=True)
        killer.start()
        on = local.scheduler_address.replace("tcp://", "dask://")
        figures = compare(quick, ["loso"], there, machines=Machines(on=on)).figures
        killer.join(timeout=10)
    assert killed
    assert figures == here.figures


def test_all_means_honest_ones_first_and_every_crossing_that_the_corpus_trains(home):
    from undertone.corpora import load
    from undertone.experiment import comparison

    corpus = load("emodb")
    names = comparison._chosen(corpus, ["all"])
    across = ["emodb-to-ravdess", "emodb-to-tess"]
    assert names == ["emodb.loso", "speaker-sentence", *across, "sentence", "random", "augmented_random"]
    with pytest.raises(ProtocolError, match="the corpus 'ravdess' has not been imported"):
        comparison._there(corpus, "ravdess")
