"""What all verbs show alike: progress with time left on stderr, results on stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column

Report = Callable[[int, int, str], None]

#: Columns of a table that goes into a pipe or file, where nobody turns the page.
PIPE_WIDTH = 160


def _width(tty: bool) -> int | None:
    return None if tty or "COLUMNS" in os.environ else PIPE_WIDTH


out = Console(highlight=False, width=_width(sys.stdout.isatty()))
err = Console(stderr=True, highlight=False, width=_width(sys.stderr.isatty()))


def say(line: str) -> None:
    """Print a line on stdout; it is never broken to the terminal's width, so that a path in it can be copied.

    ``[bold]`` and ``[dim]`` are markup: what comes from outside goes through `plain`.
    """
    out.print(line, soft_wrap=True)


def plain(text: object) -> str:
    """Write a path, a name or a label so that no bracket in it is taken for markup.

    Examples
    --------
    >>> print(plain("[1].wav"), plain("[bold].wav"))
    [1].wav \\[bold].wav
    """
    return escape(str(text))


@contextmanager
def bar(title: str) -> Iterator[Report]:
    """Show a bar with time left while a step runs; in a pipe, only its first and last lines.

    Yields
    ------
    callable
        ``report(done, total, text)``, to be handed to what does the work.
    """
    columns = (
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=16, table_column=Column(min_width=16)),
        TaskProgressColumn(table_column=Column(min_width=4)),
        TimeRemainingColumn(elapsed_when_finished=True, table_column=Column(min_width=7)),
        TextColumn(
            "{task.fields[text]}",
            style="dim",
            markup=False,  # it may be a file's name
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),  # gives way before the bar does
        ),
    )
    progress = Progress(*columns, console=err, transient=False, refresh_per_second=4, expand=True)
    task = progress.add_task(f"{title:<28}", total=None, text="")

    def report(done: int, total: int, text: str) -> None:
        progress.start()  # a step with nothing left to do shows nothing
        progress.update(task, completed=done, total=total, text=text)

    try:
        yield report
    finally:
        if progress.live.is_started:
            progress.stop()
