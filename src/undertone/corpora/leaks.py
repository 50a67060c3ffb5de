"""What would make a split's figure too good: the same voice or the same recording on two sides."""

from __future__ import annotations

import dataclasses

from undertone.corpora.sound_files import listed
from undertone.corpora.twins import Groups, twins_of
from undertone.types import Corpus, Fold, Utterance


def check_fold(corpus: Corpus, fold: Fold) -> tuple[str, ...]:
    """Name every leak of a fold.

    Parameters
    ----------
    corpus : Corpus
        What the fold's indices point into.
    fold : Fold
        Honest or not.

    Returns
    -------
    tuple of str
        One sentence a leak: clips on two sides, test speakers who are heard in training or validation, sentences of the
        test that are spoken there although the fold claims that they are new, copies of one sound on two sides. Empty
        if there is none. Speakers that train and validate are no leak into the test.
    """
    twins = twins_of(corpus)
    sides = {"train": set(fold.train), "validation": set(fold.validation), "test": set(fold.test)}
    found = []
    for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
        shared = sides[first] & sides[second]
        if shared:
            found.append(f"{len(shared)} clips are in {first} and in {second} ({_clip(corpus, min(shared))})")
        found += [*_voices(corpus, fold, first), *_sentences(corpus, fold, first)] if second == "test" else []
        found += _copies(corpus, twins, sides[first] - shared, sides[second] - shared, f"{first} and {second}")
    return tuple(found)


def without_twins(fold: Fold, twins: Groups) -> Fold:
    """Take copies of one sound off all sides but one: the test keeps its copy, then the validation."""
    barred = _copied(twins, set(fold.test))
    validation = tuple(i for i in fold.validation if i not in barred)
    barred |= _copied(twins, set(validation))
    train = tuple(i for i in fold.train if i not in barred)
    dropped = len(fold.train) + len(fold.validation) - len(train) - len(validation)
    if not dropped:
        return fold
    note = f"{dropped} clips left out of training, copies of clips of another side"
    both = f"{fold.note}; {note}" if fold.note else note
    return dataclasses.replace(fold, train=train, validation=validation, note=both)


def _copied(twins: Groups, side: set[int]) -> set[int]:
    return {index for group in twins if side & set(group) for index in group} - side


def voice(utterance: Utterance) -> str:
    """Name a speaker across corpora: "emodb/03"."""
    own = f"{utterance.corpus}/"
    return utterance.speaker if utterance.speaker.startswith(own) else own + utterance.speaker


def _voices(corpus: Corpus, fold: Fold, side: str) -> list[str]:
    heard = {corpus.utterances[i].speaker for i in getattr(fold, side)}
    shared = sorted(heard & {corpus.utterances[i].speaker for i in fold.test})
    return [f"speakers of the test are heard in {side}: {listed(shared)}"] if shared else []


def _sentences(corpus: Corpus, fold: Fold, side: str) -> list[str]:
    if not fold.new_sentences:
        return []
    spoken, tested = ({corpus.utterances[i].sentence for i in part} for part in (getattr(fold, side), fold.test))
    shared = sorted(str(sentence) for sentence in spoken & tested)
    return (
        [f"sentences of the test, which are claimed to be new, are spoken in {side}: {listed(shared)}"]
        if shared
        else []
    )


def _copies(corpus: Corpus, twins: Groups, first: set[int], second: set[int], sides: str) -> list[str]:
    return [
        f"copies of one sound are in {sides}: {listed([_clip(corpus, i) for i in group])}"
        for group in twins
        if first & set(group) and second & set(group)
    ]


def _clip(corpus: Corpus, index: int) -> str:
    return corpus.utterances[index].key
