"""The notebooks are real: their outputs are there and say nothing of the machine, and they run again."""

import ast
import getpass
import importlib
import inspect
import json
import re
import socket

import nbformat
import pytest

from undertone import gallery

NAMES = gallery.names()
LARGEST_BYTES = 3_000_000


def text_of(name):
    return (gallery.path(name) / f"{name}.ipynb").read_text(encoding="utf-8")


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


@pytest.fixture(params=NAMES)
def book(request):
    return nbformat.reads(text_of(request.param), as_version=4)


def check_outputs(book):
    """What both the committed and the fresh notebook must hold."""
    for place, cell in enumerate(code_cells(book), start=1):
        assert cell.execution_count == place, f"cell {cell.id} was not run in order"
        assert cell.outputs, f"cell {cell.id} shows nothing"
        for output in cell.outputs:
            assert output.output_type != "error", f"cell {cell.id}: {output.get('evalue')}"
            assert output.get("name") != "stderr", f"cell {cell.id} complains: {output.get('text')}"


def mimes(book, cell_id):
    cell = next(cell for cell in book.cells if cell.id == cell_id)
    return [mime for output in cell.outputs for mime in output.get("data", {})]


def check_figures(book):
    """The pictures, tables and sounds of the walk."""
    pictures = {"load": 2, "listen": 7, "augment": 5, "mel": 1, "curves": 1, "honest": 1, "tutorial": 1, "predict": 1}
    for cell_id, count in pictures.items():
        assert mimes(book, cell_id).count("image/svg+xml") == count, cell_id
    for cell_id, count in {"listen": 7, "augment": 5, "fold": 1, "network": 1, "memory": 1, "compile": 1}.items():
        assert mimes(book, cell_id).count("text/html") == count, cell_id


def test_the_committed_notebook_was_run_whole(book):
    check_outputs(book)
    check_figures(book)


def test_it_says_nothing_of_who_ran_it(book):
    shown = json.dumps([cell.get("outputs", []) for cell in book.cells] + [book.metadata])
    shown = re.sub(r"base64,[A-Za-z0-9+/=]+", "", shown)
    assert not re.search(r"(?<![\w<:/.])/(tmp|home|root|work|Users|usr|var|private)/|[A-Z]:\\\\", shown)
    for word in (getpass.getuser(), socket.gethostname()):
        assert len(word) < 5 or word not in shown
    assert not re.search(r"\b20[2-9]\d-\d\d-\d\d|\b\d\d:\d\d:\d\d", shown)
    assert not re.search(r"object at 0x", shown)
    assert set(book.metadata) == {"kernelspec", "language_info"}
    assert all(not cell.metadata for cell in book.cells)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small_and_its_cells_have_names(name):
    text = text_of(name)
    assert len(text.encode()) < LARGEST_BYTES
    ids = [cell["id"] for cell in json.loads(text)["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z-]*", cell_id) for cell_id in ids)


def test_it_uses_public_names_only(book):
    for cell in code_cells(book):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("undertone"):
                for alias in node.names:
                    check_public(node.module, alias.name)


def check_public(module_name, name):
    module = importlib.import_module(module_name)
    assert not name.startswith("_")
    assert inspect.getdoc(module), f"{module_name} says nothing of itself"
    if hasattr(module, "__all__"):
        assert name in module.__all__, f"{module_name} does not offer {name}"
        return
    thing = getattr(module, name, None) or importlib.import_module(f"{module_name}.{name}")
    assert inspect.getdoc(thing), f"{module_name}.{name} is not documented"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_runs(name, tmp_path):
    from undertone.gallery.execute import execute

    before = sorted(gallery.path(name).iterdir())
    fresh = execute(gallery.path(name) / f"{name}.ipynb", tmp_path / "run.ipynb")
    book = nbformat.read(fresh, as_version=4)
    check_outputs(book)
    check_figures(book)
    assert sorted(gallery.path(name).iterdir()) == before
