"""What the program promises, over every verb and a session in the window: nothing reaches out, no photograph changes.

Both run in processes of their own that have no network and no home but an empty one, with every call of the system
for a socket or a process written down, as far as the system allows it; and with Python's audit events heard.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pigeon_desktop.cli import parser
from pigeon_desktop.packs.store import Pack
from tests.promises import confined as confining
from tests.promises.confined import calls, confined, without_network, written_down
from tests.promises.verbs import ELSEWHERE, REACHING, RUNS, Run, Scene, verbs_of
from tests.promises.watching import set_time_of_reading_ahead
from tests.promises.wrong import DEEDS, HEARD_BY_PYTHON, TOUCHES

ROOT = Path(__file__).parents[1]
HARD = (
    "Pillow__Tests_images_truncated_jpeg.jpg",
    "Pillow__Tests_images_crash-338516dbd2f0e83caddb8ce256c22db3bd6dc40f.tif",
    "exif-samples__jpg_gps_DSCN0042.jpg",
)
STEPS = 16
"""That are waited for in tests/promises/window.py: a session that ends early has not shown much."""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="what is watched is of POSIX systems")


@dataclass(frozen=True)
class Watched:
    """What came of a process under watch: its report, its calls (None: not written down), and where it was put."""

    report: dict[str, Any]
    calls: list[confining.Call] | None
    home: Path
    data: Path


@pytest.fixture(scope="module")
def scene(
    tmp_path_factory: pytest.TempPathFactory, photographs: list[Path], hard_folder: Path, default_pack: Pack
) -> Scene:
    """Photographs, bad files, links and a folder that may not be written, as somebody could have them."""
    root = tmp_path_factory.mktemp("scene")
    evidence, out = root / "evidence", root / "out"
    locked = evidence / "locked"
    locked.mkdir(parents=True)
    out.mkdir()
    photo, second = evidence / "a b.jpg", locked / "second.jpg"
    shutil.copy2(photographs[0], photo)
    shutil.copy2(photographs[-1], second)
    for name in HARD:
        shutil.copy2(hard_folder / name, evidence)
    (evidence / "notes.txt").write_text("none")
    (evidence / "link.jpg").symlink_to(photo)
    (evidence / "gone.jpg").symlink_to(evidence / "nowhere.jpg")
    (evidence / "way round").symlink_to(locked, target_is_directory=True)
    second.chmod(0o444)
    locked.chmod(0o555)
    set_time_of_reading_ahead(evidence)
    table = root / "photos.csv"
    table.write_text(f"path,latitude,longitude,country_code\n{photo},38.7,-9.1,PT\n{second},59.3,18.1,SE\n", "utf-8")
    encoder = default_pack.path_of(default_pack.manifest.encoder)
    return Scene(evidence, photo, second, table, encoder, root / "case", out)


def watch(root: Path, module: str, *args: str | Path, pack: Pack | None = None, timeout: float = 280) -> Watched:
    """Run a module's `main` in a process of its own, confined; its last argument is where its report goes."""
    home, data, report, log = root / "home", root / "data", root / "report.json", root / "calls.log"
    for folder in (home / "here", home / "temporary", data / "encoders"):
        folder.mkdir(parents=True)
    if pack is not None:
        for spec in (pack.manifest.encoder, *pack.manifest.text_files()):
            for path in filter(Path.is_file, pack.paths_of(spec)[:1]):
                (data / "encoders" / path.name).symlink_to(path)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "OMP_NUM_THREADS")}
    places = {"HOME": home, "TMPDIR": home / "temporary", "PIGEON_DATA": data, "PYTHONPATH": ROOT}
    plain = {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        confined([sys.executable, "-m", module, *map(str, args), str(report)], log),
        env={**kept, **plain, **{name: str(place) for name, place in places.items()}},
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr
    found = calls(log) if written_down() else None
    return Watched({**json.loads(report.read_text("utf-8")), "said": done.stderr}, found, home, data)


def left(watched: Watched) -> list[str]:
    """Files in the home of a process, its temporary folder and where it was started."""
    return sorted(str(path.relative_to(watched.home)) for path in watched.home.rglob("*") if not path.is_dir())


@pytest.fixture(scope="module")
def verbs(scene: Scene, default_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Every verb of the table, one after the other in one process."""
    root = tmp_path_factory.mktemp("verbs")
    plan = root / "plan.json"
    runs = [{"function": "pigeon_desktop.cli:main", "args": run.args(scene)} for run in RUNS]
    plan.write_text(json.dumps({"evidence": str(scene.evidence), "runs": runs}), "utf-8")
    watched = watch(root, "tests.promises.command_line", plan, pack=default_pack)
    assert len(watched.report["runs"]) == len(RUNS)
    return watched


@pytest.fixture(params=range(len(RUNS)), ids=map(str, RUNS))
def run(request: pytest.FixtureRequest, verbs: Watched) -> tuple[Run, dict[str, Any]]:
    """A row of the table, and what came of it."""
    return RUNS[request.param], verbs.report["runs"][request.param]


@pytest.fixture(scope="module")
def session(scene: Scene, default_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """The window, from its start to its end."""
    root = tmp_path_factory.mktemp("window")
    return watch(root, "tests.promises.window", scene.evidence, scene.out, pack=default_pack)


# -- that no verb is forgotten


def test_every_verb_is_run_under_watch() -> None:
    known = set(verbs_of(parser()))
    assert {run.verb for run in RUNS} | set(ELSEWHERE) == known
    assert not {run.verb for run in RUNS} & set(ELSEWHERE)
    for verb, path in ELSEWHERE.items():
        assert (ROOT / path).is_file(), verb


def test_the_verbs_that_may_reach_out_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    """And no other does."""
    for verb in verbs_of():
        with pytest.raises(SystemExit):
            parser().parse_args([*verb.split(), "--help"])
        says = "the network" in " ".join(capsys.readouterr().out.split())
        assert says == (verb in REACHING), verb


# -- nothing reaches out


def test_a_verb_opens_no_connection_and_starts_no_process(run: tuple[Run, dict[str, Any]], verbs: Watched) -> None:
    row, done = run
    assert done["code"] == row.code, verbs.report["said"]
    assert done["heard"] == []
    assert done["sockets"] == []


def test_the_command_line_makes_no_socket_in_c_either(verbs: Watched) -> None:
    if verbs.calls is None:
        pytest.skip("calls of the system cannot be written down here: there is no strace, or it may not look")
    spans = [(row, done["start"], done["end"]) for row, done in zip(RUNS, verbs.report["runs"], strict=True)]
    told = [(str(row), call.words) for call in verbs.calls for row, start, end in spans if start <= call.time <= end]
    assert told == []
    assert verbs.calls == []


def test_the_command_line_needs_no_network(verbs: Watched) -> None:
    if not without_network():
        pytest.skip("this system allows no empty network namespace")
    assert verbs.report["interfaces"] == ["lo"]
    assert [done["code"] for done in verbs.report["runs"]] == [row.code for row in RUNS]


def test_the_window_opens_no_connection(session: Watched) -> None:
    report = session.report
    assert report["problem"] == "", report["said"]
    assert (report["code"], report["steps"]) == (0, STEPS)
    assert report["heard"] == []
    assert report["sockets"] == []
    if session.calls is not None:
        assert session.calls == []


# -- no photograph changes


def test_a_verb_leaves_the_evidence_alone(run: tuple[Run, dict[str, Any]]) -> None:
    assert run[1]["changed"] == []


def test_the_window_leaves_the_evidence_alone(session: Watched) -> None:
    assert session.report["changed"] == []


def test_what_is_written_lies_where_it_was_asked_for(verbs: Watched, session: Watched, scene: Scene) -> None:
    """Nothing in the home but the window's settings, nothing in the temporary folder or where it was started."""
    assert left(verbs) == []
    assert left(session) == [".config/pigeon-desktop/pigeon-desktop.conf"]
    kept = {path.name for path in session.data.iterdir()}
    assert kept <= {"encoders", "unsaved", "install.lock"}
    assert [path for path in (session.data / "unsaved").rglob("*") if path.is_file()] == []
    settings = (session.home / left(session)[0]).read_text("utf-8")
    assert str(scene.evidence) not in settings


# -- every other test


def test_every_test_is_watched(reached: list[str]) -> None:
    """Within this process: what the program does in any test, the training verbs among them; see conftest.py."""
    code = compile("import socket\nsocket.socket().close()", str(ROOT / "pigeon_desktop" / "cli.py"), "exec")
    exec(code, {})
    assert len(reached) == 1
    assert "socket.__new__" in reached[0]
    reached.clear()


# -- that all this can fail


def wrong(root: Path, *bodies: str) -> Watched:
    """A process that does what it should not, watched."""
    evidence, plan = root / "evidence", root / "plan.json"
    evidence.mkdir()
    (evidence / "a.jpg").write_bytes(b"a picture")
    set_time_of_reading_ahead(evidence)
    runs = [{"function": f"tests.promises.wrong:{body}", "args": [str(evidence)]} for body in bodies]
    plan.write_text(json.dumps({"evidence": str(evidence), "runs": runs}), "utf-8")
    return watch(root, "tests.promises.command_line", plan)


def test_the_watch_sees_what_it_must(tmp_path: Path) -> None:
    watched = wrong(tmp_path, *(deed.__name__ for deed in DEEDS))
    for deed, done in zip(DEEDS, watched.report["runs"], strict=True):
        assert bool(done["heard"]) == (deed in HEARD_BY_PYTHON), (deed, done)
        assert bool(done["changed"]) == (deed in TOUCHES), (deed, done)
        if sys.platform == "linux":
            assert bool(done["sockets"]) == (deed is DEEDS[-1]), (deed, done)
        if watched.calls is not None:
            told = [call.words for call in watched.calls if done["start"] <= call.time <= done["end"]]
            assert bool(told) == (deed not in TOUCHES), (deed, told)
