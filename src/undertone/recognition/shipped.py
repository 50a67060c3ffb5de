"""The bundle that ships with the package: EMO-DB's seven answers (boredom, no surprise), CC0 data."""

from __future__ import annotations

from pathlib import Path

from undertone.bundle import Bundle, load

SHIPPED = Path(__file__).parent / "bundles" / "emodb.undertone"


def load_or_shipped(path: Path | None) -> Bundle:
    """Load a bundle, or the one that ships where no path is given."""
    return load(SHIPPED if path is None else path)
