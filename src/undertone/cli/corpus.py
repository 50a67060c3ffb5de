"""``undertone corpus list | show NAME | import PATH``: recordings with labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from undertone.cli import terminal

if TYPE_CHECKING:
    from undertone.corpora import Health
    from undertone.types import Corpus

app = typer.Typer(
    help="List, look into and import recordings with labels.", no_args_is_help=True, rich_markup_mode=None
)
_JSON = typer.Option(False, "--json", help="One JSON object.")


@app.command("list")
def list_verb(as_json: bool = _JSON) -> None:
    """List the corpora that are here, and the published ones that can be imported."""
    from dataclasses import asdict

    from undertone.corpora import available

    entries = available()
    if as_json:
        print(json.dumps({"corpora": [asdict(entry) for entry in entries]}, ensure_ascii=False))
        return
    rows = [[e.name, e.state, str(e.clips or ""), e.licence, e.where] for e in entries]
    _table(["corpus", "state", "clips", "licence", "where"], rows)


@app.command()
def show(
    corpus: str = typer.Argument(
        ..., metavar="NAME", help="A name of `undertone corpus list`, a folder or a CSV table."
    ),
    as_json: bool = _JSON,
) -> None:
    """Show the classes and speakers of a corpus, and what to know of it before trusting a figure."""
    from undertone.corpora import check, load

    _show(load(corpus), check, as_json=as_json)


@app.command("import")
def import_verb(
    path: str = typer.Argument(
        ..., metavar="PATH", help="A folder of recordings, or a CSV table: path,label[,speaker,...]."
    ),
    kind: str = typer.Option(None, "--kind", help="A published corpus's name, folder or table; found out if left out."),
    name: str = typer.Option(None, "--name", help="What to call it; the folder's or published name if left out."),
    as_json: bool = _JSON,
) -> None:
    """Read a corpus and remember it by name; the recordings stay where they are."""
    from undertone.corpora import check, import_corpus

    _show(import_corpus(path, kind=kind, name=name), check, as_json=as_json)


def _show(corpus: Corpus, check: Any, *, as_json: bool) -> None:
    health = check(corpus)
    if as_json:
        print(json.dumps(_values(corpus, health), ensure_ascii=False))
        return
    size = f"{len(corpus)} clips, {len(corpus.speakers)} speakers, licence {corpus.licence}"
    terminal.say(f"[bold]{terminal.plain(corpus.name)}[/bold]: {terminal.plain(size)}")
    if corpus.credit:
        terminal.say(f"[dim]{terminal.plain(corpus.credit)}[/dim]")
    speakers = list(corpus.speakers)
    if len(speakers) <= 12:
        rows = [
            [label, str(sum(row.values())), *(str(row[s]) for s in speakers)] for label, row in health.table.items()
        ]
        _table(["class", "clips", *speakers], rows)
    else:
        rows = [
            [label, str(sum(row.values())), str(sum(map(bool, row.values())))] for label, row in health.table.items()
        ]
        _table(["class", "clips", "speakers"], rows)
    for finding in health.findings:
        terminal.say(terminal.plain(f"{finding.weight}: {finding.text}"))


def _values(corpus: Corpus, health: Health) -> dict[str, Any]:
    return {
        "name": corpus.name,
        "clips": len(corpus),
        "labels": list(corpus.labels),
        "speakers": list(corpus.speakers),
        "licence": corpus.licence,
        "credit": corpus.credit,
        "table": health.table,
        "findings": [{"weight": finding.weight, "text": finding.text} for finding in health.findings],
    }


def _table(head: list[str], rows: list[list[str]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in head:
        table.add_column(
            escape(column),
            justify="right" if column not in ("corpus", "state", "licence", "where", "class") else "left",
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    terminal.out.print(table)
