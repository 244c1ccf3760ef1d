"""The window in German and Spanish: nothing is left to be translated, cut off, or left behind."""

from __future__ import annotations

import importlib.util
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QSettings, QTranslator
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from pigeon_desktop.cases.fusing import _warnings
from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.engine.prompts import TOP_SETS, measured, prompt_set
from pigeon_desktop.packs.store import open_pack
from pigeon_desktop.reports.verdicts import headline
from pigeon_desktop.resources import resource
from pigeon_desktop.ui import places
from pigeon_desktop.ui.answers import said
from pigeon_desktop.ui.app import make_application
from pigeon_desktop.ui.case.session import SHOWN
from pigeon_desktop.ui.look.numbers import amount, percent
from pigeon_desktop.ui.look.theme import PANEL
from pigeon_desktop.ui.map.furniture import TICKS, tick_label
from pigeon_desktop.ui.map.measure import length
from pigeon_desktop.ui.map.points import times
from pigeon_desktop.ui.settings import language
from pigeon_desktop.ui.settings.preferences import SettingsDialog
from pigeon_desktop.ui.window import MainWindow
from tests.ui.conftest import OpenWindow

FOLDER = resource("i18n")


def _make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_i18n", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make = _make()


@pytest.fixture(params=make.LANGUAGES)
def code(request: pytest.FixtureRequest) -> str:
    """Each language that the window is translated into."""
    return str(request.param)


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Callable[[str], str]]:
    """Takes a language; afterwards it is English again, with nothing left behind."""
    yield lambda wanted: language.install(qapp, wanted)
    language.install(qapp, "en")
    QApplication.sendPostedEvents(None, 0)
    assert language.current() == "en"
    assert qapp.translate("Menus", "Help") == "Help"


# -- the files


def test_every_text_is_translated(code) -> None:
    """After a change of texts: `python resources/i18n/make.py`, translate what it names, and again."""
    said, found = make.translations(FOLDER / f"{code}.ts"), make.texts()
    assert len(found) > 300
    assert [text for text in found if not said.get(text)] == []
    assert [text for text in said if text not in found] == []


def test_the_languages_are_those_that_can_be_chosen() -> None:
    assert {"en", *make.LANGUAGES} == set(language.LANGUAGES)


def test_what_is_filled_in_is_the_same(code) -> None:
    """Each placeholder with its format, in any order; line ends and the kinds of file as well."""

    def filled(text: str) -> list[tuple[str, str]]:
        return sorted((name, form or "") for _, name, form, _ in string.Formatter().parse(text) if name is not None)

    for (_, source), words in make.translations(FOLDER / f"{code}.ts").items():
        assert filled(words) == filled(source), words
        for mark in ("\n", "(*", ";;", "…"):
            assert words.count(mark) == source.count(mark), words
        assert (words[0].isspace(), words[-1].isspace()) == (source[0].isspace(), source[-1].isspace()), words


def test_the_compiled_files_are_those_of_the_sources(code) -> None:
    translator = QTranslator()
    assert translator.load(code, str(FOLDER))
    for (context, source), words in make.translations(FOLDER / f"{code}.ts").items():
        assert translator.translate(context, source) == words, "run resources/i18n/make.py"


def test_texts_are_found_in_classes_and_in_functions() -> None:
    found = make.texts()
    assert {("Menus", "Help"), ("Preferences", "Language"), ("Heat", "in the middle"), ("Places", "at sea")} <= set(
        found
    )


@pytest.mark.parametrize("line", ['self.tr("a" + b)', 'self.tr(f"{b} photos")', 'other.tr("Map")', 'tr("Map")'])
def test_texts_that_cannot_be_found_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (tmp_path / "wrong.py").write_text(f"class Window:\n    def show(self, b):\n        {line}\n", "utf-8")
    monkeypatch.setattr(make, "WINDOW", tmp_path)
    with pytest.raises(ValueError, match=r"wrong.py:3"):
        make.texts()


# -- taking a language


@pytest.mark.parametrize(
    ("wanted", "desktop", "taken"),
    [
        ("de", ["es-ES"], "de"),
        ("en", ["de-DE"], "en"),
        ("la", ["de-DE"], "en"),
        ("system", ["es-MX", "es"], "es"),
        ("system", ["fr-FR", "fr", "de-CH", "en"], "de"),
        ("system", ["fr-FR"], "en"),
        ("system", [], "en"),
    ],
)
def test_which_language_is_taken(speak, monkeypatch: pytest.MonkeyPatch, wanted, desktop, taken) -> None:
    monkeypatch.setattr(QLocale, "uiLanguages", lambda self: desktop)
    assert speak(wanted) == language.current() == taken


def test_an_application_alone_is_english(speak, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QLocale, "uiLanguages", lambda self: ["de-DE"])
    make_application()
    assert language.current() == "en"


def test_places_in_the_language(speak, portugal: Prediction) -> None:
    first = portugal.candidates[0].place
    stored = ("Bavaria, Germany · 12 km from Bayreuth", "at sea · 80 km from Suva", "Munich, Germany", "", "the garden")
    assert tuple(map(places.rewritten, stored)) == stored
    assert places.written(first) == str(first)
    speak("de")
    assert tuple(map(places.rewritten, stored)) == (
        *("Bayern, Deutschland · 12 km von Bayreuth", "auf See · 80 km von Suva", "Munich, Deutschland"),
        *("", "the garden"),
    )
    speak("es")
    assert places.rewritten(stored[0]) == "Baviera, Alemania · a 12 km de Bayreuth"
    assert places.named("DE", "Germany") == "Alemania"
    assert places.named("DE-BY", "Bavaria") == "Baviera"
    assert places.named("48.1,11.6,20", "Munich") == "Munich"


def test_what_the_engine_says_is_known(speak, cells: GeocellSet) -> None:
    """Its sentences as it says them now: one that it words anew is shown in English, and found here."""
    belief = Belief(cells, np.full(len(cells), 1 / len(cells)))
    disagreeing = [SimpleNamespace(stance="disagrees")] * 3
    manifest = open_pack("default").manifest
    fusion = SimpleNamespace(within_km=25.0, votes=2, implausible=True, agreements=disagreeing)
    words = [
        Calibration(least_certainty=1.0).abstains(belief),
        measured("countries", manifest.evaluation),
        *_warnings(fusion, ["a.jpg", "b.jpg", "c.jpg"]),  # type: ignore[arg-type]
        headline(Verdict("rejected")),
        headline(Verdict("confirmed", 38.7, -9.1, 2, "Bavaria, Germany · 12 km from Bayreuth")),
        headline(Verdict("confirmed", 38.7, -9.1, None, "Lisbon, Portugal")),
    ]
    assert [said.said(line) for line in words] == words
    speak("de")
    german = [said.said(line) for line in words]
    assert [line for line, was in zip(german, words, strict=True) if line == was] == []
    assert german[-2] == "Bestätigt: Bayern, Deutschland · 12 km von Bayreuth (Kandidat 2), 38.70000° N, 9.10000° W"
    assert said.said("nobody: says this") == "nobody: says this"


def test_captions_have_names_in_the_language(speak) -> None:
    atlas = load_atlas()
    prompts = {key: prompt_set(key, atlas).prompts for key in (*TOP_SETS, "regions:DE")}
    speak("de")
    for key in ("continents", "world-regions", "climate", "driving-side", "surroundings"):
        assert {prompt.name for prompt in prompts[key]} <= set(said.NAMES)
    assert [said.prompt_name(p) for p in prompts["climate"]] == ["tropische Zone", "gemäßigte Zone", "polare Zone"]
    assert {"Deutschland", "Spanien"} <= {said.prompt_name(prompt) for prompt in prompts["countries"]}
    assert "Bayern" in {said.prompt_name(prompt) for prompt in prompts["regions:DE"]}
    assert [said.set_title(title) for title in ("Countries", "Germany", "x")] == ["Länder", "Deutschland", "x"]


# -- the window


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo that is none of anything."""
    Image.new("RGB", (64, 48), "red").save(tmp_path / "a.jpg")
    return tmp_path / "a.jpg"


@pytest.fixture
def window(speak, code: str, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window in each language, with its map and without a model."""
    monkeypatch.setenv("PIGEON_DATA", str(tmp_path / "data"))
    speak(code)
    return open_window(map_done=True)


def test_numbers_are_written_as_in_the_language(speak) -> None:
    seen = (
        amount(5000),
        amount(1234567.8, 1),
        percent(0.0417),
        percent(0.0002),
        length(1587.2),
        length(8.2),
        times(3400),
    )
    assert seen == ("5,000", "1,234,567.8", "4.2 %", "< 0.1 %", "1,587 km", "8.2 km", "×3.4k")
    for code in ("de", "es"):
        speak(code)
        seen = amount(5000), amount(1234567.8, 1), percent(0.0417), percent(0.0002), length(1587.2), length(8.2)
        assert seen == ("5.000", "1.234.567,8", "4,2 %", "< 0,1 %", "1.587 km", "8,2 km")
        assert times(3400) == "×3,4k"
        assert [tick_label(tick) for tick in TICKS] == ["0,1 %", "1 %", "10 %", "50 %"]
    speak("de")
    load_atlas()
    assert places.rewritten("at sea · 1,234 km from Suva") == "auf See · 1.234 km von Suva"
    near = "Assumed, not found out: all 1,200 photographs were taken within 0.5 km of one place."
    assert "1.200" in said.said(near)
    assert "0,5 km" in said.said(near)
    weak = '"Search within PT" removed 7.5 % of the probability.'
    assert "7,5 %" in said.said(weak)
    at = "Confirmed: Lisbon, Portugal (candidate 1), 38.7200, -9.1400"
    assert "38.7200, -9.1400" in said.said(at)


def test_no_number_is_written_past_the_language() -> None:
    """In the window's texts; filters, style sheets and what a terminal is told keep the point."""
    ui = Path(places.__file__).parent
    written = re.compile(r"""\{[^{}"']*:(,[^{}]*|\.\df|g)\}""")
    found = {path.name for path in ui.rglob("*.py") if written.search(path.read_text("utf-8").replace("{{", ""))}
    assert found == {"check.py", "drawing.py", "furniture.py", "theme.py"}


def test_the_window_speaks_it(window: MainWindow, code: str, qtbot: QtBot, located, photo: Path) -> None:
    german = code == "de"
    menus = [action.text() for action in window.menuBar().actions()]
    assert menus[:2] == (["Fotos", "Fall"] if german else ["Fotos", "Caso"])
    assert window.bar.paste.text().strip() == ("Einfügen" if german else "Pegar")
    assert window.bar.export.text().strip() == ("Exportieren ▾" if german else "Exportar ▾")
    window.add([photo])
    qtbot.waitUntil(lambda: len(window.session) == 1)
    located(window, photo)
    window.list.select(0)
    country = "Neuseeland" if german else "Nueva Zelanda"
    shown = [row.title for row in window.candidates.model.rows]
    assert any(title.endswith(country) for title in shown), shown
    assert shown[-1] == ("Anderswo" if german else "En otra parte")
    window.list.search.setText("portugal")
    assert window.list.model.numbers == [0]
    assert window.list.model.describe(0).startswith("Lisbon, Portugal")


def test_settings_and_dialogs_speak_it(window: MainWindow, code: str, settings: QSettings) -> None:
    window.preferences.ask()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    field = dialog.fields["language"]
    assert isinstance(field, QComboBox)
    assert field.accessibleName() == ("Sprache" if code == "de" else "Idioma")
    assert [field.itemText(i) for i in range(1, 4)] == ["English", "Deutsch", "Español"]
    field.setCurrentIndex(field.findData("es"))
    dialog.accept()
    assert settings.value("language") == "es"
    # Qt's own: of the buttons of dialogs, where Qt has brought its translations.
    assert window.tr("Help") == "Help"
    assert QApplication.translate("QPlatformTheme", "Cancel") in ("Abbrechen", "Cancelar", "Cancel")


def test_nothing_is_cut_off(window: MainWindow, code: str) -> None:
    window.resize(1280, 800)
    window.left.setCurrentWidget(window.list)
    QApplication.processEvents()
    extension = window.bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert extension is None or not extension.isVisible()
    for button in (b for b in window.bar.findChildren(QToolButton) if b is not extension and b.isVisible()):
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.geometry().right() <= window.bar.width(), button.text()
    photo = window.photo
    photo.offer(1)
    photo.toggle.setChecked(True)
    for words in (photo.closer.text(), photo.tr("Stop ({done} of {total})").format(done=65, total=65)):
        photo.closer.setText(words)
        photo._lay_out()
        assert photo.closer.geometry().right() <= photo.width(), words
    photo.toggle.setChecked(False)
    remedies = window.remedies.bar
    remedies.show_for(failed=True, others=1200, gone=True, answered=True)
    QApplication.processEvents()
    for button in (*window.candidates.verdict.buttons, remedies.again, remedies.again_all, remedies.folder):
        assert button.sizeHint().width() <= window.answers.width() - 2 * PANEL, button.text()
    legend = window.map.furniture.legend  # type: ignore[union-attr]
    font = legend.font()
    font.setPixelSize(11)
    for words in (window.map.tr("Probability of one cell"), window.asking.tr("Probability of the caption")):  # type: ignore[union-attr]
        assert QFontMetrics(font).horizontalAdvance(words) <= 208, words
    order, metrics = window.list.order, QFontMetrics(window.list.order.font())
    for words in map(order.itemText, range(order.count())):
        assert metrics.horizontalAdvance(words) <= order.width() - 46, words  # its margins and its arrow
    for words in map(window.list.filter.itemText, range(len(SHOWN))):
        assert metrics.horizontalAdvance(words) <= metrics.horizontalAdvance("None of these · 000"), words
    below = (window.prompts.back, window.prompts.inside, window.prompts.within)
    assert sum(button.sizeHint().width() + 6 for button in below) + 28 <= window.answers.width()
