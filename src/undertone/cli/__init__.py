"""One file a verb: parse, call one function, show. What the terminal can do, Python can do."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run ``undertone``."""
    from undertone.cli.verbs import app

    _guarded(app, "undertone")


def deepcc() -> None:
    """Run ``deepCC MODEL``: `undertone compile` under the name that older walk-throughs use."""
    import typer

    from undertone.cli.compile import compile_verb

    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command()(compile_verb)
    _guarded(app, "deepCC")


def _guarded(app: object, name: str) -> None:
    """Turn what the caller can mend into one message and a status: 1 bad input, 2 bad usage, 130 interrupted."""
    from undertone.errors import UndertoneError

    assert callable(app)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may hold bytes that are no text in any encoding
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name=name)
    except SystemExit as end:
        if end.code == 130:
            print(f"\n{name}: stopped", file=sys.stderr)
        raise
    except UndertoneError as error:
        _complain(name, str(error))
    except OSError as error:
        _complain(name, f"{error.filename or 'system'}: {error.strerror or error}")


def _complain(name: str, message: str) -> None:
    print(f"{name}: error: {message}", file=sys.stderr)
    sys.exit(1)
