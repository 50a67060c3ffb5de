import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from undertone.errors import InputError
from undertone.evaluation import absent, accuracy, confusion, recalls, uar

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=60)


@given(PAIRS)
def test_equal_scikit_learn(pairs):
    true, guess = np.array(pairs).T
    matrix = confusion(true, guess, classes=7)
    assert np.array_equal(matrix, metrics.confusion_matrix(true, guess, labels=range(7)))
    assert accuracy(matrix) == pytest.approx(metrics.accuracy_score(true, guess))
    assert uar(matrix) == pytest.approx(metrics.recall_score(true, guess, average="macro", labels=np.unique(true)))


@pytest.mark.filterwarnings("ignore:A single label was found")
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@given(PAIRS)
def test_uar_is_balanced_accuracy(pairs):
    true, guess = np.array(pairs).T
    assert uar(confusion(true, guess, classes=7)) == pytest.approx(metrics.balanced_accuracy_score(true, guess))


def test_absent_class_is_named_and_left_out():
    matrix = confusion([0, 0, 2], [0, 1, 2], classes=4)
    assert absent(matrix) == (1, 3)
    assert recalls(matrix) == pytest.approx([0.5, np.nan, 1.0, np.nan], nan_ok=True)
    assert uar(matrix) == 0.75


@pytest.mark.parametrize(
    ("true", "guess", "words"),
    [
        ([], [], r"at least one; got \(0,\), \(0,\)"),
        ([0, 1], [0], r"got \(2,\), \(1,\)"),
        ([0, 3], [0, 1], "class numbers 0 to 2; got 0 to 3"),
        ([0, -1], [0, 1], "got -1 to 1"),
    ],
)
def test_what_cannot_be_scored(true, guess, words):
    with pytest.raises(InputError, match=words):
        confusion(true, guess, classes=3)
