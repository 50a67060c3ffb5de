"""What all verbs show alike: progress with time left on stderr, results on stdout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column

Report = Callable[[int, int, str], None]

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def bar(title: str) -> Iterator[Report]:
    """Show a bar with time left while a step runs; in a pipe, only its first and last lines.

    Yields
    ------
    callable
        ``report(done, total, text)``, to be handed to what does the work.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=False),
        TextColumn("{task.fields[text]}", style="dim", table_column=Column(no_wrap=True, overflow="ellipsis")),
    )
    with Progress(*columns, console=err, transient=False, refresh_per_second=4) as progress:
        task = progress.add_task(f"{title:<28}", total=None, text="")

        def report(done: int, total: int, text: str) -> None:
            progress.update(task, completed=done, total=total, text=text)

        yield report
        if progress.tasks[task].total is None:  # nothing was left to do
            progress.update(task, visible=False)
