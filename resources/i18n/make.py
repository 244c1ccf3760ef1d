"""Makes the window's translations anew: `python resources/i18n/make.py`, with the program installed.

What is to be translated is read from the sources of the window and written into a `.ts` for each language, which Qt
Linguist and any editor open. What was translated stays, what is new is marked "unfinished", what is gone goes. Then
Qt's lrelease makes of it the `.qm` that the program reads.

Not by pyside6-lupdate: it takes a text's context from the class around it, and some texts stand in functions.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
WINDOW = HERE.parents[1] / "pigeon_desktop" / "ui"
LANGUAGES = ("de", "es")
GIVEN = {"options.py": "Preferences"}
"""Modules whose functions are given a `tr`, and the class that it comes from: where Qt looks for their texts."""

Text = tuple[str, str]
"""A context, which is the class that the text is asked of, and the text itself in English."""


def texts() -> dict[Text, str]:
    """All texts of the window, with the module that each first stands in.

    Raises:
        ValueError: a text is put together where it is asked for, or its context cannot be told.
    """
    found: dict[Text, str] = {}
    for path in sorted(WINDOW.rglob("*.py")):
        for text in _texts_of(path):
            found.setdefault(text, path.name)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], item[1])))


def _texts_of(path: Path) -> Iterator[Text]:
    tree = ast.parse(path.read_text("utf-8"))
    aliases = dict(_aliases(tree))
    if path.name in GIVEN:
        aliases["tr"] = GIVEN[path.name]

    def walk(node: ast.AST, context: str) -> Iterator[Text]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                name, where = ast.unparse(child.func), ""
                if name.endswith(".tr"):
                    where = context if name == "self.tr" else "?"
                elif name in ("tr", "_tr"):
                    where = aliases.get(name, "?")
                elif name == "QT_TRANSLATE_NOOP":
                    yield ast.literal_eval(child.args[0]), ast.literal_eval(child.args[1])
                if where:
                    text = child.args[0] if len(child.args) == 1 and not child.keywords else None
                    if where == "?" or not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                        raise ValueError(f"{path.name}:{child.lineno}: not a text of one class, written out")
                    yield where, text.value
            yield from walk(child, child.name if isinstance(child, ast.ClassDef) else context)

    yield from walk(tree, "?")


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions of a module that only translate, and in which context."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Return):
            call = node.body[-1].value
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "QCoreApplication.translate":
                yield node.name, ast.literal_eval(call.args[0])


def translations(path: Path) -> dict[Text, str]:
    """What a `.ts` says of each text; "" where it is not finished."""
    said = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None
            words = (translation.text or "") if translation is not None and done else ""
            said[context.findtext("name", ""), message.findtext("source", "")] = words
    return said


def written(language: str, found: dict[Text, str], said: dict[Text, str]) -> str:
    """The `.ts` of a language."""
    contexts = defaultdict(list)
    for (context, source), module in found.items():
        words = said.get((context, source), "")
        done = "<translation>" if words else '<translation type="unfinished">'
        contexts[context] += [
            "    <message>",
            f'        <location filename="../../pigeon_desktop/ui/{module}"/>',
            f"        <source>{escape(source)}</source>",
            f"        {done}{escape(words)}</translation>",
            "    </message>",
        ]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context, messages in contexts.items():
        lines += ["<context>", f"    <name>{context}</name>", *messages, "</context>"]
    return "\n".join([*lines, "</TS>", ""])


def released(source: Path, target: Path) -> None:
    """Make a `.qm` of a `.ts`."""
    import PySide6

    tool = Path(PySide6.__file__).parent / "lrelease"
    subprocess.run([tool, "-silent", source, "-qm", target], check=True)


def main() -> int:
    """Make all files; the exit status is 1 while something is to be translated."""
    found, missing = texts(), 0
    for language in LANGUAGES:
        path = HERE / f"{language}.ts"
        said = translations(path) if path.exists() else {}
        path.write_text(written(language, found, said), "utf-8")
        released(path, path.with_suffix(".qm"))
        for context, source in found:
            if not said.get((context, source)):
                missing += 1
                print(f"{path.name}: {context}: {source}", file=sys.stderr)
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main())
