"""What people and other systems are published with: quoted, with source and caveat, never measured here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from undertone.config import from_dict, read_toml_values

#: How `Quoted.checked` begins where nobody could read the figure again.
LOST = "not found again"


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
    work : str
        Who published it: authors, title, place, year.
    source : str
        Where the figure can be read, or the data that it was computed from; empty where no public address is known.
    checked : str
        When and how it was compared with its source; it begins with "not found again" where it could not be.
    caveat : str
        What keeps it from being compared straight away.
    """

    protocol: str
    who: str
    measure: str
    value: float
    work: str
    source: str
    checked: str
    caveat: str

    @property
    def found(self) -> bool:
        """Whether the figure was read again in a public place."""
        return not self.checked.startswith(LOST)


def quoted_for(protocol: str) -> tuple[Quoted, ...]:
    """Return what is published under a protocol, the highest first.

    Examples
    --------
    >>> [(row.who, row.value, row.found) for row in quoted_for("tess.cross")]
    [('people', 82.0, False)]
    >>> quoted_for("random")
    ()
    """
    return tuple(sorted((row for row in all_quoted() if row.protocol == protocol), key=lambda row: -row.value))


def all_quoted() -> tuple[Quoted, ...]:
    """Read quoted.toml, in its order."""
    path = Path(__file__).with_name("quoted.toml")
    return tuple(from_dict(Quoted, row, where=str(path)) for row in read_toml_values(path)["rows"])
