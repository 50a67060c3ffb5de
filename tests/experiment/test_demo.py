"""The demo says what it lacks before it begins (its whole walk is `make demo`)."""

import pytest

from undertone.errors import MissingExtraError
from undertone.experiment import demo


def test_a_missing_package_is_told_before_the_first_step(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "NEEDED", ("numpy", "no_such_package"))
    with pytest.raises(MissingExtraError, match=r"the demo needs.*'no_such_package'.*undertone\[all\]"):
        demo.demo(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


def test_what_is_needed_is_what_the_extras_bring():
    from importlib.metadata import requires

    extras = [line for line in requires("undertone") or () if "extra ==" in line]
    for package in demo.NEEDED:
        assert any(line.startswith(package) for line in extras), package
