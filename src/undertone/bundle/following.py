"""Whether a bundle can follow one voice, without enrolment: by its line for a known voice."""

from __future__ import annotations

from undertone.bundle.model import Bundle
from undertone.compiler.passes.quantise import in_integers
from undertone.errors import BundleError


def can_follow(bundle: Bundle) -> bool:
    """Whether `need_followable` takes a bundle."""
    return bundle.personal is not None and not bundle.card.adapted


def need_followable(bundle: Bundle) -> None:
    """Raise `BundleError` if a bundle has no line for a known voice, is in integers, or is for one voice already.

    Examples
    --------
    >>> import dataclasses
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> need_followable(load_or_shipped(None))
    >>> need_followable(dataclasses.replace(load_or_shipped(None), personal=None))
    Traceback (most recent call last):
    undertone.errors.BundleError: emodb: holds no line for a known voice, so it cannot follow one: ...
    """
    if bundle.card.adapted:
        raise BundleError(
            f"{bundle.name}: is for one voice already, so it follows none; take the general bundle that it was made of"
        )
    if bundle.personal is None and in_integers(bundle.graph):
        raise BundleError(
            f"{bundle.name}: its network is in integers, which cannot follow one voice; take the bundle in float32 "
            "that it was made of"
        )
    if bundle.personal is None:
        raise BundleError(
            f"{bundle.name}: holds no line for a known voice, so it cannot follow one: train it again with this "
            "version (`undertone train CORPUS --model compact` or `--model pooled`); `article` has none"
        )
