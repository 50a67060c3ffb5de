from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner

from undertone.cli.explore import explore


def test_explore_prints_the_path_of_its_page(tmp_path):
    app = typer.Typer()
    app.command()(explore)
    result = CliRunner().invoke(app, ["emodb", "--out", str(tmp_path / "look")], catch_exceptions=False)
    assert result.exit_code == 0
    page = Path(result.stdout.strip().splitlines()[-1])
    assert page == tmp_path / "look" / "emodb.html"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
