"""How a bundle normalises, in a line for its card: each clip by its features, a voice where one can be known."""

from __future__ import annotations

from undertone.bundle.following import can_follow
from undertone.bundle.model import Bundle
from undertone.features.feature_set import FEATURES


def normalisation_words(bundle: Bundle) -> str:
    """Say what is taken out of each segment, what of a speaker, and what that assumes.

    Examples
    --------
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> print(normalisation_words(load_or_shipped(None)))
    Normalisation: of each segment its level is taken out; nothing of a speaker. It can follow one voice without \
enrolment (`--one-voice`), which assumes that one person speaks and covers the ways of speaking about evenly.
    """
    taken = FEATURES[bundle.frontend.feature_set].taken_out
    segment = f"of each segment {taken} is taken out" if taken else "none of a segment, so how loud it is counts"
    if bundle.card.adapted:
        return f"Normalisation: {segment}; so is what the voice that it was adapted to is on the whole."
    words = f"Normalisation: {segment}; nothing of a speaker."
    if not can_follow(bundle):
        return words
    return (
        f"{words} It can follow one voice without enrolment (`--one-voice`), which assumes that one person speaks and "
        "covers the ways of speaking about evenly."
    )
