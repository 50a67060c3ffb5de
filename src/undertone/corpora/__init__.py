"""Recordings with labels: importers, where they are remembered, a health check, and honest folds."""

from undertone.corpora.catalogue import Entry, available, import_corpus, load
from undertone.corpora.content import digest
from undertone.corpora.cross import CROSSINGS, Crossing, cross, read_crossing
from undertone.corpora.folds import everyone, hold_out, loso, random_split
from undertone.corpora.health import Finding, Health, check
from undertone.corpora.importer import IMPORTERS, UNKNOWN_SPEAKER
from undertone.corpora.leaks import check_fold
from undertone.corpora.protocols import PROTOCOLS, protocol_for, ravdess_6fold, tess_cross

__all__ = [
    "CROSSINGS",
    "IMPORTERS",
    "PROTOCOLS",
    "UNKNOWN_SPEAKER",
    "Crossing",
    "Entry",
    "Finding",
    "Health",
    "available",
    "check",
    "check_fold",
    "cross",
    "digest",
    "everyone",
    "hold_out",
    "import_corpus",
    "load",
    "loso",
    "protocol_for",
    "random_split",
    "ravdess_6fold",
    "read_crossing",
    "tess_cross",
]
