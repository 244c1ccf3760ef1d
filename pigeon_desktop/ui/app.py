"""`pigeon-desktop`: opens the window."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from pigeon_desktop import __version__
from pigeon_desktop.photos import DECODER
from pigeon_desktop.resources import resource
from pigeon_desktop.ui.look import text_size
from pigeon_desktop.ui.settings import language

SWITCH_S = 0.0005
"""How long a busy worker may keep Python from the window's thread (5 ms by Python's default)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window on the photos and folders that were named; returns the exit status."""
    if argv is None and sys.argv[1:] == [DECODER]:
        from pigeon_desktop.photos.decoder import serve

        serve()
    since = time.perf_counter()
    parser = argparse.ArgumentParser(prog="pigeon-desktop", description="Offline photo geolocation.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="photographs or folders to locate")
    parser.add_argument("--case", type=Path, metavar="FOLDER", help="the case to open")
    parser.add_argument("--pack", default="default", help="the pack to locate with (default: %(default)s)")
    parser.add_argument(
        "--check", action="store_true", help="open the window, wait for the model, say how long both took, and close"
    )
    parser.add_argument("--version", action="version", version=f"Pigeon Desktop {__version__}")
    arguments = parser.parse_args(argv)

    app = make_application()
    settings = QSettings("pigeon-desktop", "pigeon-desktop")
    language.install(app, str(settings.value("language", "system")))
    # Imported when the command line is known to be right.
    from pigeon_desktop.ui.window import MainWindow

    window = MainWindow(arguments.pack, settings, arguments.case)
    window.locating.ready.connect(leave_out_what_is_loaded)
    if arguments.check:
        from pigeon_desktop.ui.check import Check

        check = Check(window, since)
        window.show()
        app.exec()
        if check.failed:
            print(check.failed, file=sys.stderr)
        return 1 if check.failed else 0
    window.show()
    if arguments.paths:
        QTimer.singleShot(0, window, lambda: window.add([path.absolute() for path in arguments.paths]))
    return app.exec()


def leave_out_what_is_loaded() -> None:
    """Let Python's search for reference cycles pass over all that lives now: the atlas, the map and the model.

    It looks at everything else at its own times, and nothing else runs meanwhile: with them for a tenth of a second.
    """
    gc.freeze()


def make_application() -> QApplication:
    """The one QApplication, with its name and icon."""
    sys.setswitchinterval(SWITCH_S)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["pigeon-desktop"])
    app.setApplicationName("pigeon-desktop")
    app.setApplicationDisplayName("Pigeon Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("pigeon-desktop")
    app.setStyle("Fusion")  # the same everywhere: the style sheet is drawn upon it
    text_size.begin(app)
    app.setWindowIcon(QIcon(str(resource("icons", "pigeon.svg"))))
    return app


if __name__ == "__main__":
    sys.exit(main())
