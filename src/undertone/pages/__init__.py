"""Values to self-contained HTML and SVG: the only writer of pages.

What a function returns is `Html`, and may be placed in any other; every plain string is text, and is escaped.
"""

from undertone.pages.balance import balance_svg
from undertone.pages.bars import bars_svg
from undertone.pages.confusion import confusion_svg
from undertone.pages.curves import curves_svg
from undertone.pages.heat import heat_svg
from undertone.pages.histogram import histogram_svg
from undertone.pages.intervals import IntervalRow, intervals_svg
from undertone.pages.markup import Html, join, tag
from undertone.pages.multiples import Curve, Panel, multiples_svg
from undertone.pages.occlusion import occlusion_svg
from undertone.pages.page import page, section
from undertone.pages.palette import colour
from undertone.pages.panels import panels
from undertone.pages.parts import audio, card, code, columns, details, gallery, note, points, quote, table, tiles
from undertone.pages.reliability import reliability_svg
from undertone.pages.sounds import audio_file
from undertone.pages.spectrogram import spectrogram_svg
from undertone.pages.waveform import waveform_svg
from undertone.pages.write import write

__all__ = [
    "Curve",
    "Html",
    "IntervalRow",
    "Panel",
    "audio",
    "audio_file",
    "balance_svg",
    "bars_svg",
    "card",
    "code",
    "colour",
    "columns",
    "confusion_svg",
    "curves_svg",
    "details",
    "gallery",
    "heat_svg",
    "histogram_svg",
    "intervals_svg",
    "join",
    "multiples_svg",
    "note",
    "occlusion_svg",
    "page",
    "panels",
    "points",
    "quote",
    "reliability_svg",
    "section",
    "spectrogram_svg",
    "table",
    "tag",
    "tiles",
    "waveform_svg",
    "write",
]
