"""What all verbs show alike, on wide and narrow terminals."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from undertone.cli import terminal


@pytest.fixture
def screen(monkeypatch):
    """Return a maker of terminals of some width that remember what was written to them."""

    def open_screen(width: int, stream: str = "err") -> io.StringIO:
        file = io.StringIO()
        monkeypatch.setattr(terminal, stream, Console(file=file, width=width, force_terminal=True, color_system=None))
        return file

    return open_screen


@pytest.mark.parametrize("width", [60, 72, 80, 120])
def test_a_long_text_gives_way_before_the_bar_does(screen, width) -> None:
    file = screen(width)
    with terminal.bar("the tutorial's protocol") as report:
        for done in (1, 2):
            report(done, 2, f"epoch {done} of 2: loss 0.489, validation UAR 86.7 %, and more that nobody has room for")
    last = [line for line in file.getvalue().splitlines() if "protocol" in line][-1]
    assert "━" * 16 + " 100% " in last


def test_a_step_with_nothing_left_to_do_shows_nothing(screen) -> None:
    file = screen(80)
    with terminal.bar("features"):
        pass
    assert file.getvalue() == ""


def test_a_files_name_is_no_markup(screen) -> None:
    file = screen(120)
    with terminal.bar("[/bold]") as report:
        report(1, 1, "[/red].wav")
    assert "[/red].wav" in file.getvalue()
    said = screen(40, "out")
    terminal.say(f"[bold]{terminal.plain('[/red]' + 60 * 'long' + '.wav')}[/bold]")
    assert said.getvalue() == "[/red]" + 60 * "long" + ".wav\n", "not broken at the width"
