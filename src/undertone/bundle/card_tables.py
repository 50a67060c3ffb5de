"""What a card says, as sentences and rows of words: the same in Markdown and in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from undertone.bundle.card import Card
from undertone.corpora.protocols import described

Rows = list[list[str]]
DATA_HEAD = ["corpus", "clips", "speakers", "licence", "credit"]
FIGURES_HEAD = ["protocol", "UAR %, 95 % interval", "accuracy %", "clips", "speakers", "new voices"]
GROUPS_HEAD = ["group", "clips", "UAR %", "accuracy %"]
COVERAGE_HEAD = ["answered %", "unknown below", "UAR %", "accuracy %"]
#: Shares of clips that a table shows of a finer curve.
SHOWN = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)

DUTY = (
    "In the EU, whoever uses this model must tell the people whom it hears that it is at work (AI Act, Regulation (EU) "
    "2024/1689, Art. 50(3), since 2 August 2026), and needs a legal ground for handling their voices (GDPR). Show them "
    "these words, or others as clear:"
)


def notice(card: Card, labels: Sequence[str]) -> str:
    """Write what people must be shown where the model listens."""
    figure = card.honest
    share = (
        f"Of 100 clips of people whom it had not met it named about {round(100 * figure['accuracy'])} right. "
        if figure
        else ""
    )
    return (
        "A program here listens to voices and estimates how they sound: "
        f"{', '.join(labels)}. It is often wrong, and it cannot know what you feel. {share}"
        "You may ask who runs it, what is kept and for how long, and you may ask not to be listened to: "
        "[name and address of who runs it]."
    )


def not_for_sale(card: Card) -> str:
    """Say which licences forbid commercial use; empty if none does.

    Examples
    --------
    >>> from undertone.bundle.card import DataUsed
    >>> not_for_sale(Card("mine", "", (DataUsed("tess", "CC-BY-NC-ND-4.0", "", 2800, 2),)))
    'not for commercial use: it learned from tess (CC-BY-NC-ND-4.0)'
    """
    named = ", ".join(f"{used.corpus} ({used.licence})" for used in card.non_commercial)
    return f"not for commercial use: it learned from {named}" if named else ""


def voice_words(card: Card) -> list[str]:
    """Say of a personal bundle what made it so; empty of a general one.

    Examples
    --------
    >>> told = {"clips": 40, "seconds": 121.5, "labelled": False, "changed": 0.25}
    >>> for words in voice_words(Card("mine", "", (), recipe={"adapted": told})):
    ...     print(words)
    Adapted to one voice by 40 clips of it (122 s), without labels; whose voice it is, is not kept.
    Of these clips 25 % are answered otherwise than by the general bundle.
    The figures on this card are the general bundle's, on voices that it had not met.
    """
    told = card.adapted
    if told is None:
        return []
    labels = "with labels" if told["labelled"] else "without labels"
    words = [
        f"Adapted to one voice by {told['clips']} clips of it ({told['seconds']:.0f} s), {labels}; "
        "whose voice it is, is not kept.",
        f"Of these clips {100 * told['changed']:.0f} % are answered otherwise than by the general bundle.",
    ]
    if "gain" in told:
        gain, low, high = (100 * value for value in told["gain"])
        words.append(
            f"UAR on them went from {percent(told['uar_before'])} % to {percent(told['uar_after'])} %: "
            f"{gain:+.1f} points (95 %: {low:+.1f} to {high:+.1f}), each clip answered by an adaptation without it."
        )
    return [*words, "The figures on this card are the general bundle's, on voices that it had not met."]


def data_rows(card: Card) -> Rows:
    """One row a corpus."""
    return [
        [
            d.corpus,
            str(d.clips),
            str(d.speakers),
            d.licence + (", NON-COMMERCIAL" if d.non_commercial else ""),
            d.credit,
        ]
        for d in card.data
    ]


def figure_rows(card: Card) -> Rows:
    """One row a protocol."""
    return [
        [
            figure["protocol"],
            f"{percent(figure['uar'])} ({percent(figure['uar_low'])} to {percent(figure['uar_high'])})",
            percent(figure["accuracy"]),
            str(figure.get("clips", "")),
            str(figure.get("speakers", "")),
            "yes" if figure["honest"] else f"NO: {figure['why']}",
        ]
        for figure in card.figures
    ]


def protocol_words(card: Card) -> list[str]:
    """Say of each protocol that has a frozen name what it does."""
    told = {figure["protocol"]: described(figure["protocol"]) for figure in card.figures}
    return [f"{name}: {words}" for name, words in told.items() if words]


def group_rows(figure: dict[str, Any]) -> Rows:
    """One row a sex and a speaker, the worst speaker named first."""
    speakers, sexes = figure.get("per_speaker", ()), figure.get("per_sex", ())
    worst = min(speakers, key=lambda group: group["uar"], default=None)
    named = [(f"worst speaker ({worst['name']})", worst)] if worst and len(speakers) > 1 else []
    named += [(group["name"], group) for group in sexes]
    named += [(f"speaker {group['name']}", group) for group in speakers]
    return [[name, str(g["clips"]), percent(g["uar"]), percent(g["accuracy"])] for name, g in named]


def recalls_of(figure: dict[str, Any]) -> dict[str, float]:
    """Return the recall of each class that occurs, the best first."""
    pairs = zip(figure.get("labels", ()), figure.get("recalls", ()), strict=True)
    found = [(label, recall) for label, recall in pairs if recall is not None]
    return dict(sorted(found, key=lambda pair: -pair[1]))


def weak_points(figure: dict[str, Any]) -> list[str]:
    """Name the weakest class and speaker, and how far the sexes lie apart."""
    told, recalls = [], recalls_of(figure)
    if len(recalls) > 1:
        label = min(recalls, key=recalls.__getitem__)
        told.append(f"Weakest class: {label}, of which {percent(recalls[label])} % are recognised.")
    speakers, sexes = figure.get("per_speaker", ()), figure.get("per_sex", ())
    if len(speakers) > 1:
        worst, best = (pick(speakers, key=lambda group: group["uar"]) for pick in (min, max))
        told.append(
            f"Speakers run from {percent(worst['uar'])} % UAR ({worst['name']}) to {percent(best['uar'])} % "
            f"({best['name']})."
        )
    if len(sexes) == 2:
        low, high = sorted(sexes, key=lambda group: float(group["uar"]))
        told.append(
            f"Sexes: {high['name']} {percent(high['uar'])} % UAR, {low['name']} {percent(low['uar'])} %; "
            f"{100 * (high['uar'] - low['uar']):.1f} points apart."
        )
    return told


def sure_words(figure: dict[str, Any]) -> list[str]:
    """Say how far scores are off, and where a share is left without a class; empty where scores are not known."""
    error = figure.get("calibration_error")
    if error is None:
        return []
    told = [f"A score is off by {percent(error)} points on average (expected calibration error, 15 bins)."]
    few = [p for p in _shown(figure) if p["classes"] < len(figure["labels"]) - len(figure["absent"])]
    if few:
        told.append(f"At {100 * few[0]['coverage']:.0f} % answered, a class has no clip left: the UAR is over fewer.")
    return told


def coverage_rows(figure: dict[str, Any]) -> Rows:
    """One row a share of clips that are answered, the surest first."""
    return [
        [f"{100 * p['coverage']:.0f}", f"{p['threshold']:.2f}", percent(p["uar"]), percent(p["accuracy"])]
        for p in _shown(figure)
    ]


def _shown(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the point of the curve that is nearest to each share that is shown."""
    curve = figure.get("coverage", ())
    nearest = [min(curve, key=lambda p: abs(p["coverage"] - share)) for share in SHOWN if curve]
    return [point for place, point in enumerate(nearest) if point not in nearest[:place]]


def percent(share: float) -> str:
    """Write a share as per cent with one decimal."""
    return f"{100 * share:.1f}"
