"""Folders are walked to the bottom; what is passed over is counted; what cannot be read is told."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from pigeon_desktop.errors import Cancelled
from pigeon_desktop.photos.discovery import Tally, discover, walk
from tests.commands import open_to_all


def grow(top: Path, *names: str) -> None:
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(found: tuple[Path, ...], top: Path) -> list[str]:
    return [path.relative_to(top).as_posix() for path in found]


def test_photographs_come_in_the_order_of_their_names_and_the_rest_is_counted(tmp_path):
    grow(tmp_path, "b/2.JPG", "b/1.heic", "a.png", "c.tiff", "z/y/x/w.avif", "notes.txt", "b/Thumbs.db")
    grow(tmp_path, ".hidden.jpg", ".trash/a.jpg", ".trash/b.jpg", "noending")
    found = discover([tmp_path])
    assert names(found.photos, tmp_path) == ["a.png", "b/1.heic", "b/2.JPG", "c.tiff", "z/y/x/w.avif"]
    assert (found.skipped_hidden, found.skipped_other, found.problems) == (2, 3, ())


def test_what_is_named_outright_is_kept_and_comes_once(tmp_path):
    grow(tmp_path, "sub/a.jpg", "sub/b.jpg", "odd.xyz", ".hidden.jpg")
    odd, hidden, b = tmp_path / "odd.xyz", tmp_path / ".hidden.jpg", tmp_path / "sub" / "b.jpg"
    found = discover([odd, hidden, b, tmp_path / "sub", odd])
    assert found.photos == (odd, hidden, b, tmp_path / "sub" / "a.jpg")
    assert (found.skipped_hidden, found.skipped_other, found.problems) == (0, 0, ())


def test_a_missing_path_is_a_problem_and_the_rest_goes_on(tmp_path):
    grow(tmp_path, "a.jpg")
    found = discover([tmp_path / "absent", tmp_path / "a.jpg" / "below", Path("nul\0l"), tmp_path])
    assert names(found.photos, tmp_path) == ["a.jpg"]
    assert len(found.problems) == 3
    assert str(tmp_path / "absent") in found.problems[0]
    assert "is not there" in found.problems[0]
    assert "is not there" in found.problems[1]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_to_folders_are_not_followed_links_to_files_are_kept(tmp_path):
    grow(tmp_path, "in/a.jpg", "out/b.jpg")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "out").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "in" / "linked.jpg").symlink_to(tmp_path / "out" / "b.jpg")
    (tmp_path / "in" / "self.jpg").symlink_to(tmp_path / "in" / "self.jpg")
    (tmp_path / "in" / "dangling.jpg").symlink_to(tmp_path / "absent.jpg")
    found = discover([tmp_path / "in"])
    assert names(found.photos, tmp_path / "in") == ["a.jpg", "dangling.jpg", "linked.jpg", "self.jpg"]
    assert (found.skipped_other, found.problems) == (2, ())
    # Named outright, the link is what was meant.
    assert len(discover([tmp_path / "in" / "out"]).photos) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and permissions are POSIX")
def test_a_pipe_with_the_name_of_a_photograph_is_passed_over(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    found = discover([tmp_path])
    assert (found.photos, found.skipped_other) == ((), 1)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_an_unreadable_folder_is_a_problem_and_the_rest_goes_on(tmp_path):
    grow(tmp_path, "a/1.jpg", "closed/2.jpg", "z/3.jpg")
    code = (
        "import os, sys; from pathlib import Path; from pigeon_desktop.photos.discovery import discover\n"
        "top = Path(sys.argv[1])\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "found = discover([top]); print([p.name for p in found.photos], found.problems)"
    )
    for folder in (tmp_path / "a", tmp_path / "z"):
        open_to_all(folder)
    (tmp_path / "closed").chmod(0o000)
    try:
        done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "['1.jpg', '3.jpg']" in done.stdout
    assert f"{tmp_path / 'closed'}: may not be read by you" in done.stdout


def test_cancelling_ends_the_walk(tmp_path):
    grow(tmp_path, *(f"{i}.jpg" for i in range(10)))
    asked = iter([False] * 3 + [True] * 100)
    with pytest.raises(Cancelled):
        discover([tmp_path], cancelled=lambda: next(asked))


def test_the_first_photograph_comes_before_the_last_folder_is_read(tmp_path):
    grow(tmp_path, "a/1.jpg", "b/2.jpg", "b/notes.txt")
    tally = Tally()
    assert [path.name for path in islice(walk([tmp_path], tally), 1)] == ["1.jpg"]
    assert tally.skipped_other == 0


def test_ten_thousand_files_take_no_time(tmp_path):
    import time

    for folder in range(10):
        (tmp_path / str(folder)).mkdir()
        for i in range(1000):
            (tmp_path / str(folder) / f"{i}.jpg").touch()
    start = time.perf_counter()
    assert len(discover([tmp_path]).photos) == 10_000
    assert time.perf_counter() - start < 2.0


def test_the_shared_photographs_are_all_found(photos):
    found = discover([photos])
    assert len(found.photos) == 141
    assert found.skipped_other == 1  # photos.csv
