"""Splits of a corpus in which no speaker of the test is ever heard in training; and the tutorials' random one.

Conventions of every honest fold: the test speakers are wholly in the test; a fifth of the *training* speakers (at least
one) choose the epoch; copies of one sound never stand on two sides (the test keeps its own). Nothing depends on
the machine, on NumPy's version or on the order of the files.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence

from undertone.corpora.draw import draw_speakers, fifth, shuffled
from undertone.corpora.importer import UNKNOWN_SPEAKER
from undertone.corpora.leaks import without_twins
from undertone.corpora.sound_files import listed
from undertone.corpora.twins import Groups, twins_of
from undertone.errors import ProtocolError, nearest
from undertone.types import Corpus, Fold

TUTORIAL = "clips are split at random: the same speakers are on both sides"


def loso(corpus: Corpus, *, seed: int = 0, name: str = "loso") -> tuple[Fold, ...]:
    """Leave one speaker out: a fold a speaker, who is its test.

    Parameters
    ----------
    corpus : Corpus
        With two speakers and more, each known.
    seed : int
        Draws the validation speakers.
    name : str
        What the folds' names start with.

    Returns
    -------
    tuple of Fold
        In alphabetical order of the speakers.

    Raises
    ------
    ProtocolError
        One speaker in all, an unknown speaker, fewer than two classes, or a class that one speaker alone has.
    """
    check_corpus(corpus)
    tests = [(speaker,) for speaker in corpus.speakers]
    return speaker_folds(corpus, [f"{name}-{_plain(speaker)}" for speaker in corpus.speakers], tests, seed=seed)


def hold_out(corpus: Corpus, *, speakers: Sequence[str] | None = None, seed: int = 0) -> Fold:
    """Hold out some speakers as the test.

    Parameters
    ----------
    corpus : Corpus
        With two speakers and more, each known.
    speakers : sequence of str, optional
        The test speakers. Left out: a fifth of all, at least one, drawn so that both sides hold all classes where
        that is possible, and the sexes balance.
    seed : int
        Draws the test speakers (if they are not named) and the validation speakers.

    Raises
    ------
    ProtocolError
        As `loso`; or a speaker that the corpus does not know, or no speaker left to train on.
    """
    check_corpus(corpus)
    if speakers is None:
        chosen = draw_speakers(corpus, corpus.speakers, fifth(len(corpus.speakers)), seed=seed)
    else:
        chosen = _named_speakers(corpus, speakers)
    return speaker_folds(corpus, [_hold_out_name(chosen)], [chosen], seed=seed)[0]


def everyone(corpus: Corpus, *, seed: int = 0) -> Fold:
    """Train on every speaker but a fifth, who choose the epoch; nobody judges.

    For a bundle to ship: its figures come from a protocol of the same recipe, not from this fold.
    """
    check_corpus(corpus)
    judges = draw_speakers(corpus, corpus.speakers, fifth(len(corpus.speakers)), seed=seed)
    validation = _indices(corpus, judges)
    heard = sorted(set(range(len(corpus))) - set(validation))
    fold = Fold("everyone", tuple(heard), validation, (), note="nobody is held out to judge")
    return without_twins(fold, twins_of(corpus))


def random_split(corpus: Corpus, *, seed: int = 0, test_share: float = 0.25) -> Fold:
    """Split as the tutorials do: clips at random, whoever speaks. The fold says that it is not honest, and why.

    A quarter of the clips test (scikit-learn's default), a fifth of the others validate.

    Parameters
    ----------
    corpus : Corpus
        Any with at least four clips.
    seed : int
        Draws the clips.
    test_share : float
        Of the clips, between 0 and 1.
    """
    if not 0.0 < test_share < 1.0:
        raise ProtocolError(f"{corpus.name}: test_share is {test_share}, expected more than 0 and less than 1")
    if len(corpus) < 4:
        raise ProtocolError(f"{corpus.name}: {len(corpus)} clips cannot be split; expected 4 and more")
    order = shuffled(range(len(corpus)), seed)
    tested = min(max(1, round(test_share * len(corpus))), len(corpus) - 2)
    validated = tested + fifth(len(corpus) - tested)
    fold = Fold(
        f"random-{seed}",
        train=tuple(sorted(order[validated:])),
        validation=tuple(sorted(order[tested:validated])),
        test=tuple(sorted(order[:tested])),
        honest=False,
        why=TUTORIAL,
    )
    return without_twins(fold, twins_of(corpus))


def speaker_folds(
    corpus: Corpus, names: Sequence[str], tests: Sequence[Sequence[str]], *, seed: int = 0
) -> tuple[Fold, ...]:
    """Make honest folds, each with its name and its test speakers; see the conventions at the top of this module."""
    twins = twins_of(corpus)
    return tuple(_speaker_fold(corpus, name, test, twins, seed) for name, test in zip(names, tests, strict=True))


def _speaker_fold(corpus: Corpus, name: str, test: Sequence[str], twins: Groups, seed: int) -> Fold:
    pool = [speaker for speaker in corpus.speakers if speaker not in test]
    if not pool:
        raise ProtocolError(
            f"{corpus.name}: {listed(list(test))} are all the speakers that there are; leave one to train on"
        )
    if len(pool) == 1:
        validation, note = _validation_sentences(corpus, pool[0], seed)
    else:
        judges = draw_speakers(corpus, pool, fifth(len(pool)), seed=seed)
        validation, note = _indices(corpus, judges), ""
    heard = set(_indices(corpus, pool)) - set(validation)
    fold = Fold(name, tuple(sorted(heard)), validation, _indices(corpus, test), note=note)
    fold = without_twins(fold, twins)
    check_classes(corpus, fold)
    return fold


def check_corpus(corpus: Corpus) -> None:
    """Raise `ProtocolError` if no split by speaker can serve: all reasons at once."""
    heard: dict[str, set[str]] = defaultdict(set)
    for utterance in corpus.utterances:
        heard[utterance.label].add(utterance.speaker)
    faults = []
    nameless = sum(u.speaker == UNKNOWN_SPEAKER for u in corpus.utterances)
    if nameless:
        faults.append(
            f"{nameless} of {len(corpus)} clips have no known speaker: put them into label/speaker/ folders, or list "
            "them in a CSV table with a column speaker"
        )
    elif len(corpus.speakers) < 2:
        faults.append(f"it has one speaker ({listed(corpus.speakers)}); expected two and more")
    if len(heard) < 2:
        faults.append(f"it has one class ({listed(corpus.labels)}); expected two and more")
    if len(corpus.speakers) > 1 and not nameless:
        for label, speakers in sorted(heard.items()):
            if len(speakers) == 1:
                faults.append(
                    f"the class {label!r} has one speaker ({min(speakers)}), so it is either trained or tested, never "
                    "both: add a speaker, or leave the class out"
                )
    if faults:
        raise ProtocolError(f"{corpus.name}: cannot be split by speaker: {'; '.join(faults)}")


def check_classes(corpus: Corpus, fold: Fold) -> None:
    """Raise `ProtocolError` if a class has no training clip, or nothing is left to choose the epoch on."""
    trained = {corpus.utterances[i].label for i in fold.train}
    absent = [label for label in corpus.labels if label not in trained]
    if absent or not fold.validation:
        what = f"training clip of {listed(absent)}" if absent else "validation clip"
        raise ProtocolError(f"{corpus.name}: the fold {fold.name!r} leaves no {what}; add speakers or clips")


def _validation_sentences(corpus: Corpus, speaker: str, seed: int) -> tuple[tuple[int, ...], str]:
    """A fifth of the only training speaker's sentences, all clips of one together; of the clips, if none is known."""
    own = _indices(corpus, [speaker])
    sentences = {index: corpus.utterances[index].sentence for index in own}
    if None in sentences.values() or len(set(sentences.values())) < 2:
        return _validation_clips(corpus, own, seed), (
            f"one training speaker ({speaker}): the epoch is chosen on a fifth of that speaker's clips"
        )
    order = shuffled(set(sentences.values()), seed)
    chosen = set(order[: fifth(len(order))])
    return tuple(index for index in own if sentences[index] in chosen), (
        f"one training speaker ({speaker}): the epoch is chosen on a fifth of that speaker's sentences"
    )


def _validation_clips(corpus: Corpus, own: Sequence[int], seed: int) -> tuple[int, ...]:
    by_label: dict[str, list[int]] = defaultdict(list)
    for index in own:
        by_label[corpus.utterances[index].label].append(index)
    spare = [shuffled(group, seed)[: fifth(len(group))] for group in by_label.values() if len(group) > 1]
    return tuple(sorted(index for group in spare for index in group))


def _named_speakers(corpus: Corpus, speakers: Sequence[str]) -> tuple[str, ...]:
    strangers = [f"{s!r}{nearest(s, corpus.speakers)}" for s in speakers if s not in corpus.speakers]
    if strangers or not speakers:
        raise ProtocolError(
            f"{corpus.name}: no speaker {listed(strangers) or 'was named'}; known: {', '.join(corpus.speakers)}"
        )
    return tuple(sorted(set(speakers)))


def _hold_out_name(speakers: Sequence[str]) -> str:
    """Name the speakers; of more than four their number and a hash, so that the name can be a file's."""
    if len(speakers) <= 4:
        return "hold-out-" + "-".join(_plain(speaker) for speaker in speakers)
    return f"hold-out-{len(speakers)}-speakers-{zlib.crc32(repr(tuple(speakers)).encode()):08x}"


def _indices(corpus: Corpus, speakers: Sequence[str]) -> tuple[int, ...]:
    return tuple(i for i, utterance in enumerate(corpus.utterances) if utterance.speaker in speakers)


def _plain(speaker: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.]+", "_", speaker)
