"""Why a GPU does not start: which of the libraries that it needs cannot be loaded."""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
NO_DEVICE = 100
"""cuInit's CUDA_ERROR_NO_DEVICE."""
FAILS = "its libraries and its driver are there, yet it fails"

if sys.platform == "win32":
    SHARED, CUDA = "onnxruntime_providers_shared.dll", "onnxruntime_providers_cuda.dll"
else:
    SHARED, CUDA = "libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"


def why_no_cuda(folder: Path) -> str:
    """Why CUDA does not start, as the end of a sentence, with ONNX Runtime's own libraries in `folder`.

    ONNX Runtime falls back silently. So its library is loaded once more, which fails for the same reason, and the
    system's loader names what is missing.
    """
    missing = cannot_load(folder / SHARED, everywhere=True) or cannot_load(folder / CUDA)
    if missing and missing != DRIVER:
        return f"{missing} cannot be loaded"
    if missing or cannot_load(Path(DRIVER)):
        return f"NVIDIA's driver is not installed ({DRIVER} cannot be loaded)"
    code = int(ctypes.CDLL(DRIVER).cuInit(0))
    if code == NO_DEVICE:
        return "the driver finds no NVIDIA GPU"
    return f"the driver answers with error {code}" if code else FAILS


def cannot_load(library: Path, *, everywhere: bool = False) -> str:
    """The name of the library for which this one cannot be loaded, which may be itself; "" if it can. What one loads
    `everywhere` others find in it."""
    try:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL if everywhere else ctypes.DEFAULT_MODE)
    except OSError as raised:
        # A frozen program says that the library was not bundled, and keeps what the loader said as the cause.
        error = raised.__cause__ or raised
        # glibc: "libcudnn.so.9: cannot open shared object file: No such file or directory". Windows names none.
        named = re.match(r"(\S+?): ", str(error))
        return Path(named[1]).name if named else library.name
    return ""
