"""What holds for the package as a whole: its public functions explain themselves, and its parts agree on names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import metadata

import pytest
from numpydoc.validate import validate

import undertone

FLOORS = sorted(module.name for module in pkgutil.iter_modules(undertone.__path__) if module.ispkg)

#: Rules of numpydoc for what a floor offers. Returns is left to the author: often the first line and the type say it.
EXPLAINED = {"GL08", "SS01"}  # there is a docstring, and it has a summary
DOCUMENTED = {"PR01", "PR02", "PR03"}  # the section Parameters names all of them, no other, in their order
FEW = 4  # so many parameters may be explained by their names and the summary alone


def public() -> Iterator[tuple[str, object]]:
    """Yield what the floors name in ``__all__`` and can be called, by the name that numpydoc imports it by."""
    for floor in FLOORS:
        module = importlib.import_module(f"undertone.{floor}")
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                yield f"undertone.{floor}.{name}", thing


@pytest.mark.parametrize(("name", "thing"), public(), ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_floor_offers_explains_itself(name: str, thing: object) -> None:
    faults = {code: text for code, text in validate(name)["errors"] if code in needed(thing)}
    assert not faults, f"{name}: {faults}"


def needed(thing: object) -> set[str]:
    """Choose the rules; a class documents its attributes, which are its fields."""
    if inspect.isclass(thing):
        return EXPLAINED
    listed = "\nParameters\n" in (inspect.getdoc(thing) or "")
    many = len(inspect.signature(thing).parameters) > FEW  # type: ignore[arg-type]
    return EXPLAINED | DOCUMENTED if listed or many else EXPLAINED


@pytest.mark.parametrize("floor", FLOORS)
def test_all_that_a_floor_names_is_there(floor: str) -> None:
    module = importlib.import_module(f"undertone.{floor}")
    assert module.__doc__ or floor == "gallery", f"undertone/{floor}/__init__.py does not say what it does"
    names = getattr(module, "__all__", [])
    assert sorted(set(names)) == sorted(names)
    for name in names:
        assert hasattr(module, name)


def test_the_version_is_written_once() -> None:
    assert metadata.version("undertone") == undertone.__version__


def test_both_programs_are_installed() -> None:
    scripts = {entry.name: entry.value for entry in metadata.entry_points(group="console_scripts")}
    assert scripts["undertone"] == "undertone.cli:main"
    assert scripts["deepCC"] == "undertone.cli:deepcc"
