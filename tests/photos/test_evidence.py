"""What is no photograph is refused in clear words, and no file is touched."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pigeon_desktop.photos.loading import load_photo
from pigeon_desktop.photos.reading import MOST_BYTES
from tests.commands import open_to_all

from .pictures import outcome, refusal


def test_what_is_no_photograph_is_said_in_its_own_words(tmp_path):
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("Dear reader,", encoding="utf-8")
    (tmp_path / "script.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    with (tmp_path / "long.jpg").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "is empty (0 bytes)" in refusal(tmp_path / "empty.jpg")
    assert "not a picture in a format" in refusal(tmp_path / "text.jpg")
    assert "not a picture in a format" in refusal(tmp_path / "script.jpg")
    assert "is not there any more" in refusal(tmp_path / "vanished.jpg")
    assert "is not there any more" in refusal(tmp_path / "text.jpg" / "below.jpg")
    assert "is a folder" in refusal(tmp_path)
    assert "read up to 512 MiB" in refusal(tmp_path / "long.jpg")
    assert "not a file name" in refusal(tmp_path / "nul\0.jpg")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links are POSIX")
def test_pipes_devices_and_looped_links_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    assert "a device or a pipe" in refusal(tmp_path / "pipe.jpg")
    assert "a device or a pipe" in refusal(Path("/dev/zero"))
    assert "leads to itself" in refusal(tmp_path / "loop.jpg")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_other_peoples_files_are_read_or_refused_as_the_system_says(tmp_path, scene):
    """As nobody: the access time of root's file cannot be left alone, reading it still works."""
    scene.save(tmp_path / "open.png")
    scene.save(tmp_path / "closed.png")
    open_to_all(tmp_path)
    (tmp_path / "open.png").chmod(0o444)
    (tmp_path / "closed.png").chmod(0o000)
    code = (
        "import os, sys; from pathlib import Path; from pigeon_desktop.photos.loading import load_photo\n"
        "import PIL.PngImagePlugin, psutil\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "print(load_photo(Path(sys.argv[1])).width)\n"
        "load_photo(Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "open.png"), str(tmp_path / "closed.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "320\n", done.stderr
    assert "closed.png: may not be read by you" in done.stderr


def test_evidence_is_untouched(tmp_path, hard):
    """Bytes, name, times: of good files, damaged ones and ones that are no pictures."""
    names = ["OpenSfM__data_lund_images_04.jpg", "Pillow__Tests_images_truncated_jpeg.jpg", "hard.csv"]
    names += ["Pillow__Tests_images_avif_hopper.avif", "exif-samples__heic_samplefilehub.heif"]
    long_ago = 1_000_000_000_123_456_789
    for name in names:
        path = tmp_path / name
        path.write_bytes((hard / name).read_bytes())
        # Read before it was last written: the case in which even "relatime" would note the access.
        os.utime(path, ns=(long_ago, long_ago + 10**12))
    listing = sorted(tmp_path.iterdir())
    before = {path: (path.stat(), hashlib.sha256((hard / path.name).read_bytes()).hexdigest()) for path in listing}
    for path in listing:
        outcome(path)
    assert sorted(tmp_path.iterdir()) == listing
    for path, (status, sha256) in before.items():
        now = path.stat()
        assert (now.st_mtime_ns, now.st_ctime_ns, now.st_mode) == (
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_mode,
        )
        if sys.platform == "linux":
            assert now.st_atime_ns == status.st_atime_ns == long_ago
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def test_a_read_only_file_in_a_read_only_folder_is_enough(hard):
    assert load_photo(hard / "OpenSfM__data_lund_images_04.jpg").warnings == ()


@pytest.mark.alone
def test_loading_a_megapixel_is_quick(hard):
    """3 ms on a quiet machine; the limit only tells a scaled decoding from a full one gone wrong."""
    path = hard / "exifr__test_fixtures_issue-exifr-47.jpeg"
    times = []
    for _ in range(7):
        start = time.perf_counter()
        load_photo(path)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.025
