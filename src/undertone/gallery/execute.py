"""Run a notebook from its first cell to its last and keep what it shows.

``python -m undertone.gallery.execute`` does it for every notebook of the gallery, in place.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from undertone import gallery
from undertone.pages import write

#: Nothing of who ran it, where and with which version.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
#: Seconds that a cell may take.
LONGEST_S = 1200


def execute(notebook: Path, out: Path) -> Path:
    """Run a notebook in an empty temporary folder and write it with its outputs.

    Parameters
    ----------
    notebook : Path
        What to run; it is read once.
    out : Path
        Where the run notebook goes, whole or not at all; may be the same.

    Returns
    -------
    Path
        ``out``.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell failed; its traceback follows.
    """
    book = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            book,
            timeout=LONGEST_S,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            coalesce_streams=True,
        )
        client.execute()
    return write(out, text(book))


def text(book: Any) -> str:
    """Write a notebook as text that says nothing of the machine: equal cells and outputs are equal bytes."""
    book.metadata = nbformat.from_dict(METADATA)  # type: ignore[no-untyped-call]
    for cell in book.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output["metadata"] = {}
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"  # type: ignore[no-untyped-call]


def main() -> None:
    """Run every notebook of the gallery in place."""
    for name in gallery.names():
        notebook = gallery.path(name) / f"{name}.ipynb"
        print(execute(notebook, notebook))


if __name__ == "__main__":
    main()
