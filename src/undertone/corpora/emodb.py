"""EMO-DB: ten German speakers act seven emotions on ten sentences.

``03a01Fa``: speaker 03, sentence a01, emotion F (the German word's first letter), version a.
"""

from __future__ import annotations

import re

from undertone.corpora.coded import Code, coded_importer
from undertone.corpora.importer import IMPORTERS

#: How many clips the published corpus has.
CLIPS = 535

LABELS = {
    "W": "angry",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happy",
    "T": "sad",
    "N": "neutral",
}
SEXES = {
    "03": "male",
    "08": "female",
    "09": "female",
    "10": "male",
    "11": "male",
    "12": "male",
    "13": "female",
    "14": "female",
    "15": "male",
    "16": "female",
}
_NAME = re.compile(r"(?P<speaker>\d\d)(?P<sentence>[ab]\d\d)(?P<letter>[WLEAFTN])(?P<take>[a-z]?)")


def parse(stem: str) -> Code | None:
    """Read the name of an EMO-DB recording.

    Examples
    --------
    >>> code = parse("16b10Td")
    >>> code.speaker, code.sex, code.sentence, code.label, code.take
    ('16', 'female', 'b10', 'sad', 'd')
    """
    found = _NAME.fullmatch(stem)
    if not found or found["speaker"] not in SEXES:
        return None
    return Code(
        found["speaker"],
        LABELS[found["letter"]],
        sex=SEXES[found["speaker"]],
        sentence=found["sentence"],
        take=found["take"] or None,
    )


IMPORTERS.add(
    "emodb",
    coded_importer(
        "emodb",
        parse,
        title="Berlin Database of Emotional Speech: German, 10 speakers, 7 emotions",
        pattern="names like 03a01Fa: speaker, sentence, one of W L E A F T N, version",
        licence="CC0-1.0",
        credit="F. Burkhardt, A. Paeschke, M. Rolfes, W. Sendlmeier, B. Weiss: "
        "A Database of German Emotional Speech. Interspeech 2005",
        source="http://emodb.bilderbar.info/download/download.zip",
    ),
)
