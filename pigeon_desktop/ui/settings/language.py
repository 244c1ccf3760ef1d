"""The language of the window: which there are, and how one is taken."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from pigeon_desktop.resources import resource

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch", "es": "Español"}
"""What each is called by those who speak it. The atlas has names in these."""
_OURS = "language"
"""The name of what is kept at the application: the code of its language, and the translators."""


def install(app: QCoreApplication, language: str) -> str:
    """Have what is made from now on in this language, "system" for that of the desktop; returns the one that is taken.

    A language that there is none of is English.
    """
    for before in app.findChildren(QTranslator, _OURS):
        app.removeTranslator(before)
        before.deleteLater()
    code = _of_the_system() if language == "system" else language
    code = code if code in LANGUAGES else ENGLISH
    app.setProperty(_OURS, code)
    if code != ENGLISH:
        # Qt's own are for the buttons of its dialogs. The last one is asked first.
        for name, folder in (
            (f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
            (code, str(resource("i18n"))),
        ):
            translator = QTranslator(app)
            translator.setObjectName(_OURS)
            if translator.load(name, folder):
                app.installTranslator(translator)
    return code


def current() -> str:
    """The code of the window's language."""
    app = QCoreApplication.instance()
    return str(app.property(_OURS) or ENGLISH) if app is not None else ENGLISH


def _of_the_system() -> str:
    """The first language that the desktop wants and the program has."""
    wanted = (name.split("-")[0] for name in QLocale.system().uiLanguages())
    return next((code for code in wanted if code in LANGUAGES), ENGLISH)
