"""``undertone targets``: what a model can be compiled for, and which of it this machine can run."""

from __future__ import annotations

import json

import typer


def targets(
    as_json: bool = typer.Option(False, "--json", help="One object: name -> what is known of the target."),
) -> None:
    """List what a model can be compiled for; what was run in the tests, and what was only built."""
    from undertone.cli import terminal
    from undertone.compiler.targets import LISTED, can_run

    if as_json:
        told = {
            t.name: {
                "kind": t.kind,
                "machine": t.machine,
                "triple": t.triple,
                "cpu": t.cpu,
                "run_by": t.run_by or None,
                "runs_here": can_run(t),
            }
            for t in LISTED
        }
        print(json.dumps(told, indent=1))
        return
    rows = [(t.name, t.kind, _tested(t.kind, t.run_by, can_run(t)), t.machine) for t in LISTED]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for name, kind, tested, machine in rows:
        line = f"{kind.ljust(widths[1])}  {tested.ljust(widths[2])}  {machine}"
        terminal.say(f"[bold]{name.ljust(widths[0])}[/bold]  {terminal.plain(line)}")


def _tested(kind: str, run_by: str, here: bool) -> str:
    if kind == "sources":
        return ""
    if not run_by:
        return "built, not run"
    return f"run by {run_by}" if here else f"run by {run_by} (not installed here)"
