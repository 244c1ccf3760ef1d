"""What the engine says, in the window's language: it is kept in English, and translated where it is shown."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from pigeon_desktop.ui import places
from pigeon_desktop.ui.look import numbers
from pigeon_desktop.ui.settings.language import ENGLISH, current

if TYPE_CHECKING:  # pulls in the model's runtime: the window shows before that
    from pigeon_desktop.engine.prompts import Prompt

SENTENCES: tuple[str, ...] = tuple(
    map(
        str,
        (
            QT_TRANSLATE_NOOP(
                "Said",
                "The picture fits several parts of the world about equally well "
                "(certainty {certainty}, below {least}).",
            ),
            QT_TRANSLATE_NOOP(
                "Said",
                "Together they fit several parts of the world about equally well "
                "(certainty {certainty}, below {least}).",
            ),
            QT_TRANSLATE_NOOP("Said", '"Search within {where}" removed {share} of the probability.'),
            QT_TRANSLATE_NOOP("Said", "{path}: the filter leaves no probability anywhere. Search within more."),
            QT_TRANSLATE_NOOP("Said", "damaged: part of the picture may be missing or wrong ({damage})"),
            QT_TRANSLATE_NOOP("Said", "orientation: unknown, it may lie on its side (damaged EXIF: {damage})"),
            QT_TRANSLATE_NOOP("Said", "colours: may be wrong, for the file does not say how its four inks are stored"),
            QT_TRANSLATE_NOOP("Said", "small: {width} × {height} pixels show too little for more than a guess"),
            QT_TRANSLATE_NOOP(
                "Said",
                "Measured at places not seen before: the first was right for {right} % of photographs "
                "(always naming the commonest: {commonest} %).",
            ),
            QT_TRANSLATE_NOOP(
                "Said", "Assumed, not found out: all {count} photographs were taken within {km} km of one place."
            ),
            QT_TRANSLATE_NOOP("Said", "{count} photographs, {votes} different ones: near-duplicates share one vote."),
            QT_TRANSLATE_NOOP(
                "Said", "These photographs do not look like one place: the assumption is probably wrong."
            ),
            QT_TRANSLATE_NOOP("Said", "Not in agreement with the others: {names}."),
            QT_TRANSLATE_NOOP("Said", "Confirmed: {place} (candidate {rank}), {at}"),
            QT_TRANSLATE_NOOP("Said", "Confirmed: {place} (the analyst's own coordinate), {at}"),
            QT_TRANSLATE_NOOP("Said", "Rejected: at none of the candidates"),
            QT_TRANSLATE_NOOP("Said", "outside what the text tower has seen"),
            QT_TRANSLATE_NOOP("Said", "not in Latin letters; the text tower learnt from English"),
            QT_TRANSLATE_NOOP(
                "Said",
                "CUDA was asked for; this build of ONNX Runtime has no CUDA provider: "
                "onnxruntime-gpu is not installed.",
            ),
            QT_TRANSLATE_NOOP(
                "Said",
                "CoreML was asked for; this build of ONNX Runtime has no CoreML provider: only that for macOS has it.",
            ),
            QT_TRANSLATE_NOOP(
                "Said", "{device} did not start: NVIDIA's driver is not installed ({library} cannot be loaded)."
            ),
            QT_TRANSLATE_NOOP("Said", "{device} did not start: {library} cannot be loaded."),
            QT_TRANSLATE_NOOP("Said", "{device} did not start: the driver finds no NVIDIA GPU."),
            QT_TRANSLATE_NOOP("Said", "{device} did not start: the driver answers with error {code}."),
            QT_TRANSLATE_NOOP("Said", "{device} did not start: its libraries and its driver are there, yet it fails."),
            QT_TRANSLATE_NOOP(
                "Said", "{device} did not start: its libraries and its driver are there, yet it fails ({why})."
            ),
            QT_TRANSLATE_NOOP("Said", "{device} did not start: ONNX Runtime does not say why."),
            QT_TRANSLATE_NOOP("Said", "{device} did not start: ONNX Runtime says: {why}."),
            QT_TRANSLATE_NOOP("Said", "{device} fails ({why}). Going on with {other}."),
            QT_TRANSLATE_NOOP(
                "Said",
                "{device} has failed ({why}). What was found is kept. Run it again; if it fails again, choose the CPU.",
            ),
            QT_TRANSLATE_NOOP(
                "Said",
                "The package onnx is not installed. Install pigeon-desktop[gpu] again. Going on with {other}.",
            ),
            QT_TRANSLATE_NOOP("Said", "{device} computes wrong numbers (cosine of {cosines}). Going on with {other}."),
            QT_TRANSLATE_NOOP("Said", "This processor lacks fast exact int8 arithmetic, so the slower one is used."),
        ),
    )
)
"""With what is filled in; what is not among these is shown as it is."""
AMOUNTS = {"certainty", "least", "share", "count", "votes", "km", "right", "commonest"}
"""Of what is filled in, the numbers."""
NAMES: tuple[str, ...] = tuple(
    map(
        str,
        (
            QT_TRANSLATE_NOOP("Said", "tropical zone"),
            QT_TRANSLATE_NOOP("Said", "temperate zone"),
            QT_TRANSLATE_NOOP("Said", "polar zone"),
            QT_TRANSLATE_NOOP("Said", "on the left"),
            QT_TRANSLATE_NOOP("Said", "on the right"),
            QT_TRANSLATE_NOOP("Said", "city centre"),
            QT_TRANSLATE_NOOP("Said", "suburb"),
            QT_TRANSLATE_NOOP("Said", "village"),
            QT_TRANSLATE_NOOP("Said", "countryside"),
            QT_TRANSLATE_NOOP("Said", "wilderness"),
            QT_TRANSLATE_NOOP("Said", "Africa"),
            QT_TRANSLATE_NOOP("Said", "Antarctica"),
            QT_TRANSLATE_NOOP("Said", "Asia"),
            QT_TRANSLATE_NOOP("Said", "Europe"),
            QT_TRANSLATE_NOOP("Said", "North America"),
            QT_TRANSLATE_NOOP("Said", "Oceania"),
            QT_TRANSLATE_NOOP("Said", "South America"),
            QT_TRANSLATE_NOOP("Said", "Northern Africa"),
            QT_TRANSLATE_NOOP("Said", "Eastern Africa"),
            QT_TRANSLATE_NOOP("Said", "Middle Africa"),
            QT_TRANSLATE_NOOP("Said", "Southern Africa"),
            QT_TRANSLATE_NOOP("Said", "Western Africa"),
            QT_TRANSLATE_NOOP("Said", "Caribbean"),
            QT_TRANSLATE_NOOP("Said", "Central America"),
            QT_TRANSLATE_NOOP("Said", "Northern America"),
            QT_TRANSLATE_NOOP("Said", "Central Asia"),
            QT_TRANSLATE_NOOP("Said", "Eastern Asia"),
            QT_TRANSLATE_NOOP("Said", "South-eastern Asia"),
            QT_TRANSLATE_NOOP("Said", "Southern Asia"),
            QT_TRANSLATE_NOOP("Said", "Western Asia"),
            QT_TRANSLATE_NOOP("Said", "Eastern Europe"),
            QT_TRANSLATE_NOOP("Said", "Northern Europe"),
            QT_TRANSLATE_NOOP("Said", "Southern Europe"),
            QT_TRANSLATE_NOOP("Said", "Western Europe"),
            QT_TRANSLATE_NOOP("Said", "Australia and New Zealand"),
            QT_TRANSLATE_NOOP("Said", "Melanesia"),
            QT_TRANSLATE_NOOP("Said", "Micronesia"),
            QT_TRANSLATE_NOOP("Said", "Polynesia"),
            QT_TRANSLATE_NOOP("Said", "Continents"),
            QT_TRANSLATE_NOOP("Said", "Parts of the world"),
            QT_TRANSLATE_NOOP("Said", "Countries"),
        ),
    )
)
"""Of captions that are no country, region or town, and of sets of captions."""


def said(words: str) -> str:
    """A sentence of the engine, in the window's language if it is known."""
    if current() == ENGLISH:
        return words
    for sentence, pattern in _patterns().items():
        if found := pattern.fullmatch(words):
            filled = found.groupdict()
            if "place" in filled:
                filled["place"] = places.rewritten(filled["place"])
            filled |= {name: numbers.rewritten(filled[name]) for name in AMOUNTS & filled.keys()}
            return QCoreApplication.translate("Said", sentence).format(**filled)
    return words


def prompt_name(prompt: Prompt) -> str:
    """What a caption is called: a country or region as the atlas has it, or one of `NAMES`."""
    if current() == ENGLISH:
        return prompt.name
    if prompt.name in NAMES:
        return QCoreApplication.translate("Said", prompt.name)
    return places.named(prompt.within, prompt.name)


def set_title(title: str) -> str:
    """What a set of captions is called: one of `NAMES`, or the country that it lies in."""
    known = current() != ENGLISH and title in NAMES
    return QCoreApplication.translate("Said", title) if known else places.rewritten(title)


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        sentence: re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)
        for sentence in SENTENCES
    }
