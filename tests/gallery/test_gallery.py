"""The gallery says what is there."""

import pytest

from undertone import gallery
from undertone.config import read_toml
from undertone.errors import UnknownNameError
from undertone.experiment import ExperimentSettings


@pytest.mark.parametrize("name", gallery.names())
def test_each_use_case_has_notebook_settings_and_readme(name):
    files = {file.name for file in gallery.path(name).iterdir() if file.is_file()}
    assert {f"{name}.ipynb", f"{name}.toml", "README.md"} <= files


@pytest.mark.parametrize("name", gallery.names())
def test_settings_are_those_of_an_experiment(name):
    settings = read_toml(ExperimentSettings, gallery.path(name) / f"{name}.toml")
    assert settings.corpus == "emodb"
    assert settings.hold_out


def test_a_wrong_name_gets_the_nearest_right_one():
    with pytest.raises(UnknownNameError, match=r"did you mean 'speech-emotion-recognition'\?"):
        gallery.path("speech-emotion")
