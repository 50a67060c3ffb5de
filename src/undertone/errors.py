"""Every error that a caller may meet.

::

    UndertoneError                  something the caller can mend; the message says where, what came, what is accepted
    ├── InputError (ValueError)     a value or a file's content is not usable
    │   ├── AudioError              a recording cannot be read or used
    │   ├── CorpusError             recordings and labels do not fit together
    │   ├── ProtocolError           a corpus cannot serve a split or a protocol
    │   ├── ConfigError             a setting is unknown or out of range
    │   ├── ModelError              a network file is malformed
    │   │   └── UnsupportedError    a network is well formed, but has something that the compiler lacks
    │   ├── BundleError             a bundle is damaged, incomplete or fails its golden vectors
    │   └── UnknownNameError (LookupError)  a name is not registered
    ├── NotFoundError (FileNotFoundError)   a path leads nowhere
    ├── MissingExtraError (ImportError)     an optional dependency is not installed
    ├── NativeError (RuntimeError)          the front end's C library is missing or stale
    ├── TrainingError (RuntimeError)        a training run cannot go on
    ├── ClusterError (RuntimeError)         other machines cannot be reached, or died
    └── ToolchainError (RuntimeError)       the C compiler is missing or has failed
"""

from __future__ import annotations

import copyreg
import difflib
from collections.abc import Iterable
from typing import Any


class UndertoneError(Exception):
    """Base of all errors that the caller can mend."""

    def __reduce__(self) -> tuple[Any, ...]:
        # An error comes back from another process as it is, whatever its class takes to be made.
        return copyreg.__newobj__, (type(self), *self.args)  # type: ignore[attr-defined]


class InputError(UndertoneError, ValueError):
    """A value or the content of a file is not usable."""


class AudioError(InputError):
    """A recording cannot be read or used."""


class CorpusError(InputError):
    """Recordings and labels do not fit together."""


class ProtocolError(InputError):
    """A corpus cannot serve a split or a protocol."""


class ConfigError(InputError):
    """A setting is unknown or out of range."""


class ModelError(InputError):
    """A network file is malformed."""


class UnsupportedError(ModelError):
    """A network is well formed, but has something that the compiler lacks."""


class BundleError(InputError):
    """A bundle is damaged, incomplete or fails its golden vectors."""


class UnknownNameError(InputError, LookupError):
    """A name is not registered."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        super().__init__(f"unknown {kind} {name!r}{nearest(name, names)}; known: {', '.join(names) or 'none'}")


class NotFoundError(UndertoneError, FileNotFoundError):
    """A path leads nowhere."""


class MissingExtraError(UndertoneError, ImportError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(f"{what} needs the package {package!r}; install it with: pip install 'undertone[{extra}]'")


class NativeError(UndertoneError, RuntimeError):
    """The front end's C library is missing or stale."""


class TrainingError(UndertoneError, RuntimeError):
    """A training run cannot go on."""


class ClusterError(UndertoneError, RuntimeError):
    """Other machines cannot be reached, or died."""


class ToolchainError(UndertoneError, RuntimeError):
    """The C compiler is missing or has failed."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant.

    Parameters
    ----------
    name : str
        What came.
    known : iterable of str
        What is accepted.

    Returns
    -------
    str
        `` (did you mean 'x'?)`` or the empty string.

    Examples
    --------
    >>> nearest("article.v2", ["article.v1", "logmel.v1"])
    " (did you mean 'article.v1'?)"
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
