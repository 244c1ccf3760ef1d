"""Runs `pigeon` under watch: `python -m tests.promises.command_line PLAN.json REPORT.json`.

The plan has the folder with the evidence and the arguments of each run; the report what each did.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.promises.watching import differences, listen, open_sockets, traces


def main(plan: Path, report: Path) -> None:
    """All runs of a plan, in one process."""
    asked = json.loads(plan.read_text("utf-8"))
    heard: list[str] = []
    listen(lambda words, places: heard.append(f"{words} at {places[-4:]}"))
    done: list[dict[str, Any]] = []
    for run in asked["runs"]:
        module, _, name = run["function"].partition(":")
        before, start = traces(Path(asked["evidence"])), time.time()
        print("$", *run["args"], file=sys.stderr, flush=True)
        try:
            code = getattr(importlib.import_module(module), name)(run["args"])
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        changed = differences(before, traces(Path(asked["evidence"])))
        took = {"start": start, "end": time.time(), "code": code}
        done.append({"heard": heard.copy(), "changed": changed, "sockets": open_sockets(), **took})
        heard.clear()
    report.write_text(json.dumps({"runs": done, "interfaces": interfaces()}), "utf-8")


def interfaces() -> list[str]:
    """The network interfaces that this process has, where the system tells."""
    path = Path("/proc/net/dev")
    lines = path.read_text("ascii").splitlines()[2:] if path.exists() else []
    return [line.split(":")[0].strip() for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
