"""The program's icon in the form that each system wants, drawn from resources/icons/pigeon.svg."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

SIZES = (16, 32, 48, 64, 128, 256, 512, 1024)
"""Edges in pixels; Windows takes those up to 256."""


def pictures(drawing: Path) -> dict[int, bytes]:
    """The drawing as PNG, by the edge in pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance() or QGuiApplication(["icons"])
    renderer, drawn = QSvgRenderer(str(drawing)), {}
    if not renderer.isValid():
        raise SystemExit(f"{drawing}: cannot be drawn.")
    for edge in SIZES:
        image = QImage(edge, edge, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        drawn[edge] = bytes(buffer.data().data())
    del app
    return drawn


def write(folder: Path, drawing: Path, system: str = sys.platform) -> Path:
    """Write pigeon.ico, pigeon.icns or pigeon.png into `folder`, as the system has it; its path."""
    from PIL import Image

    images = {edge: Image.open(io.BytesIO(data)) for edge, data in pictures(drawing).items()}
    if system == "win32":
        path, small = folder / "pigeon.ico", [edge for edge in SIZES if edge <= 256]
        images[256].save(path, sizes=[(edge, edge) for edge in small], append_images=[images[edge] for edge in small])
    elif system == "darwin":
        path = folder / "pigeon.icns"
        images[1024].save(path, append_images=[image for edge, image in images.items() if edge < 1024])
    else:
        path = folder / "pigeon.png"
        images[256].save(path)
    return path


def version_resource(folder: Path, program: str, version: str) -> Path:
    """Write what Windows shows of a program under Properties; its path."""
    numbers = tuple(int(part) for part in (version.split("+")[0].split(".") + ["0"] * 4)[:4] if part.isdigit())
    numbers += (0,) * (4 - len(numbers))
    texts = {
        "CompanyName": "Pigeon Desktop",
        "FileDescription": "Pigeon Desktop" if program == "pigeon-desktop" else "Pigeon Desktop, command line",
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": "MIT licence",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "Pigeon Desktop",
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in texts.items())
    path = folder / f"{program}.version"
    path.write_text(
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, OS=0x40004, fileType=1),\n"
        f" kids=[StringFileInfo([StringTable('040904B0', [{strings}])]),\n"
        "  VarFileInfo([VarStruct('Translation', [0x409, 1200])])])\n",
        encoding="utf-8",
    )
    return path


if __name__ == "__main__":
    root = Path(__file__).parents[1]
    print(write(Path(sys.argv[1]), root / "resources" / "icons" / "pigeon.svg", *sys.argv[2:3]))
