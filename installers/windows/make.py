"""Make the installer for Windows of a bundle: `python installers/windows/make.py BUNDLE OUT.exe`.

It needs makensis (NSIS 3) and Pillow and Qt for the icon. PIGEON_SIGN_COMMAND, where it is set, signs what makensis
writes: a command to which the file's name is added.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def listings(bundle: Path) -> tuple[str, str]:
    """What installs every file of the bundle, and what removes just those: NSIS's commands.

    The folders go, the deepest first, where nothing else is in them: what somebody else put there stays.
    """
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    folders = sorted({path.parent for path in files} | {p for p in bundle.rglob("*") if p.is_dir()})
    install, remove = [], []
    for folder in folders:
        install.append(f'SetOutPath "{_there(bundle, folder)}"')
        install += [f'File "{path}"' for path in files if path.parent == folder]
    remove += [f'Delete "{_there(bundle, path)}"' for path in files]
    below = [folder for folder in folders if folder != bundle]
    remove += [f'RMDir "{_there(bundle, f)}"' for f in sorted(below, key=lambda f: len(f.parts), reverse=True)]
    return "\n".join(install) + "\n", "\n".join(remove) + "\n"


def _there(bundle: Path, path: Path) -> str:
    return "\\".join(["$INSTDIR", *(_escaped(part) for part in path.relative_to(bundle).parts)])


def _escaped(text: str) -> str:
    return text.replace("$", "$$")


def make(bundle: Path, out: Path, version: str, icon: Path, *, compress: bool = True) -> str:
    """Write the installer; what makensis said. Raises CalledProcessError."""
    install, remove = listings(bundle)
    size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("install.nsh", install), ("remove.nsh", remove)):
            (Path(folder) / name).write_text(text, encoding="utf-8-sig")
        given = {
            "VERSION": version,
            "VERSION4": ".".join([*version.split("+")[0].split("."), "0", "0", "0"][:4]),
            "LISTINGS": folder,
            "ICON": str(icon.resolve()),
            "LICENCE": str(ROOT / "LICENSE"),
            "OUT": str(out.resolve()),
            "KILOBYTES": str(size // 1024),
        }
        if command := os.environ.get("PIGEON_SIGN_COMMAND"):
            given["SIGN"] = command
        if not compress:
            given["PLAIN"] = "1"
        command_line = ["makensis", "-V3", "-WX", "-INPUTCHARSET", "UTF8"]
        command_line += [f"-D{name}={value}" for name, value in given.items()] + [str(HERE / "pigeon.nsi")]
        done = subprocess.run(command_line, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"makensis stopped with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    import icons

    from pigeon_desktop import __version__

    with tempfile.TemporaryDirectory() as scratch:
        drawn = icons.write(Path(scratch), ROOT / "resources" / "icons" / "pigeon.svg", "win32")
        print(make(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), __version__, drawn).splitlines()[-1])
