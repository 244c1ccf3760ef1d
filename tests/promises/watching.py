"""What a process does that it should not: connections, other processes, and files that are touched."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import traceback
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

ALLOWED: tuple[tuple[str, ...], ...] = ((".*", "-P", "-c", r"import sys; .*photos\.decoder import serve; serve\(\)"),)
"""The exact arguments, each as a pattern, of every other process that may be started while nothing is installed."""

REACHING = re.compile(
    r"socket\.(?!gethostname$)|urllib\.|http\.client\.|(ftp|imap|nntp|pop|smtp|telnet)lib\.|webbrowser\."
)
STARTING = re.compile(r"subprocess\.Popen$|os\.(system|exec|fork|forkpty|posix_spawn|spawn|startfile)|pty\.spawn")
NETWORK_LIBRARY = re.compile(r"curl|libssl|ssl-|resolv|libnss|libanl|ws2_32|winhttp|wininet|wsock", re.IGNORECASE)

KINDS = {"socket", "urllib", "http", "webbrowser", "subprocess", "os", "pty", "ctypes"}
KINDS |= {f"{name}lib" for name in ("ftp", "imap", "nntp", "pop", "smtp", "telnet")}
"""What events of the above begin with; all others are passed over without a look, for there are very many."""

Found = Callable[[str, list[str]], object]


def is_allowed(argv: list[str]) -> bool:
    """Whether a process with these arguments may be started."""
    return any(
        len(one) == len(argv) and all(map(re.fullmatch, one, argv))  # each word by its pattern
        for one in ALLOWED
    )


def breach(event: str, args: tuple[object, ...]) -> str:
    """What an audit event says of a connection or of another process; "" for all others."""
    if event.partition(".")[0] not in KINDS:
        return ""
    if REACHING.match(event):
        return f"{event} {args[1:] if event.startswith('socket.') else args}"
    if STARTING.match(event):
        argv = args[1] if len(args) > 1 and isinstance(args[1], list | tuple) else [args[0]] if args else []
        words = [os.fsdecode(word) if isinstance(word, bytes | str | os.PathLike) else str(word) for word in argv]
        return "" if is_allowed(words) else f"{event} {words}"
    if event == "ctypes.dlopen" and NETWORK_LIBRARY.search(str(args[0])):
        return f"{event} {args[0]}"
    return ""


def listen(found: Found) -> None:
    """Call `found` with every breach from now on, and with the places in the code that led to it, innermost last.

    An audit hook stays for as long as the process does.
    """

    def hook(event: str, args: tuple[object, ...]) -> None:
        if words := breach(event, args):
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_stack()]
            found(words, [place for place in places if not place.startswith(__file__)])

    sys.addaudithook(hook)


def open_sockets() -> list[str]:
    """Sockets that this process has open, whoever made them; none where the system does not tell."""
    here = Path("/proc/self/fd")
    found = []
    for number in here.iterdir() if here.is_dir() else ():
        try:
            target = str(number.readlink())
        except FileNotFoundError:
            continue  # the one of the listing itself
        if target.startswith("socket:"):
            found.append(target)
    return found


@dataclass(frozen=True)
class Trace:
    """All that a file system tells of one file; `content` is the SHA-256, of a link where it leads."""

    mode: str
    owner: tuple[int, int]
    links: int
    inode: int
    size: int
    read: int
    written: int
    changed: int
    content: str


def traces(folder: Path, *, content: bool = True) -> dict[str, Trace]:
    """Every name below a folder, and itself. Times are in ns; those of reading are 0 where reading alone moves them,
    and without `content`: tests read the files too."""
    found = {}
    keeps = _keeps_time_of_reading(folder)
    for path in sorted([folder, *folder.rglob("*")]):
        about = path.lstat()
        what = ""
        if content and stat.S_ISLNK(about.st_mode):
            what = str(path.readlink())
        elif content and stat.S_ISREG(about.st_mode):
            what = hashlib.sha256(path.read_bytes()).hexdigest()
        read = about.st_atime_ns if content and keeps and stat.S_ISREG(about.st_mode) else 0
        times = (read, about.st_mtime_ns, about.st_ctime_ns)
        owner = (about.st_uid, about.st_gid)
        found[str(path.relative_to(folder))] = Trace(
            stat.filemode(about.st_mode), owner, about.st_nlink, about.st_ino, about.st_size, *times, what
        )
    return found


def differences(before: dict[str, Trace], after: dict[str, Trace]) -> list[str]:
    """What is new, gone or another, in words."""
    found = [f"{name} is new" for name in after.keys() - before.keys()]
    found += [f"{name} is gone" for name in before.keys() - after.keys()]
    names = list(Trace.__dataclass_fields__)
    for name in before.keys() & after.keys():
        pairs = zip(names, astuple(before[name]), astuple(after[name]), strict=True)
        found += [f"{name}: {field} was {old}, is {new}" for field, old, new in pairs if old != new]
    return sorted(found)


def set_time_of_reading_ahead(folder: Path, seconds: int = 3600) -> None:
    """So that reading does not move it where the system notes only the first reading after a change, as most do."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            about = path.stat()
            os.utime(path, ns=(about.st_ctime_ns + seconds * 10**9, about.st_mtime_ns))


def _keeps_time_of_reading(folder: Path) -> bool:
    """Whether reading a file whose time of reading lies ahead leaves that time as it is."""
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and about.st_size and about.st_atime_ns > about.st_ctime_ns:
            path.read_bytes()
            return path.lstat().st_atime_ns == about.st_atime_ns
    return False
