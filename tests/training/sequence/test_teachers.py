"""Networks that teach another one."""

import numpy as np
import pytest
from scipy.special import softmax

from undertone.errors import ConfigError, TrainingError
from undertone.training import Examples, load, predict
from undertone.training.sequence import DistilSettings, Teachers, fit_sequences
from undertone.training.sequence.teachers import _one_after_the_other, blended

from .test_fit_sequences import BANDS, SETTINGS, SPECTRAL, build, examples


def rows(*probabilities):
    return np.array(probabilities, np.float32)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    run = tmp_path_factory.mktemp("teacher")
    fit_sequences(build, examples(), SETTINGS, SPECTRAL, run=run)
    return of_crops(load(run / "best.h5").get_weights())


def of_crops(weights):
    network = build(SETTINGS.frames)
    network.set_weights(weights)
    return network


def taught(run, teachers, train=None):
    return fit_sequences(build, train or examples(), SETTINGS, SPECTRAL, run=run, teachers=teachers)


def test_the_target_is_the_labels_and_the_teachers_share():
    labels, said = rows([1, 0, 0]), rows([[0.5, 0.5, 0]], [[0.7, 0.1, 0.2]])
    assert blended(labels, said, share=0.25, temperature=1) == pytest.approx(rows([0.9, 0.075, 0.025]))
    assert np.array_equal(blended(labels, said, share=0.0, temperature=3), labels)


def test_a_temperature_softens_each_teacher_as_it_would_its_logits():
    logits = np.random.default_rng(0).standard_normal((2, 5, 4)).astype(np.float32) * 3
    soft = blended(np.zeros((5, 4), np.float32), softmax(logits, axis=-1), share=1.0, temperature=2.5)
    assert soft == pytest.approx(softmax(logits / 2.5, axis=-1).mean(axis=0), abs=1e-6)


def test_one_compiled_call_says_what_keras_says(teacher):
    crops = np.random.default_rng(1).standard_normal((16, SETTINGS.frames, BANDS + 2)).astype(np.float32)
    other = of_crops([w * 0.5 for w in teacher.get_weights()])
    said = Teachers([teacher, other], DistilSettings(2, share=1.0)).targets(crops, np.zeros((16, 2), np.float32))
    apart = _one_after_the_other([teacher, other])(crops)  # what backends other than JAX do
    assert apart.shape == (2, 16, 2)
    np.testing.assert_allclose(apart[1], predict(other, crops), atol=1e-6)
    np.testing.assert_allclose(said, apart.mean(axis=0), atol=1e-6)


def test_who_is_taught_knows_what_no_label_says(teacher, tmp_path):
    """All labels are wrong, but the teachers have all the say."""
    known, fresh = examples(), examples(seed=1)
    taught(tmp_path, Teachers([teacher], DistilSettings(1, share=1.0)), Examples(known.x, 1 - known.y))
    assert (predict(load(tmp_path / "best.h5"), fresh.x).argmax(axis=1) == fresh.y).mean() > 0.9


def test_teachers_without_a_say_change_no_byte(teacher, tmp_path):
    taught(tmp_path / "plain", None)
    taught(tmp_path / "taught", Teachers([teacher], DistilSettings(1, share=0.0)))
    plain, silent = ((tmp_path / name / "best.h5").read_bytes() for name in ("plain", "taught"))
    assert plain == silent


def test_a_killed_run_goes_on_to_the_same_bytes_and_only_with_its_teachers(teacher, tmp_path, monkeypatch):
    teachers = Teachers([teacher], DistilSettings(1))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    taught(whole, teachers)
    names = fit_sequences.__globals__
    real = names["save_state"]

    def killed(*arguments, **options):
        real(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setitem(names, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        taught(broken, teachers)
    monkeypatch.undo()
    other = Teachers([of_crops([w * 0.5 for w in teacher.get_weights()])], DistilSettings(1))
    with pytest.raises(TrainingError, match=r"teachers was 1 \(\w+\), share 0\.7, temperature 1\.0, is 1 \("):
        taught(broken, other)
    with pytest.raises(TrainingError, match=r"share 0\.7, temperature 1\.0, is 1 .* share 0\.5"):
        taught(broken, Teachers([teacher], DistilSettings(1, share=0.5)))
    with pytest.raises(TrainingError, match=r"teachers was 1 \(.*, is absent"):
        taught(broken, None)
    taught(broken, teachers)
    for name in ("best.h5", "history.json"):
        assert (whole / name).read_bytes() == (broken / name).read_bytes()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"teachers": -1}, r"teachers is -1; accepted: 0 \(nobody teaches\) and more"),
        ({"share": 1.5}, r"share is 1\.5; accepted: 0 \(labels alone\) to 1"),
        ({"temperature": 0.0}, r"temperature is 0\.0; accepted: more than 0"),
    ],
)
def test_numbers_out_of_range_are_refused(values, words):
    with pytest.raises(ConfigError, match=words):
        DistilSettings(**values)
