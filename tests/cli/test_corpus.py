from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from undertone.cli import corpus


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UNDERTONE_HOME", str(tmp_path / "undertone-home"))
    monkeypatch.setenv("COLUMNS", "120")


def call(*words: str):
    result = CliRunner().invoke(corpus.app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def values(*words: str):
    return json.loads(call(*words, "--json"))


def test_list_names_what_is_here_and_what_could_be():
    shown = call("list")
    for word in ("emodb", "embedded", "535", "CC0-1.0", "ravdess", "tess", "absent"):
        assert word in shown
    states = {c["name"]: c["state"] for c in values("list")["corpora"]}
    assert list(states) == sorted(states) and len(states) == 12
    assert states.pop("emodb") == "embedded" and set(states.values()) == {"absent"}
    assert {"cremad", "ravdess", "savee", "tess"} <= set(states)


def test_show_counts_and_warns():
    shown = call("show", "emodb")
    assert "535 clips, 10 speakers, licence CC0-1.0" in shown
    assert "Burkhardt" in shown
    assert "127 clips of angry, 46 of disgust" in " ".join(shown.split())
    told = values("show", "emodb")
    assert told["labels"] == ["angry", "boredom", "disgust", "fear", "happy", "neutral", "sad"]
    assert told["table"]["angry"]["03"] == 14


def test_import_remembers(tmp_path):
    table = tmp_path / "mine.csv"
    (tmp_path / "[a].wav").write_bytes(b"RIFF")
    table.write_text("path,label,speaker\n[a].wav,[b]happy,[bold]anna\n")
    assert "mine" in call("import", str(table))
    assert "[bold]anna" in call("show", "mine")
    assert values("show", "mine")["speakers"] == ["[bold]anna"]
    assert {c["name"]: c["state"] for c in values("list")["corpora"]}["mine"] == "imported"
    assert values("import", str(table), "--kind", "table", "--name", "other")["name"] == "other"
