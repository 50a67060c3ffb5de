import numpy as np
import pytest

from undertone.errors import ConfigError, InputError, NotFoundError, TrainingError
from undertone.training import Examples, TrainSettings, load, read_history

X, Y = np.ones((3, 4), np.float32), np.array([0, 1, 2])


def test_lengths_must_agree():
    with pytest.raises(InputError, match=r"x \(3, 4\), y \(2,\) and no weights do not fit"):
        Examples(X, Y[:2])


def test_weights_must_agree():
    with pytest.raises(InputError, match=r"weights \(1,\) do not fit"):
        Examples(X, Y, np.ones(1, np.float32))


def test_negative_class():
    with pytest.raises(InputError, match="class number -1; accepted: 0 and more"):
        Examples(X, Y - 1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_value_that_is_not_finite_is_found(value):
    x = X.copy()
    x[1, 2] = value
    with pytest.raises(InputError, match="row 1 of 3 holds a value that is not finite"):
        Examples(x, Y)


def test_digest_sees_every_part():
    plain = Examples(X, Y)
    others = [Examples(2 * X, Y), Examples(X, Y[::-1].copy()), Examples(X, Y, np.ones(3, np.float32))]
    assert plain.digest == Examples(X.copy(), Y.copy()).digest
    assert len({plain.digest, *(other.digest for other in others)}) == 4


@pytest.mark.parametrize("setting", [{"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"patience": -1}])
def test_settings_out_of_range(setting):
    with pytest.raises(ConfigError, match=next(iter(setting))):
        TrainSettings(**setting)


def test_missing_files(tmp_path):
    with pytest.raises(NotFoundError, match="no checkpoint at"):
        load(tmp_path / "best.h5")
    with pytest.raises(NotFoundError, match="no training history at"):
        read_history(tmp_path / "history.json")


@pytest.mark.parametrize("text", ["", "{", '{"los": [1.0]}', '{"loss": 3}'])
def test_file_that_is_no_history(text, tmp_path):
    (tmp_path / "history.json").write_text(text)
    with pytest.raises(TrainingError, match="not a training history"):
        read_history(tmp_path / "history.json")
