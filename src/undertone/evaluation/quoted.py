"""What people and other systems are published with: quoted, with source and caveat, never measured here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from undertone.config import from_dict, read_toml_values


@dataclass(frozen=True)
class Quoted:
    """A published figure.

    Attributes
    ----------
    protocol : str
        The frozen protocol that it belongs to; it is shown beside no other.
    who : str
        "people", or a system's name.
    measure : str
        "UAR" or "accuracy".
    value : float
        Per cent.
    source, caveat : str
        Who published it, and what keeps it from being compared straight away.
    """

    protocol: str
    who: str
    measure: str
    value: float
    source: str
    caveat: str


def quoted_for(protocol: str) -> tuple[Quoted, ...]:
    """Return what is published under a protocol, the highest first.

    Examples
    --------
    >>> [(row.who, row.value) for row in quoted_for("tess.cross")]
    [('people', 82.0)]
    >>> quoted_for("random")
    ()
    """
    path = Path(__file__).with_name("quoted.toml")
    rows = [from_dict(Quoted, row, where=str(path)) for row in read_toml_values(path)["rows"]]
    return tuple(sorted((row for row in rows if row.protocol == protocol), key=lambda row: -row.value))
