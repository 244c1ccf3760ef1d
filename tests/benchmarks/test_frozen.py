"""The program without Python: `make bundle`, then `make bundle-test`.

PIGEON_BUNDLE names the folder with the two programs (dist/pigeon-desktop), PIGEON_SAMPLES one with the sample
photographs (else they are fetched).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pigeon_desktop import __version__
from pigeon_desktop.packs.install import install_samples

ROOT = Path(__file__).parents[2]
FLAVOUR = os.environ.get("PIGEON_FLAVOUR", "cpu")
MOST_BYTES = 400_000_000
FIRST_WINDOW_S = 1.5
STARTS = 5
SUFFIX = ".exe" if sys.platform == "win32" else ""


@pytest.fixture(scope="module")
def built() -> Path:
    """The folder with the two programs, as it was built."""
    folder = (ROOT / os.environ.get("PIGEON_BUNDLE", "dist/pigeon-desktop")).resolve()
    if not (folder / f"pigeon{SUFFIX}").is_file():
        pytest.skip(f"no bundle at {folder}: run `make bundle`")
    return folder


@pytest.fixture(scope="module")
def programs(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same at another place, whose path is an odd one."""
    place = tmp_path_factory.mktemp("élsewhere with a space")
    if built.name == "MacOS":  # an app bundle
        shutil.copytree(built.parents[1], place / built.parents[1].name, symlinks=True)
        return place / built.parents[1].name / "Contents" / "MacOS"
    shutil.copytree(built, place / built.name, symlinks=True)
    return place / built.name


@pytest.fixture(scope="module")
def inside(programs: Path) -> Path:
    """The folder in which everything but the programs lies."""
    return programs.parent / "Resources" if programs.name == "MacOS" else programs / "_internal"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two sample photographs."""
    if named := os.environ.get("PIGEON_SAMPLES"):
        return (ROOT / named).resolve()
    folder = tmp_path_factory.mktemp("samples")
    assert len(install_samples(folder)) == 2
    return folder


def bare(home: Path) -> dict[str, str]:
    """An environment with an empty home and no PATH; what Windows cannot do without is left."""
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home))
    return {**kept, **homes, "PATH": "", "QT_QPA_PLATFORM": "offscreen"}


def run(programs: Path, name: str, *args: str | Path, home: Path, before: tuple[str, ...] = ()) -> str:
    """What a program printed; it must succeed."""
    command = [*before, str(programs / f"{name}{SUFFIX}"), *map(str, args)]
    done = subprocess.run(command, env=bare(home), cwd=home, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_version(programs: Path, tmp_path: Path) -> None:
    assert run(programs, "pigeon", "--version", home=tmp_path).strip() == f"Pigeon Desktop {__version__}"


def test_it_locates_the_samples_and_answers_prompts(programs: Path, samples: Path, tmp_path: Path) -> None:
    lines = run(programs, "pigeon", "locate", samples, "--format", "jsonl", home=tmp_path / "home").splitlines()
    records = {Path(record["path"]).name: record for record in map(json.loads, lines)}
    first = {name: record["candidates"][0]["country_code"] for name, record in records.items()}
    assert first == {"Kauai.png": "US", "china.jpg": "CN"}
    asked = run(programs, "pigeon", "ask", samples / "china.jpg", "China", "Iceland", "--json", home=tmp_path / "home")
    assert json.loads(asked)
    page = tmp_path / "report.html"
    run(programs, "pigeon", "locate", samples, "--format", "html", "--output", page, home=tmp_path / "home")
    assert "<svg" in page.read_text("utf-8")


def test_a_case_is_made_and_exported(programs: Path, samples: Path, tmp_path: Path) -> None:
    home, case, sheet = tmp_path / "home", tmp_path / "case", tmp_path / "case.pdf"
    run(programs, "pigeon", "case", "new", case, "--purpose", "a trial", home=home)
    run(programs, "pigeon", "case", "add", case, samples, home=home)
    run(programs, "pigeon", "case", "run", case, home=home)
    run(programs, "pigeon", "case", "export", case, "--format", "pdf", "--output", sheet, home=home)
    assert sheet.read_bytes().startswith(b"%PDF")


def test_the_packs_files_are_whole_and_nothing_is_written_at_home(programs: Path, tmp_path: Path) -> None:
    said = run(programs, "pigeon", "packs", "verify", home=tmp_path / "home")
    assert re.search(r"^default .* whole$", said, re.MULTILINE), said  # "; prompts not installed" would follow
    devices = run(programs, "pigeon", "doctor", home=tmp_path / "home")
    assert "runs: CPU" in devices
    if FLAVOUR == "gpu":
        assert re.search(
            r"^  cuda +(runs: |does not run: CUDA did not start: (lib)?(cu|nv)|.*driver)", devices, re.MULTILINE
        )
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


def test_the_window_opens_finds_its_model_and_closes(programs: Path, tmp_path: Path) -> None:
    said = run(programs, "pigeon-desktop", "--check", home=tmp_path / "home")
    if sys.platform != "win32":  # there a window has no output
        assert re.search(r"s  window\n.*s  model on ", said), said


def test_making_packs_is_declined_with_words(programs: Path, tmp_path: Path) -> None:
    command = [str(programs / f"pigeon{SUFFIX}"), "train", "contrastive", "a.csv", "--checkpoint", "b", "--out", "c"]
    done = subprocess.run(command, env=bare(tmp_path / "h"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "torch: is not installed" in done.stderr


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("name", ["pigeon", "pigeon-desktop"])
def test_no_socket_is_opened(programs: Path, samples: Path, tmp_path: Path, name: str) -> None:
    """Of any family: neither the internet, nor a name server, nor a service of the desktop."""
    log = tmp_path / "trace"
    trace = (str(shutil.which("strace")), "-f", "-qq", "-e", "trace=%net", "-e", "signal=none", "-o", str(log))
    args = ["--check"] if name == "pigeon-desktop" else ["locate", samples]
    run(programs, name, *args, home=tmp_path / "home", before=trace)
    calls = [line for line in log.read_text("utf-8", errors="replace").splitlines() if "(" in line]
    # A thread pool may make a pair of them to talk to itself: that leads nowhere.
    assert [line for line in calls if not re.search(r"socketpair\(|(?:set|get)sockopt\(", line)] == []


def test_the_first_window_stands_soon(programs: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("there a window has no output to be timed by")
    times = []
    for _ in range(STARTS + 1):  # the first one fills the disk's cache
        start = time.perf_counter()
        with subprocess.Popen(
            [str(programs / "pigeon-desktop"), "--check"],
            env=bare(tmp_path / "home"),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert "window" in process.stdout.readline()
            times.append(time.perf_counter() - start)
            process.wait(120)
    median = statistics.median(times[1:])
    print(f"\nfirst window after {median:.2f} s, median of {STARTS} ({', '.join(f'{t:.2f}' for t in times)})")
    assert median < FIRST_WINDOW_S


def test_it_is_small(built: Path) -> None:
    whole = built.parents[1] if built.name == "MacOS" else built
    files = [path for path in whole.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    print(f"\n{size / 1e6:,.0f} MB in {len(files):,} files")
    if FLAVOUR == "cpu":
        assert size < MOST_BYTES
    names = {path.name for path in files}
    assert not [n for n in names if re.search(r"torch|transformers|Qt6?(Network|Qml|Quick|WebEngine)|qtls", n)]
    assert any("offscreen" in name for name in names)


def test_every_distribution_inside_is_in_the_bill_of_materials_with_a_licence(inside: Path) -> None:
    bill = json.loads((inside / "legal" / "sbom.cdx.json").read_text("utf-8"))
    licences = {part["name"].lower().replace("_", "-"): part["licenses"] for part in bill["components"]}
    licences[bill["metadata"]["component"]["name"]] = bill["metadata"]["component"]["licenses"]
    text = (inside / "legal" / "third-party.txt").read_text("utf-8").lower().replace("_", "-")
    found = [re.sub(r"-[^-]+\.dist-info$", "", p.name).lower().replace("_", "-") for p in inside.rglob("*.dist-info")]
    assert len(found) > 10
    for name in found:
        (licence,) = licences[name]
        assert licence.get("expression") or licence["license"].get("id"), name
        assert name in text or name == "pigeon-desktop"
    # And every folder of Python or of libraries belongs to one of those distributions, or is Python's own.
    ours = {"pigeon-desktop", "python3.11", "pil", "legal", "fonttools", "pyside6", *found}
    ours |= {"google", "onnxruntime"} if FLAVOUR == "gpu" else set()  # of protobuf and onnxruntime-gpu
    folders = {p.name.lower().replace("_", "-").removesuffix(".libs") for p in inside.iterdir() if p.is_dir()}
    folders = {name for name in folders if not name.endswith(".dist-info") and not re.match(r"python3|\.?dylibs", name)}
    assert folders - ours == set()
    for name in ("qt", "libheif", "x265", "geos", "natural earth", "geonames", "dejavu sans", "all-minilm-l6-v2"):
        assert name in licences, name
    assert (inside / "legal" / "NOTICE").is_file()
