"""Frozen protocols: named splits whose figures can be compared between people and years.

They do not change; another split gets another name.
"""

from __future__ import annotations

from collections.abc import Callable

from undertone.corpora.folds import check_corpus, loso, random_split, speaker_folds
from undertone.corpora.published import PUBLISHED, Folds
from undertone.corpora.ravdess import ACTORS
from undertone.corpora.sentences import by_sentence, by_speaker_and_sentence
from undertone.corpora.sound_files import listed
from undertone.errors import ProtocolError
from undertone.registry import Registry
from undertone.types import Corpus, Fold

#: Name of a protocol to the function that makes its folds.
PROTOCOLS: Registry[Callable[[Corpus], tuple[Fold, ...]]] = Registry("protocol")

#: Test actors of the six folds, as the EmoBox benchmark publishes them.
RAVDESS_TESTS = ((1, 11, 20, 21), (4, 10, 12, 14), (8, 9, 19, 23), (3, 5, 7, 24), (2, 15, 16, 18), (6, 13, 17, 22))


@PROTOCOLS.register("loso")
def any_loso(corpus: Corpus) -> tuple[Fold, ...]:
    """Leave one speaker out, on any corpus."""
    return loso(corpus)


@PROTOCOLS.register("speaker-sentence")
def any_speaker_and_sentence(corpus: Corpus) -> tuple[Fold, ...]:
    """Test new sentences of new voices, on any corpus that knows its sentences."""
    return by_speaker_and_sentence(corpus)


@PROTOCOLS.register("sentence")
def any_sentence(corpus: Corpus) -> tuple[Fold, ...]:
    """Test new sentences of known voices; not speaker-independent."""
    return by_sentence(corpus)


@PROTOCOLS.register("random")
def any_random(corpus: Corpus) -> tuple[Fold, ...]:
    """Split clips at random, as tutorials do before they augment; not speaker-independent."""
    return (random_split(corpus),)


@PROTOCOLS.register("emodb.loso")
def emodb_loso(corpus: Corpus) -> tuple[Fold, ...]:
    """Leave one of EMO-DB's ten speakers out; validation: one man and one woman of the nine others."""
    _need_speakers(corpus, "emodb.loso", ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16"))
    return loso(corpus, name="emodb.loso")


@PROTOCOLS.register("ravdess.6fold")
def ravdess_6fold(corpus: Corpus) -> tuple[Fold, ...]:
    """Six folds of four RAVDESS actors, two of each sex; validation: four of the twenty others."""
    _need_speakers(corpus, "ravdess.6fold", ACTORS)
    tests = [[f"Actor_{actor:02d}" for actor in actors] for actors in RAVDESS_TESTS]
    return speaker_folds(corpus, [f"ravdess.6fold-{number}" for number in range(1, 7)], tests)


@PROTOCOLS.register("tess.cross")
def tess_cross(corpus: Corpus) -> tuple[Fold, ...]:
    """Train on one TESS actress and test on the other, both ways; validation: a fifth of the first one's words."""
    _need_speakers(corpus, "tess.cross", ("OAF", "YAF"))
    return loso(corpus, name="tess.cross")


@PROTOCOLS.register("english.6fold")
def english_6fold(corpus: Corpus) -> tuple[Fold, ...]:
    """Six folds of RAVDESS's actors as in ravdess.6fold; TESS's actresses judge in the first and the fourth."""
    _need_speakers(corpus, "english.6fold", (*(f"ravdess/{actor}" for actor in ACTORS), "tess/OAF", "tess/YAF"))
    tests = [[f"ravdess/Actor_{actor:02d}" for actor in actors] for actors in RAVDESS_TESTS]
    tests[0].append("tess/OAF")
    tests[3].append("tess/YAF")
    return speaker_folds(corpus, [f"english.6fold-{number}" for number in range(1, 7)], tests)


def _frozen(folds: Folds) -> Callable[[Corpus], tuple[Fold, ...]]:
    """Make the protocol of a published corpus from what its data file says."""

    def make(corpus: Corpus) -> tuple[Fold, ...]:
        _need_speakers(corpus, folds.name, tuple(speaker for test in folds.tests for speaker in test))
        names = [f"{folds.name}-{number}" for number in range(1, len(folds.tests) + 1)]
        return speaker_folds(corpus, names, folds.tests)

    make.__doc__ = folds.says
    return make


for _published in PUBLISHED.values():
    if _published.protocol is not None:
        PROTOCOLS.add(_published.protocol.name, _frozen(_published.protocol))


def protocol_for(corpus: Corpus) -> str:
    """Name the protocol that a corpus is judged by: its own frozen one, or leave one speaker out.

    Examples
    --------
    >>> from undertone.types import Corpus
    >>> protocol_for(Corpus("tess", ())), protocol_for(Corpus("my-voices", ()))
    ('tess.cross', 'loso')
    """
    return next((name for name in PROTOCOLS if name.startswith(f"{corpus.name}.")), "loso")


def described(name: str) -> str:
    """Say in a sentence what a frozen protocol does; empty for any other name.

    Examples
    --------
    >>> described("loso")
    'Leave one speaker out, on any corpus.'
    """
    return (PROTOCOLS[name].__doc__ or "").partition("\n")[0] if name in PROTOCOLS else ""


def _need_speakers(corpus: Corpus, protocol: str, speakers: tuple[str, ...]) -> None:
    absent = [speaker for speaker in speakers if speaker not in corpus.speakers]
    strange = [speaker for speaker in corpus.speakers if speaker not in speakers]
    if absent or strange:
        faults = [f"absent: {listed(absent)}"] if absent else []
        faults += [f"not of it: {listed(strange)}"] if strange else []
        raise ProtocolError(
            f"{corpus.name}: the protocol {protocol!r} is made for the speakers {', '.join(speakers)} "
            f"({'; '.join(faults)}); any corpus can serve 'loso'"
        )
    check_corpus(corpus)
