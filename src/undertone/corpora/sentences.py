"""Splits by what is said: sentences that nobody spoke in training, by known voices or by unknown ones.

A corpus of few sentences lets a network learn the sentence instead of the voice. How much of a figure that is shows
when the test's sentences are new too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from undertone.corpora.draw import draw_speakers, fifth, shuffled
from undertone.corpora.folds import check_classes, check_corpus
from undertone.corpora.leaks import without_twins
from undertone.corpora.twins import Groups, twins_of
from undertone.errors import ProtocolError
from undertone.types import Corpus, Fold

KNOWN_VOICES = "the same speakers are on both sides; only the sentences are new"
GROUPS = 10
HALVES = 2


def by_sentence(corpus: Corpus, *, seed: int = 0) -> tuple[Fold, ...]:
    """Test on new sentences of known voices: up to ten groups of sentences, each the test once.

    Parameters
    ----------
    corpus : Corpus
        Every utterance knows its sentence, and there are three and more.
    seed : int
        Draws the groups and the validation sentences.

    Returns
    -------
    tuple of Fold
        Stamped: they are not speaker-independent.

    Raises
    ------
    ProtocolError
        Sentences are unknown, or too few.
    """
    names = _sentences(corpus, least=3)
    twins, folds = twins_of(corpus), []
    for number, group in enumerate(_groups(names, min(GROUPS, len(names)), seed), start=1):
        left = shuffled([name for name in names if name not in group], seed, number)
        judges = left[: fifth(len(left))]
        train = _spoken(corpus, left[len(judges) :])
        sides = train, _spoken(corpus, judges), _spoken(corpus, group)
        fold = Fold(f"sentence-{number}", *sides, honest=False, why=KNOWN_VOICES, new_sentences=True)
        folds.append(_checked(corpus, fold, twins))
    return tuple(folds)


def by_speaker_and_sentence(corpus: Corpus, *, seed: int = 0) -> tuple[Fold, ...]:
    """Test on new sentences of new voices: each speaker, each half of the sentences; training hears neither.

    Parameters
    ----------
    corpus : Corpus
        Every utterance knows its speaker and its sentence; two speakers and two sentences at least.
    seed : int
        Draws the halves and the validation speakers.

    Raises
    ------
    ProtocolError
        Speakers or sentences are unknown or too few, or a class is left without training.
    """
    check_corpus(corpus)
    names = _sentences(corpus, least=2)
    twins, folds = twins_of(corpus), []
    for speaker in corpus.speakers:
        others = [name for name in corpus.speakers if name != speaker]
        judges = draw_speakers(corpus, others, fifth(len(others)), seed=seed) if len(others) > 1 else ()
        for number, group in enumerate(_groups(names, HALVES, seed), start=1):
            left = [name for name in names if name not in group]
            validation = _spoken(corpus, left, judges)
            train = tuple(i for i in _spoken(corpus, left, others) if i not in validation)
            label = re.sub(r"[^A-Za-z0-9_.]+", "_", speaker)
            test = _spoken(corpus, group, [speaker])
            fold = Fold(f"speaker-sentence-{label}-{number}", train, validation, test, new_sentences=True)
            if fold.test:
                folds.append(_checked(corpus, fold, twins))
    return tuple(folds)


def _checked(corpus: Corpus, fold: Fold, twins: Groups) -> Fold:
    fold = without_twins(fold, twins)
    check_classes(corpus, fold)
    return fold


def _sentences(corpus: Corpus, *, least: int) -> tuple[str, ...]:
    unknown = sum(u.sentence is None for u in corpus.utterances)
    names = sorted({u.sentence for u in corpus.utterances if u.sentence is not None})
    if unknown or len(names) < least:
        came = f"{unknown} of {len(corpus)} clips have no known sentence" if unknown else f"it has {len(names)}"
        raise ProtocolError(
            f"{corpus.name}: cannot be split by sentence: {came}; expected {least} and more, known for every clip "
            "(a CSV table can name them in a column sentence)"
        )
    return tuple(names)


def _groups(names: Sequence[str], count: int, seed: int) -> list[list[str]]:
    order = shuffled(names, seed)
    return [order[number::count] for number in range(count)]


def _spoken(corpus: Corpus, sentences: Sequence[str], speakers: Sequence[str] | None = None) -> tuple[int, ...]:
    return tuple(
        index
        for index, utterance in enumerate(corpus.utterances)
        if utterance.sentence in sentences and (speakers is None or utterance.speaker in speakers)
    )
