"""A process without a network whose calls of the system are written down, as far as the system allows it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.promises.watching import is_allowed

LOCAL_SERVICES: tuple[str, ...] = ()
"""Paths of AF_UNIX sockets that libraries may ask, none of which leads off the machine."""

STRACE = ("strace", "-f", "-qq", "-ttt", "-s", "4096")
CALLS = "trace=%network,execve,execveat,fork,vfork,clone,clone3"
LINE = re.compile(r"(?P<pid>\d+) +(?P<time>[\d.]+) (?P<call>\w+)\((?P<rest>.*)", re.DOTALL)


@cache
def without_network() -> tuple[str, ...]:
    """What a command is put behind to run in an empty network namespace; () where that is not allowed."""
    for command in (("unshare", "-rn"), ("unshare", "-n")):
        if shutil.which("unshare") and _runs(*command, "true"):
            return command
    return ()


@cache
def written_down() -> tuple[str, ...]:
    """The same for strace, all but the file; () where there is none or it may not look."""
    for more in (("--seccomp-bpf",), ()):  # the first costs next to nothing, and is not in old ones
        command = (*STRACE, *more, "-e", CALLS)
        if shutil.which("strace") and _runs(*command, "-o", "/dev/null", "true"):
            return command
    return ()


def confined(command: list[str], log: Path) -> list[str]:
    """`command` without a network and with its calls in `log`, as far as that can be had."""
    strace = written_down()
    return [*without_network(), *strace, *(["-o", str(log)] if strace else []), *command]


def _runs(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


@dataclass(frozen=True)
class Call:
    """A socket that was made or used, or a process that was started, at `time` (seconds since 1970)."""

    time: float
    words: str


def calls(log: Path) -> list[Call]:
    """What a log of strace tells, without threads, the program itself and what is allowed."""
    lines = [match for line in log.read_text("utf-8", errors="replace").splitlines() if (match := LINE.match(line))]
    found, allowed, forks = [], set(), []
    for at, line in enumerate(lines):
        pid, call, rest = line["pid"], line["call"], line["rest"]
        made = Call(float(line["time"]), f"{call}({rest}")
        if call.startswith("execve"):
            words = re.search(r"(\[.*?\]), (0x|\[|NULL)", rest)
            if at == 0:
                continue
            if words and is_allowed([str(word) for word in ast.literal_eval(words[1])]):
                allowed.add(pid)
            else:
                found.append(made)
        elif call in ("fork", "vfork", "clone", "clone3"):
            if "CLONE_THREAD" not in rest:
                forks.append(made)
        elif not any(f'sun_path="{path}"' in rest for path in LOCAL_SERVICES):
            found.append(made)
    return found + (forks if len(forks) > len(allowed) else [])
