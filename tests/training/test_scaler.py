import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import StandardScaler

from undertone.errors import InputError
from undertone.training import fit_scaler


@given(arrays(np.float32, st.tuples(st.integers(1, 20), st.integers(1, 5)), elements=st.floats(-1e6, 1e6, width=32)))
def test_equals_scikit_learn(x):
    scaler = fit_scaler(x)
    peer = StandardScaler().fit(x.astype(np.float64))
    assert scaler.mean == pytest.approx(peer.mean_, rel=1e-6, abs=1e-6)
    assert scaler.scale == pytest.approx(peer.scale_, rel=1e-5)


def test_applied():
    x = np.random.default_rng(0).normal(5, 3, (200, 7)).astype(np.float32)
    z = fit_scaler(x).apply(x)
    assert z.dtype == np.float32
    assert z.mean(axis=0) == pytest.approx(0, abs=1e-5)
    assert z.std(axis=0) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("value", [0.0, 0.1, 12345.678])
def test_constant_column_keeps_its_unit(value):
    assert fit_scaler(np.full((9, 2), value, np.float32)).scale.tolist() == [1, 1]


def test_nothing_to_fit():
    with pytest.raises(InputError, match=r"got \(0, 4\)"):
        fit_scaler(np.zeros((0, 4), np.float32))
