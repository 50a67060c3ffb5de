"""RAVDESS speech: 24 North American actors say two sentences in eight emotions and two intensities.

``03-01-06-01-02-01-12``: modality (01 full video, 02 video, 03 sound), channel (01 speech, 02 song), emotion,
intensity, sentence, repetition, actor (odd numbers are men). Songs parse, but have no place in a corpus of speech.
"""

from __future__ import annotations

import re

from undertone.corpora.coded import Code, coded_importer
from undertone.corpora.importer import IMPORTERS

LABELS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fear",
    "07": "disgust",
    "08": "surprise",
}
INTENSITIES = {"01": "normal", "02": "strong"}
ACTORS = tuple(f"Actor_{number:02d}" for number in range(1, 25))
_NAME = re.compile(
    r"0[123]-(?P<channel>0[12])-(?P<emotion>0[1-8])-(?P<intensity>0[12])"
    r"-(?P<sentence>0[12])-(?P<repetition>0[12])-(?P<actor>\d\d)"
)


def parse(stem: str) -> Code | None:
    """Read the name of a RAVDESS recording; a song has no label.

    Examples
    --------
    >>> code = parse("03-01-06-02-02-01-12")
    >>> code.speaker, code.sex, code.label, code.intensity, code.sentence, code.take
    ('Actor_12', 'female', 'fear', 'strong', '02', '01')
    >>> parse("03-02-06-01-02-01-12").label is None
    True
    """
    found = _NAME.fullmatch(stem)
    if not found or f"Actor_{found['actor']}" not in ACTORS:
        return None
    return Code(
        f"Actor_{found['actor']}",
        LABELS[found["emotion"]] if found["channel"] == "01" else None,
        sex="male" if int(found["actor"]) % 2 else "female",
        sentence=found["sentence"],
        intensity=INTENSITIES[found["intensity"]],
        take=found["repetition"],
    )


IMPORTERS.add(
    "ravdess",
    coded_importer(
        "ravdess",
        parse,
        title="RAVDESS speech: English, 24 actors, 8 emotions",
        pattern="names like 03-01-06-01-02-01-12: seven numbers of two digits; songs are passed over",
        licence="CC-BY-NC-SA-4.0",
        credit="S. R. Livingstone, F. A. Russo: The Ryerson Audio-Visual Database of Emotional Speech and Song "
        "(RAVDESS). PLoS ONE 13(5), 2018",
        source="https://zenodo.org/records/1188976 (Audio_Speech_Actors_01-24.zip)",
    ),
)
