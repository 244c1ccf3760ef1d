"""What is handed out: the wheel, the changes, the workflows, the installer's script, the bill of materials."""

from __future__ import annotations

import json
import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from PIL import Image

from pigeon_desktop import __version__

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "installers"))
sys.path.insert(0, str(ROOT / "installers" / "windows"))
import components  # noqa: E402
import contents  # noqa: E402
import make  # noqa: E402

PIGEON = ROOT / "resources" / "icons" / "pigeon.svg"


def drawn(folder: Path, system: str) -> Path:
    """The icon, drawn by a process of its own: there can be one application of Qt's in each."""
    code = (
        "import sys; from pathlib import Path; import icons\n"
        "icons.write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])"
    )
    before = set(folder.iterdir())
    subprocess.run([sys.executable, "-c", code, folder, PIGEON, system], cwd=ROOT / "installers", check=True)
    (made,) = set(folder.iterdir()) - before
    return made


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built here."""
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return zipfile.ZipFile(path)


def test_the_wheel_carries_what_the_program_reads_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {PurePosixPath(name) for name in wheel.namelist()}
    program = {PurePosixPath(p.relative_to(ROOT)) for p in (ROOT / "pigeon_desktop").rglob("*.py")}
    program |= {PurePosixPath("pigeon_desktop/packs/catalog.toml")}
    program |= {PurePosixPath(p.relative_to(ROOT)) for p in (ROOT / "pigeon_desktop").rglob("*.sql")}
    about = {name for name in names if name.parts[0].endswith(".dist-info")}
    carried = {name.relative_to("pigeon_desktop") for name in names - program - about}
    assert not program - names
    files = {PurePosixPath(p.relative_to(ROOT)) for p in (ROOT / "resources").rglob("*") if p.is_file()}
    left = {
        p for p in files if p.suffix in (".py", ".pyc", ".ts") or p.name == "README.md" or p.match("resources/*.png")
    }
    assert carried == files - left
    assert {"atlas", "fonts", "i18n", "icons", "packs"} == {p.parts[1] for p in carried if len(p.parts) > 2}
    assert {"LICENSE", "NOTICE"} <= {name.name for name in about}


def test_the_wheel_has_the_version_of_the_program(wheel: zipfile.ZipFile) -> None:
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    assert f"\nVersion: {__version__}\n" in wheel.read(metadata).decode()


def test_the_source_archive_can_do_what_a_clone_can(tmp_path: Path) -> None:
    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    shutil.unpack_archive(path, tmp_path, filter="data")
    (folder,) = (entry for entry in tmp_path.iterdir() if entry.is_dir())
    for name in ("Makefile", "build.spec", ".ci/qt-libraries", "installers/windows/pigeon.nsi", "tests/conftest.py"):
        assert (folder / name).is_file(), name
    assert (folder / ".ci" / "qt-libraries").stat().st_mode & 0o111
    resources = [p.relative_to(ROOT) for p in (ROOT / "resources").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert [p for p in resources if not (folder / p).is_file()] == []


def test_the_changes_tell_of_this_version() -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)


# The bill of materials


def needed() -> list[str]:
    """Normal names of what an installed program has beside it: its dependencies and theirs."""
    names: list[str] = []
    waiting = ["pigeon-desktop", "onnxruntime"]
    while waiting:
        name = components.normal(waiting.pop())
        # Those are left out of the bundle, see installers/contents.py.
        if name in names or name in ("huggingface-hub", "protobuf", "flatbuffers", "sympy", "coloredlogs"):
            continue
        names.append(name)
        wants = [
            need for need in distribution(name).requires or () if "extra ==" not in need and "sys_platform" not in need
        ]
        waiting += [re.split(r"[^A-Za-z0-9._-]", need)[0] for need in wants]
    return sorted(names)


def test_every_distribution_that_the_program_needs_is_listed_with_a_licence() -> None:
    found = {name: distribution(name) for name in needed()}
    assert len(found) > 10
    program = found["pigeon-desktop"]
    held = components.Collected(found, components.carried_components())
    bill = json.loads(json.dumps(components.sbom(program, held)))
    listed = {c["bom-ref"]: c["licenses"] for c in bill["components"]}
    for name, about in found.items():
        if name != "pigeon-desktop":
            (licence,) = listed[f"pkg:pypi/{name}@{about.version}"]
            assert "expression" in licence or licence["license"]["id"], name
            assert max(map(len, components.texts_of(about))) > 400, name
    text = components.third_party(program, held)
    assert all(about.metadata["Name"] in text for about in found.values())
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in text


def test_what_nobody_has_looked_at_stops_the_build(tmp_path: Path) -> None:
    unknown = tmp_path / "libstrange.so.1"
    unknown.write_bytes(b"")
    entries = [("numpy/__init__.py", str(distribution("numpy").locate_file("numpy/__init__.py")), "DATA")]
    assert "numpy" in components.collected(entries).distributions
    with pytest.raises(SystemExit, match=r"libstrange\.so\.1"):
        components.collected([*entries, ("libstrange.so.1", str(unknown), "BINARY")])


def test_notice_names_what_is_carried() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8").lower()
    for name in (
        "libheif",
        "libde265",
        "x265",
        "geos",
        "qt 6",
        "natural earth",
        "geonames",
        "dejavu",
        "minilm",
        "geoclip",
    ):
        assert name in notice, name


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/plugins/platforms/qoffscreen.dll", True),
        ("PySide6/Qt/plugins/platforms/libqwindows.dylib", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6/plugins/imageformats/qsvg.dll", True),
        ("PySide6/Qt/lib/libQt6Network.so.6", False),
        ("PySide6/Qt6Network.dll", False),
        ("PySide6/Qt/lib/QtNetwork.framework/Versions/A/QtNetwork", False),
        ("PySide6/Qt/lib/QtGui.framework/Versions/A/QtGui", True),
        ("PySide6\\Qt6Gui.dll", True),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", False),
        ("pigeon_desktop/resources/packs/default/head.xz", True),
    ],
)
def test_of_qt_only_what_is_used(path: str, wanted: bool) -> None:
    assert contents.wanted(path) is wanted


# Icons, and the installers of the systems


@pytest.mark.parametrize(
    ("system", "kind", "edge"), [("win32", "ICO", 256), ("darwin", "ICNS", 1024), ("linux", "PNG", 256)]
)
def test_icons_are_drawn_from_the_drawing(tmp_path: Path, system: str, kind: str, edge: int) -> None:
    path = drawn(tmp_path, system)
    with Image.open(path) as image:
        assert image.format == kind
        if kind == "ICO":
            assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= image.info["sizes"]
        pixels = image.convert("RGBA")
        scale = pixels.width / 64
        assert max(pixels.size) >= edge or kind == "ICNS"
        assert pixels.getpixel((round(6 * scale), round(32 * scale))) == (
            14,
            116,
            116,
            255,
        )  # the ground of the drawing
        assert pixels.getpixel((0, 0))[3] == 0


def bundle_like(folder: Path) -> Path:
    """A folder that looks like a bundle, with what is hard to write in a script."""
    for name in (
        "pigeon.exe",
        "pigeon-desktop.exe",
        "_internal/a b/file.txt",
        "_internal/über/ñ.qm",
        "_internal/x.dll",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 3000)
    return folder


def test_the_uninstaller_removes_by_name_what_was_installed(tmp_path: Path) -> None:
    install, remove = make.listings(bundle_like(tmp_path))
    assert len(re.findall('^File "', install, re.MULTILINE)) == 5
    deleted = re.findall(r'^Delete "\$INSTDIR\\(.+)"$', remove, re.MULTILINE)
    assert len(deleted) == 5
    assert "_internal\\a b\\file.txt" in deleted
    folders = re.findall(r'^RMDir "\$INSTDIR\\(.+)"$', remove, re.MULTILINE)
    assert folders[-1] == "_internal"
    assert "/r" not in remove.lower().split()


def test_the_installer_for_windows_compiles_without_a_warning(tmp_path: Path) -> None:
    if shutil.which("makensis") is None:
        pytest.skip("makensis is not installed: `apt-get install nsis`")
    bundle, out = bundle_like(tmp_path / "bundle"), tmp_path / "pigeon-desktop.exe"
    said = make.make(bundle, out, __version__, drawn(tmp_path, "win32"), compress=False)
    assert out.read_bytes()[:2] == b"MZ"
    assert out.stat().st_size > 15_000
    assert "warning" not in said.lower()


def test_the_installer_needs_no_administrator_and_takes_no_file_type() -> None:
    script = (ROOT / "installers" / "windows" / "pigeon.nsi").read_text("utf-8")
    assert "RequestExecutionLevel user" in script
    assert not re.search(r"HKLM|HKCR|Software\\Classes|SHCTX", script)
    texts: dict[str, set[str]] = {}
    for name, language in re.findall(r"^LangString (\w+) \$\{LANG_(\w+)\}", script, re.MULTILINE):
        texts.setdefault(name, set()).add(language)
    assert len(texts) > 8
    assert [name for name, languages in texts.items() if languages != {"ENGLISH", "GERMAN", "SPANISH"}] == []


def test_entitlements_are_a_property_list_without_the_network() -> None:
    given = plistlib.loads((ROOT / "installers" / "macos" / "entitlements.plist").read_bytes())
    assert all(value is True for value in given.values())
    assert not [key for key in given if "network" in key or "disable-library-validation" in key or "get-task" in key]


@pytest.mark.parametrize("script", ["macos/make-dmg", "linux/make-archive"])
def test_scripts_of_the_installers_parse_and_can_be_run(script: str) -> None:
    path = ROOT / "installers" / script
    assert path.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(path)], check=True)


# The workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_name_actions_by_commit_and_are_given_little(path: Path) -> None:
    text = path.read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    used = re.findall(r"uses: *(\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{action}: says no version"
    for name, job in workflow["jobs"].items():
        runs_on = [
            job["runs-on"],
            *(m.get("system", "") for m in job.get("strategy", {}).get("matrix", {}).get("include", [])),
        ]
        assert "-latest" not in " ".join(map(str, runs_on)), name
        for step in job["steps"]:
            # A secret, or what somebody else wrote, goes in by the environment, never as part of a script.
            assert not re.search(r"\$\{\{ *(secrets|github\.event|github\.head_ref)", step.get("run", "")), step


def test_workflows_run_on_the_three_systems() -> None:
    assert [path.stem for path in WORKFLOWS] == ["bundle", "test"]
    for path in WORKFLOWS:
        assert all(system in path.read_text("utf-8") for system in ("ubuntu-", "windows-", "macos-"))


def test_workflows_are_what_github_takes() -> None:
    if (lint := shutil.which("actionlint")) is None:
        pytest.skip("actionlint is not installed")
    done = subprocess.run([lint, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_flavours_are_the_extras() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for flavour, runtime in contents.RUNTIMES.items():
        packages = {re.split("[>=;]", package)[0] for package in extras[flavour]}
        assert packages & set(contents.RUNTIMES.values()) == {runtime}
        assert set(contents.UNUSED_OF[flavour]).isdisjoint(packages), "what the extra brings is there for a reason"
    assert contents.wanted("onnxruntime/capi/libonnxruntime_providers_cuda.so")
    for name in ("libcudart.so.13", "cublasLt64_12.dll", "libcudnn_graph.so.9", "libnvrtc.so.12"):
        assert not contents.wanted(name), "CUDA stays with the system"
    with pytest.raises(SystemExit, match="is none"):
        contents.runtime_of("tpu")
    with pytest.raises(SystemExit, match="needs onnxruntime-gpu"):
        contents.runtime_of("gpu")


def test_the_program_for_development_is_not_bundled() -> None:
    """Then the bundle would have what the checkout has, and not what the wheel has."""
    with pytest.raises(SystemExit, match="for development"):
        contents.of_the_program(distribution("pigeon-desktop"))


def test_without_the_extra_train_a_verb_that_needs_it_says_so() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; from pigeon_desktop.cli import main; "
        "sys.exit(main(['train', 'contrastive', 'a.csv', '--checkpoint', 'b', '--out', 'c']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "pigeon: torch: is not installed, and packs are made with it. Run `pip install 'pigeon-desktop[train]'`.\n"
    )
