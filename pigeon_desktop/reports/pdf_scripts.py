"""Scripts that run from right to left, for a page on which each character is drawn where it is put.

Arabic letters join by characters of their own (Unicode's presentation forms), which the program's font has; other
scripts whose letters change with their neighbours are left as they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

Form = Literal["isolated", "initial", "medial", "final"]
LAM = "\u0644"
RUNS_LEFT = ("R", "AL", "AN")
MIRRORED = dict(zip("([{<«‹)]}>»›", ")]}>»›([{<«‹", strict=True))


def in_order(line: str) -> str:
    """A line as its characters stand from left to right, where some are of a script that runs the other way."""
    if not any(unicodedata.bidirectional(c) in RUNS_LEFT for c in line):
        return line
    # Names among words of this report: the line as a whole runs from left to right.
    characters = BidiParagraph(text=line, base_direction=TextDirection.LTR).get_reordered_characters()
    return "".join(MIRRORED.get(c.character, c.character) if c.embedding_level % 2 else c.character for c in characters)


@cache
def _forms() -> dict[tuple[str, Form], str]:
    """The presentation form of a letter, or of lam with alef, by the letters and the form."""
    forms: dict[tuple[str, Form], str] = {}
    for point in (*range(0xFB50, 0xFDFC), *range(0xFE70, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(point)).split(" ")
        text = "".join(chr(int(letter, 16)) for letter in letters)
        for form in ("isolated", "initial", "medial", "final"):
            if kind == f"<{form}>" and (len(text) == 1 or (len(text) == 2 and text[0] == LAM)):
                forms.setdefault((text, form), chr(point))
    return forms


def joined(text: str, drawable: Callable[[str], bool]) -> str:
    """`text`, in the order in which it is read, with Arabic letters in the forms by which they join."""
    if not any(unicodedata.bidirectional(c) == "AL" for c in text):
        return text
    forms = _forms()
    # Vowel signs stand above letters and do not part them.
    letters = [i for i, c in enumerate(text) if not unicodedata.combining(c)]
    out, before = list(text), ""
    for n, i in enumerate(letters):
        if not out[i]:
            continue
        after = text[letters[n + 1]] if n + 1 < len(letters) else ""
        back = (before, "initial") in forms and (text[i], "final") in forms
        letter, at = text[i], n + 1
        if letter == LAM and (LAM + after, "isolated") in forms:
            # Lam and alef are one letter, which joins like the alef: to the one before alone.
            letter, at = LAM + after, n + 2
        on = (letter, "initial") in forms and (after, "final") in forms
        form: Form = ("medial" if on else "final") if back else ("initial" if on else "isolated")
        shape = forms.get((letter, form), "")
        if shape and drawable(shape):
            out[i] = shape
            for taken in letters[n + 1 : at]:
                out[taken] = ""
        before = letter[-1]
    return "".join(out)
