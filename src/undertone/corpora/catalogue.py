"""Find a corpus by name or path: imported ones, the embedded one, or straight from a folder or table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from undertone.corpora import emodb, folder, published, ravdess, store, table, tess
from undertone.corpora.content import digest, need_files
from undertone.corpora.importer import IMPORTERS, Importer
from undertone.corpora.joined import ENDING, JOINED, join
from undertone.errors import CorpusError, NotFoundError, UnknownNameError
from undertone.types import Corpus

#: The corpus that travels with the source.
EMBEDDED = "emodb"
_KINDS = (emodb, folder, published, ravdess, table, tess)  # importing a module registers its kinds


@dataclass(frozen=True)
class Entry:
    """A corpus that is here or could be: one line of ``undertone corpus list``.

    ``state`` is "embedded", "imported", "absent" or "damaged"; ``where`` is a path, for an absent one the address of
    the official files, for a damaged manifest what is wrong.
    """

    name: str
    kind: str
    state: str
    where: str
    clips: int
    licence: str


def available() -> tuple[Entry, ...]:
    """List the corpora that are here, and the published ones that could be imported.

    Returns
    -------
    tuple of Entry
        Sorted by name.
    """
    entries = [_imported_entry(name) for name in store.names()]
    here = {entry.name for entry in entries}
    entries += [_published_entry(kind) for kind in _published() if kind not in here]
    return tuple(sorted(entries, key=lambda entry: entry.name))


def load(name_or_path: str | Path) -> Corpus:
    """Load a corpus.

    Parameters
    ----------
    name_or_path : str or Path
        The name of an imported corpus, of the embedded one (``emodb``), or of several that are declared as one
        (``english``, see `undertone.corpora.joined`); or the path of a folder, table or such a declaration, which is
        then read without being remembered. A name goes first: write ``./emodb`` for a folder of that name.

    Returns
    -------
    Corpus
        Utterances sorted by key, then by path; every file of it exists.

    Raises
    ------
    UnknownNameError
        Neither a name nor a path.
    CorpusError
        Files are missing, or the folder or table cannot be read as a corpus.

    Examples
    --------
    >>> corpus = load("emodb")
    >>> len(corpus), len(corpus.speakers), corpus.labels
    (535, 10, ('angry', 'boredom', 'disgust', 'fear', 'happy', 'neutral', 'sad'))
    """
    name = str(name_or_path)
    if name in store.names():
        corpus = store.read(name).corpus
        need_files(corpus)
        return corpus
    if name == EMBEDDED:
        return _embedded()
    if name in JOINED or Path(name).suffix == ENDING:
        return join(name, load)
    if Path(name_or_path).exists():
        path = Path(name_or_path).resolve()
        importer = detect(path)
        return _read(importer, path, _own_name(importer, path))
    if name in _published():
        raise CorpusError(
            f"the corpus {name!r} has not been imported (licence: {IMPORTERS[name].licence}); get it from "
            f"{IMPORTERS[name].source}, then: undertone corpus import PATH"
        )
    if "/" in name or os.sep in name or Path(name).suffix in table.ENDINGS:
        raise NotFoundError(f"{name!r}: no such folder or table of recordings")
    raise UnknownNameError("corpus", name, {EMBEDDED, *JOINED, *store.names()})


def import_corpus(path: str | Path, *, kind: str | None = None, name: str | None = None) -> Corpus:
    """Read a corpus and remember it, so that `load` finds it by name.

    The recordings stay where they are; a manifest with their absolute paths is kept (see `undertone.corpora.store`).

    Parameters
    ----------
    path : str or Path
        A folder of recordings, or a CSV table.
    kind : str, optional
        A published corpus's name, "folder" or "table"; found out by itself if left out.
    name : str, optional
        By default the kind of a published corpus, or the folder's or table's own name.

    Raises
    ------
    NotFoundError
        Nothing is at the path.
    UnknownNameError
        No such kind.
    CorpusError
        The recordings and labels cannot be read: all faults are told at once.
    """
    root = Path(path).expanduser().resolve()
    importer = IMPORTERS[kind] if kind else detect(root)
    chosen = store.check_name(name or _own_name(importer, root))
    if chosen in _published() and chosen != importer.kind:
        raise CorpusError(
            f"the name {chosen!r} is kept for the published corpus, and {str(root)!r} was read as kind "
            f"{importer.kind!r}; choose another with --name"
        )
    corpus = _read(importer, root, chosen)
    store.write(store.Manifest(corpus, importer.kind, root, digest(corpus)))
    return corpus


def detect(path: Path) -> Importer:
    """Find the importer that a path fits best: coded file names, then a folder per label; a table by its ending.

    Raises
    ------
    NotFoundError
        Nothing is at the path.
    CorpusError
        A file that is no table.
    """
    if not path.exists():
        raise NotFoundError(f"{str(path)!r}: no such folder or table of recordings")
    fit, kind = max((IMPORTERS[kind].fits(path), kind) for kind in IMPORTERS)
    if fit == 0.0:
        raise CorpusError(
            f"{str(path)!r} is neither a folder nor a table; accepted: a folder of recordings, or a file that ends in "
            f"{' or '.join(table.ENDINGS)} with the columns path,label"
        )
    return IMPORTERS[kind]


def _published() -> tuple[str, ...]:
    """Kinds that are one published corpus each: their names are kept for them."""
    return tuple(kind for kind in IMPORTERS if IMPORTERS[kind].source)


def _own_name(importer: Importer, path: Path) -> str:
    return importer.kind if importer.source else store.name_from(path)


def _read(importer: Importer, path: Path, name: str) -> Corpus:
    ordered = sorted(importer.read(path, name), key=lambda utterance: (utterance.key, str(utterance.path)))
    return Corpus(name, tuple(ordered), importer.licence, importer.credit)


def embedded_root() -> Path | None:
    """Find the embedded corpus: in ``$UNDERTONE_DATA``, or beside ``src`` in a checkout. A wheel does not hold it."""
    named = os.environ.get("UNDERTONE_DATA")
    homes = [Path(named).expanduser()] if named else [Path(__file__).absolute().parents[3] / "data"]
    return next((home / EMBEDDED for home in homes if (home / EMBEDDED).is_dir()), None)


def _embedded() -> Corpus:
    root = embedded_root()
    if root is None:
        raise CorpusError(
            "emodb: the recordings are not here; they come with a checkout of the project (set UNDERTONE_DATA to its "
            f"folder 'data'), or get them from {IMPORTERS[EMBEDDED].source}, then: undertone corpus import PATH"
        )
    corpus = _read(IMPORTERS[EMBEDDED], root, EMBEDDED)
    if len(corpus) != emodb.CLIPS:
        raise CorpusError(
            f"emodb: {len(corpus)} of {emodb.CLIPS} files are in {str(root)!r}; "
            "restore the checkout with: git checkout -- data/emodb"
        )
    return corpus


def _imported_entry(name: str) -> Entry:
    try:
        manifest = store.read(name)
    except CorpusError as error:  # one bad manifest must not hide the others
        return Entry(name, "unknown", "damaged", str(error), 0, "unknown")
    corpus = manifest.corpus
    return Entry(name, manifest.kind, "imported", str(manifest.root), len(corpus), corpus.licence)


def _published_entry(kind: str) -> Entry:
    importer = IMPORTERS[kind]
    root = embedded_root() if kind == EMBEDDED else None
    if root is None:
        return Entry(kind, kind, "absent", importer.source, 0, importer.licence)
    return Entry(kind, kind, "embedded", str(root), len(_embedded()), importer.licence)
