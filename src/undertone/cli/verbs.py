"""The verbs and the order in which ``undertone --help`` lists them."""

from __future__ import annotations

import typer

from undertone import __version__
from undertone.cli import corpus
from undertone.cli.adapt import adapt
from undertone.cli.card import card
from undertone.cli.compile import compile_verb
from undertone.cli.demo import demo
from undertone.cli.evaluate import evaluate
from undertone.cli.explain import explain
from undertone.cli.explore import explore
from undertone.cli.features import features
from undertone.cli.predict import predict
from undertone.cli.quantise import quantise
from undertone.cli.search import search
from undertone.cli.targets import targets
from undertone.cli.train import train
from undertone.cli.warm import warm

app = typer.Typer(
    help="From labelled recordings to a small program that hears how a thing is said. Numbers are honest by default.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"undertone {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_version, is_eager=True),
) -> None:
    pass


app.command()(demo)
app.command()(predict)
app.command()(explain)
app.add_typer(corpus.app, name="corpus")
app.command()(explore)
app.command()(features)
app.command()(train)
app.command()(evaluate)
app.command()(search)
app.command()(adapt)
app.command("compile")(compile_verb)
app.command()(quantise)
app.command()(targets)
app.command()(card)
app.command(hidden=True)(warm)
