"""Colours: one an emotion, the same on every page, and a ramp for sound levels.

The colours of the emotions were searched for: seen by normal, protan and deutan eyes (Machado, Oliveira and Fernandes
2009, full severity), each pair lies at least 18 apart in CIE Lab, and each stands out 2.6 to 1 and more from white and
3 to 1 from our dark ground. Still, no chart says anything by colour alone.
"""

from __future__ import annotations

import zlib

EMOTIONS = {
    "angry": "#E21533",
    "boredom": "#CB8D6D",
    "calm": "#0F738F",
    "disgust": "#217E34",
    "fear": "#854BBE",
    "happy": "#C9981F",
    "neutral": "#969B9F",
    "sad": "#3890FA",
    "surprise": "#DE79CB",
}
#: Of things that are no emotion, in order of their appearance.
SERIES = ("#3077C9", "#D2691E", "#2C8C74", "#9A5FB5", "#8A8F98")

#: Level ramp from quiet to loud: ink, violet, rose, amber, cream; its lightness only rises.
_STOPS = ((11, 12, 30), (62, 28, 104), (146, 44, 116), (221, 82, 84), (248, 158, 74), (253, 243, 196))


def colour(label: str) -> str:
    """Return the colour of a class; a class that has none of its own gets one of `SERIES`, always the same.

    Examples
    --------
    >>> colour("angry"), colour("delight") in SERIES
    ('#E21533', True)
    """
    return EMOTIONS.get(label) or SERIES[zlib.crc32(label.encode()) % len(SERIES)]


def ramp() -> bytes:
    """Return 256 colours from quiet to loud as RGB bytes, for a PNG palette."""
    colours = bytearray()
    for level in range(256):
        position = level / 255 * (len(_STOPS) - 1)
        stop = min(int(position), len(_STOPS) - 2)
        share = position - stop
        low, high = _STOPS[stop], _STOPS[stop + 1]
        colours += bytes(round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return bytes(colours)
