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
        rows = {
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
        print(json.dumps(rows, indent=1))
        return
    for t in LISTED:
        tested = f"run: {t.run_by}" if t.run_by else "built, not run"
        tested = "" if t.kind == "sources" else tested
        terminal.say(f"[bold]{t.name:<15}[/bold] {t.kind:<15} {tested:<23} {terminal.plain(t.machine)}".rstrip())
