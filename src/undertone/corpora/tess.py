"""TESS: two Canadian actresses say "Say the word ..." with 200 words in seven emotions.

``OAF_back_angry``: older actress, word ``back``, emotion. The folder names of the official release mix case and
wording, so only file names are read. One published file lacks a letter (``OA_bite_neutral``), and surprise is coded
``ps`` (pleasant surprise).
"""

from __future__ import annotations

import re

from undertone.corpora.coded import Code, coded_importer
from undertone.corpora.importer import IMPORTERS

LABELS = {
    "angry": "angry",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happy",
    "neutral": "neutral",
    "ps": "surprise",
    "sad": "sad",
}
#: What a name starts with, to the actress.
SPEAKERS = {"oaf": "OAF", "oa": "OAF", "yaf": "YAF"}
_NAME = re.compile(r"(?P<speaker>oaf|oa|yaf)_(?P<word>[^_]+)_(?P<emotion>[a-z]+)")


def parse(stem: str) -> Code | None:
    """Read the name of a TESS recording.

    Examples
    --------
    >>> code = parse("OA_bite_neutral")
    >>> code.speaker, code.sex, code.sentence, code.label
    ('OAF', 'female', 'bite', 'neutral')
    >>> parse("YAF_mouse_ps").label
    'surprise'
    """
    found = _NAME.fullmatch(stem.lower())
    if not found or found["emotion"] not in LABELS:
        return None
    return Code(SPEAKERS[found["speaker"]], LABELS[found["emotion"]], sex="female", sentence=found["word"])


IMPORTERS.add(
    "tess",
    coded_importer(
        "tess",
        parse,
        title="Toronto emotional speech set: English, 2 actresses, 7 emotions",
        pattern="names like OAF_back_angry: actress, word, one of angry disgust fear happy neutral ps sad",
        licence="CC-BY-NC-ND-4.0",
        credit="M. K. Pichora-Fuller, K. Dupuis: Toronto emotional speech set (TESS). Borealis 2020",
        source="https://doi.org/10.5683/SP2/E8H2MF",
    ),
)
