"""What the bundle is made of, by what was really collected: an SBOM (CycloneDX 1.6) and the licences as text.

Every file is traced to a Python distribution or to an entry of carried.toml. What belongs to neither stops the
build, so that nothing goes out whose licence nobody has looked at.
"""

from __future__ import annotations

import csv
import fnmatch
import json
import os
import platform
import re
import shutil
import sys
import sysconfig
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent
PYTHON = "CPython"
SBOM, TEXTS = "sbom.cdx.json", "third-party.txt"

LICENCES = {
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "GPLv2-or-later with a special exception": "GPL-2.0-or-later WITH Bootloader-exception",
}
"""What distributions write where they do not write SPDX -> the same in SPDX. The beginning is enough."""

WITHOUT_TEXT = {
    "tokenizers": ("Apache-2.0",),
    "pyside6-essentials": ("LGPL-3.0", "GPL-3.0"),
    "shiboken6": ("LGPL-3.0", "GPL-3.0"),
    "flatbuffers": ("Apache-2.0",),
}
"""Distribution that carries no text of its licence -> the texts in licences/ that are its."""

_TEXT = re.compile(r"(licen[sc]e|copying|notice|thirdpartynotice|authors)[^/]*$", re.IGNORECASE)
_SPDX = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True)
class Carried:
    """A component that is no distribution; `home` is the distribution that it comes with, if any."""

    name: str
    licence: str
    url: str
    files: tuple[str, ...]
    texts: tuple[str, ...] = ()
    home: str = ""


@dataclass(frozen=True)
class Collected:
    """What is in the bundle: distributions by their normal names, and what else."""

    distributions: Mapping[str, Distribution]
    carried: tuple[Carried, ...]


def normal(name: str) -> str:
    """The name of a distribution as all spellings of it have in common."""
    return re.sub(r"[-_.]+", "-", name).lower()


def carried_components() -> tuple[Carried, ...]:
    """carried.toml."""
    entries = tomllib.loads((HERE / "carried.toml").read_text("utf-8"))["component"]
    return tuple(
        Carried(
            e["name"], e["licence"], e["url"], tuple(e["files"]), tuple(e.get("texts", ())), normal(e.get("with", ""))
        )
        for e in entries
    )


def collected(entries: Iterable[tuple[str, str, str]]) -> Collected:
    """Trace every entry (path in the bundle, path here, kind) to what it belongs to.

    Raises:
        SystemExit: some belong to nothing known.
    """
    owner: dict[str, str] = {}
    for found in distributions():
        # Not `found.files`: it makes an object of each, which takes half a minute where torch is.
        name, root = normal(found.name), os.path.realpath(str(found.locate_file("")))
        for row in csv.reader((found.read_text("RECORD") or "").splitlines()):
            owner[f"{root}{os.sep}{row[0].replace('/', os.sep)}"] = name
    standard = tuple(os.path.realpath(sysconfig.get_path(key)) + os.sep for key in ("stdlib", "platstdlib"))
    table = carried_components()
    names, present, unknown = {"pyinstaller"}, {PYTHON, "PyInstaller's bootloader"}, []
    for inside, here, kind in entries:
        if kind == "SYMLINK":
            continue
        place = PurePosixPath(inside.replace("\\", "/")).as_posix().lower()
        matching = [c.name for c in table if any(fnmatch.fnmatchcase(place, pattern) for pattern in c.files)]
        present.update(matching)
        real = os.path.realpath(here) if here and here != "-" else ""
        if holder := owner.get(real):
            names.add(holder)
        elif real and not matching and not real.startswith(standard) and HERE not in Path(real).parents:
            unknown.append(f"{inside} ({here})")
    if unknown:
        listed = "\n  ".join(sorted(unknown))
        raise SystemExit(f"Of these files nobody knows the licence; say in installers/carried.toml:\n  {listed}")
    present.update(c.name for c in table if c.home in names and not c.files)
    chosen = {normal(found.name): found for found in distributions() if normal(found.name) in names}
    return Collected(dict(sorted(chosen.items())), tuple(c for c in table if c.name in present))


def licence_of(found: Distribution) -> str:
    """The licence of a distribution in SPDX; empty if it does not say."""
    about = found.metadata
    said = [str(about[key]) for key in ("License-Expression", "License") if about[key]]
    said += [c.split(" :: ")[-1] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    for words in said:
        for begin, spdx in LICENCES.items():
            if words.startswith(begin):
                return spdx
        if _SPDX.fullmatch(words):
            return words
    return ""


def texts_of(found: Distribution) -> list[str]:
    """The texts of a distribution's licences, and of those of what it carries. Raises SystemExit if there are none."""
    paths = [Path(str(file.locate())) for file in found.files or () if _TEXT.search(file.as_posix())]
    paths = [path for path in paths if path.suffix not in (".py", ".pyc", ".h", ".json") and path.is_file()]
    if not paths:
        paths = [HERE / "licences" / f"{name}.txt" for name in WITHOUT_TEXT.get(normal(found.name), ())]
    if not paths:
        raise SystemExit(f"{found.name}: carries no text of its licence; say in installers/components.py which it is.")
    return [path.read_text("utf-8", errors="replace").strip() for path in paths]


def python_licence() -> str:
    """The text of Python's own licence. Raises SystemExit if this Python came without."""
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    for path in (place / name for place in places for name in ("LICENSE.txt", "LICENSE")):
        if path.is_file():
            return path.read_text("utf-8", errors="replace").strip()
    raise SystemExit(f"{sys.base_prefix}: has no LICENSE.txt of Python. Build with a Python that has it.")


def sbom(program: Distribution, held: Collected) -> dict[str, object]:
    """The bill of materials, as CycloneDX 1.6 has it; the same for the same contents."""
    main = f"pkg:pypi/{normal(program.name)}@{program.version}"
    parts: list[dict[str, object]] = []
    for name, found in held.distributions.items():
        if name == normal(program.name):
            continue
        purl = f"pkg:pypi/{name}@{found.version}"
        part = {"type": "library", "bom-ref": purl, "name": found.name, "version": found.version, "purl": purl}
        parts.append({**part, "licenses": [_licence(licence_of(found))]})
    for component in held.carried:
        part = {"type": "data" if "resources/" in "".join(component.files) else "library"}
        part |= {"bom-ref": f"carried:{component.name}", "name": component.name}
        if component.name == PYTHON:
            part["version"] = platform.python_version()
        if component.home in held.distributions:
            about = held.distributions[component.home]
            part["description"] = f"carried by {about.name} {about.version}"
        site = {"type": "website", "url": component.url}
        parts.append({**part, "licenses": [_licence(component.licence)], "externalReferences": [site]})
    identity = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([main, parts], sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{identity}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": main,
                "name": program.name,
                "version": program.version,
                "licenses": [_licence("MIT")],
            }
        },
        "components": parts,
        "dependencies": [{"ref": main, "dependsOn": [str(part["bom-ref"]) for part in parts]}],
    }


def _licence(spdx: str) -> dict[str, object]:
    if " " in spdx:
        return {"expression": spdx}
    return {"license": {"name" if spdx.startswith("LicenseRef-") else "id": spdx}}


def third_party(program: Distribution, held: Collected) -> str:
    """All licences as text. Raises SystemExit where a distribution names none."""
    parts: list[str] = []
    wanted: set[str] = set()
    for name, found in held.distributions.items():
        if name == normal(program.name):
            continue
        if not (licence := licence_of(found)):
            raise SystemExit(f"{found.name}: names no licence that is known; say in installers/components.py which.")
        parts.append("\n\n".join([f"{found.name} {found.version}\n{licence}", *texts_of(found)]))
    for component in held.carried:
        see = f"\nThe text: below, {' and '.join(component.texts)}." if component.texts else ""
        own = f"\n\n{python_licence()}" if component.name == PYTHON else ""
        parts.append(f"{component.name}\n{component.licence}\n{component.url}{see}{own}")
        wanted.update(component.texts)
    for name in sorted(wanted):
        text = (HERE / "licences" / f"{name}.txt").read_text("utf-8")
        parts += [f"{name}\n\n{text.strip()}"]
    head = f"What {program.name} {program.version} carries, and on what terms. Of data and weights NOTICE says more."
    return f"\n\n{'=' * 100}\n\n".join([head, *parts]) + "\n"


def write(folder: Path, program: Distribution, held: Collected, root: Path) -> list[tuple[str, str, str]]:
    """Write SBOM and licences into `folder`; as entries of the bundle, beside LICENSE and NOTICE."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SBOM).write_text(json.dumps(sbom(program, held), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / TEXTS).write_text(third_party(program, held), encoding="utf-8")
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(root / name, folder / name)
    return [(f"legal/{path.name}", str(path), "DATA") for path in sorted(folder.iterdir())]


def metadata(held: Collected, there: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """METADATA of every distribution, by which the program knows their versions; without those that are `there`."""
    taken = {PurePosixPath(inside.replace("\\", "/")).as_posix() for inside, _, _ in there}
    return [
        (file.as_posix(), str(file.locate()), "DATA")
        for found in held.distributions.values()
        for file in found.files or ()
        if file.name == "METADATA" and len(file.parts) == 2 and file.as_posix() not in taken
    ]
