import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small():
    """The module `train_small`, which is a program as well."""
    spec = importlib.util.spec_from_file_location("train_small", Path(__file__).parent / "train_small.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def finished(small, tmp_path_factory):
    """A run that came to its end, with its history; not to be written to."""
    run = tmp_path_factory.mktemp("finished")
    return run, small.train(run)
