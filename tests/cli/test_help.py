"""The first word that a newcomer types is answered at once, and loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

VERBS = (
    *("demo", "predict", "explain", "explore", "features", "train"),
    *("evaluate", "search", "compile", "targets", "card", "corpus", "adapt"),
)
HEAVY = (
    "audiomentations", "h5py", "jax", "joblib", "keras", "librosa", "numpy", "onnx", "platformdirs", "scipy",
    "sklearn", "soundfile", "soxr", "tensorflow", "torch",
)  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """Return which of the heavy packages a fresh Python has loaded after some code."""
    told = f"\nimport sys; print(' '.join(set(sys.modules) & set({HEAVY!r})), file=sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", code + told], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stderr.split())


def test_import_is_light() -> None:
    assert loaded_by("import undertone") == set()


@pytest.mark.parametrize("words", [["--help"], ["corpus", "--help"], *([verb, "--help"] for verb in VERBS)])
def test_help_is_light(words) -> None:
    code = f"import sys\nsys.argv = ['undertone', *{words!r}]\nfrom undertone.cli import main\n"
    assert loaded_by(code + "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code") == set()


def test_help_is_quick() -> None:
    resource = pytest.importorskip("resource", reason="Windows does not tell a child's processor time")
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", "from undertone.cli import main; main()", "--help"]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.5, "processor time, so that other work on the machine does not count"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(undertone, verb) -> None:
    told = undertone(verb, "--help")
    assert told.status == 0
    assert told.err == ""
    assert f"undertone {verb}" in told.out
    assert "-h, --help" in told.out
    assert len(told.out.splitlines()) > 5


def test_the_list_of_verbs(undertone) -> None:
    told = undertone("--help")
    assert told.status == 0
    for verb in VERBS:
        assert f"\n  {verb} " in told.out
    assert "warm" not in told.out, "what only make calls stays out of sight"


@pytest.mark.parametrize("words", [[], ["corpus"]])
def test_no_words_at_all_show_the_help(undertone, words) -> None:
    told = undertone(*words)
    assert told.status in (0, 2)
    assert "Usage: undertone" in told.out + told.err


def test_version(undertone) -> None:
    from undertone import __version__

    assert undertone("--version").out == f"undertone {__version__}\n"


def test_deepcc_is_compile_under_another_name(undertone) -> None:
    from undertone.cli import deepcc

    told = undertone("--help", main=deepcc)
    assert told.status == 0
    assert "deepCC [OPTIONS] {MODEL}" in told.out
    assert "--target" in told.out
