"""The bundles that ship with the package: `emodb` (CC0 data), which is the default, and what else lies beside it."""

from __future__ import annotations

from pathlib import Path

from undertone.bundle import Bundle, load
from undertone.errors import NotFoundError

_HERE = Path(__file__).parent / "bundles"
SHIPPED = _HERE / "emodb.undertone"
#: By name, in alphabetical order.
NAMES = tuple(sorted(path.stem for path in _HERE.glob("*.undertone")))


def path_of(named: Path) -> Path:
    """Return the file of a bundle: of one that ships by its name, unless a file of that name is here."""
    return _HERE / f"{named}.undertone" if str(named) in NAMES and not named.exists() else named


def load_or_shipped(path: Path | None) -> Bundle:
    """Load a bundle from a file, one that ships by its name, or the default where none is given.

    Raises
    ------
    NotFoundError
        Neither a file nor a name.
    BundleError
        As `undertone.bundle.load`.

    Examples
    --------
    >>> load_or_shipped(None).name, load_or_shipped(Path("emodb")).name
    ('emodb', 'emodb')
    """
    named = SHIPPED if path is None else path_of(path)
    if not named.exists():
        raise NotFoundError(
            f"no bundle at {str(named)!r}; `undertone train` writes one (RUN/model.undertone); "
            f"with the package come {', '.join(NAMES)}"
        )
    return load(named)
