"""Which library a GPU lacks, as the system's own loader names it."""

from __future__ import annotations

import ctypes
import shutil
import sys
from pathlib import Path

import onnxruntime
import pytest

from pigeon_desktop.engine.libraries import CUDA, DRIVER, SHARED, cannot_load, why_no_cuda

BUILT = Path(onnxruntime.__file__).parent / "capi" / SHARED

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loaders of other systems name none")


def needing(library: str, at: Path) -> Path:
    """A copy of a real library that needs another one, with a name of 14 letters, in place of the C++ runtime."""
    data = BUILT.read_bytes()
    assert b"\0libstdc++.so.6\0" in data
    at.write_bytes(data.replace(b"\0libstdc++.so.6\0", b"\0" + library.encode().ljust(14, b"\0") + b"\0"))
    return at


def test_the_missing_library_is_named(tmp_path: Path) -> None:
    shutil.copy(BUILT, tmp_path / SHARED)
    needing("libcudnn.so.97", tmp_path / CUDA)
    assert why_no_cuda(tmp_path) == "libcudnn.so.97 cannot be loaded"


def test_a_library_that_lacks_the_driver_itself_says_so(tmp_path: Path) -> None:
    if not cannot_load(Path(DRIVER)):
        pytest.skip("NVIDIA's driver is here")
    shutil.copy(BUILT, tmp_path / SHARED)
    needing(DRIVER, tmp_path / CUDA)
    assert why_no_cuda(tmp_path) == f"NVIDIA's driver is not installed ({DRIVER} cannot be loaded)"


def test_a_frozen_program_names_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = ctypes.CDLL

    def frozen(name: str, mode: int = ctypes.DEFAULT_MODE) -> ctypes.CDLL:
        try:
            return load(name, mode)
        except OSError as error:
            raise OSError(f"Failed to load dynlib/dll {name!r}. Most likely it was not found.") from error

    monkeypatch.setattr(ctypes, "CDLL", frozen)
    shutil.copy(BUILT, tmp_path / SHARED)
    needing("libcudnn.so.97", tmp_path / CUDA)
    assert why_no_cuda(tmp_path) == "libcudnn.so.97 cannot be loaded"


def test_onnx_runtimes_own_library_is_named(tmp_path: Path) -> None:
    shutil.copy(BUILT, tmp_path / SHARED)
    assert why_no_cuda(tmp_path) == f"{CUDA} cannot be loaded"


def test_where_all_libraries_load_the_driver_is_asked(tmp_path: Path) -> None:
    for name in (SHARED, CUDA):
        shutil.copy(BUILT, tmp_path / name)
    assert cannot_load(tmp_path / CUDA) == ""
    why = why_no_cuda(tmp_path)
    assert "driver" in why
    assert ("libcuda.so.1" in why) == bool(cannot_load(Path("libcuda.so.1")))
