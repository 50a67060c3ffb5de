import subprocess
import sys

import pytest

from undertone.errors import ConfigError, MissingExtraError
from undertone.models import backend


def test_unknown_backend_names_the_nearest(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflo")
    with pytest.raises(ConfigError, match=r"'tensorflo' \(did you mean 'tensorflow'\?\) cannot train"):
        backend.load_keras()


def test_missing_package_names_the_extra(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(backend.importlib, "import_module", absent)
    with pytest.raises(
        MissingExtraError, match=r"needs the package 'keras'; install it with: pip install 'undertone\[train\]"
    ):
        backend.load_keras()


def test_import_loads_no_framework():
    program = (
        "import sys, undertone.training, undertone.models, undertone.augment, undertone.machines;"
        "print(sorted({'keras', 'jax', 'audiomentations', 'joblib', 'h5py', 'scipy'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
