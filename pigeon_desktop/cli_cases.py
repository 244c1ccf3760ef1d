"""`pigeon case`: cases on the command line. Reading verbs work beside a program that has the case open."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.verbs import DONE, INTERRUPTED, NOTHING, SOME_FAILED, UsageError, add_engine, count

if TYPE_CHECKING:
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.cluster import Cluster
    from pigeon_desktop.cases.contents import Row
    from pigeon_desktop.cases.verdict import Verdict

FORMATS = ("csv", "geojson", "gpx", "html", "jsonl", "kml", "pdf")
ONLY = ("located", "abstained", "failed", "confirmed", "rejected", "undecided")


def add_cases(verbs: Any, within: str) -> None:
    """`pigeon case` and its verbs; `within` says what --within takes."""
    case = verbs.add_parser("case", help="folders of thousands of photographs: resumed, decided on, accounted for")
    case = case.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, help_: str, function: Any) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = case.add_parser(name, help=help_)
        made.add_argument("folder", type=Path, metavar="FOLDER", help="the case")
        made.set_defaults(verb=function)
        return made

    new_ = verb("new", "make a case in a folder", new)
    new_.add_argument("--purpose", metavar="TEXT", help="what it is for and who asked (asked for if it is not given)")
    new_.add_argument("--copy", action="store_true", help="keep a copy of every photograph in the case")
    _by(new_)
    add_ = verb("add", "take in photographs and folders; a run reads them", add)
    add_.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add_.add_argument("--json", action="store_true", help="print the numbers as JSON")
    run_ = verb("run", "answer whatever is not answered yet, or was answered otherwise", run)
    add_engine(run_)
    run_.add_argument("--within", metavar="CODES|BOX|CIRCLE", help=f"search within {within}")
    run_.add_argument("--top", type=count, default=5, metavar="N", help="candidates a photograph (5)")
    run_.add_argument("--retry", action="store_true", help="try again what could not be decoded")
    run_.add_argument("--json", action="store_true", help="print the numbers as JSON")
    run_.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="have the machines of a Ray cluster decode and encode: HOST:PORT of its head, or `local`. The one case in "
        "which a run uses the network",
    )
    status_ = verb("status", "what is in a case and how far it is", status)
    status_.add_argument("--json", action="store_true", help="print it as JSON")
    status_.add_argument("--list", action="store_true", help="a line for every photograph as well")
    decide_ = verb("decide", "set a photograph's verdict", decide)
    decide_.add_argument("photo", metavar="PHOTO", help="its path, or the beginning of its SHA-256")
    what = decide_.add_mutually_exclusive_group()
    what.add_argument("--confirm", type=count, metavar="RANK", help="it is this candidate")
    what.add_argument("--at", metavar="LATITUDE,LONGITUDE", help="it is here, in degrees")
    what.add_argument("--reject", action="store_true", help="it is none of the candidates")
    what.add_argument("--undecided", action="store_true", help="take the decision back")
    decide_.add_argument("--note", metavar="TEXT", help="why")
    _by(decide_)
    fuse_ = verb("fuse", "take photographs together that are, as you assume, of one place", fuse)
    fuse_.add_argument(
        "photos", nargs="+", metavar="PHOTO", help="paths, folders of the case, or beginnings of SHA-256"
    )
    fuse_.add_argument(
        "--within-km", type=float, default=25.0, metavar="KM", help="one place: 25 (default); one trip: about 300"
    )
    fuse_.add_argument("--pack", metavar="FOLDER", help="the case's pack, where it is not installed")
    fuse_.add_argument("--output", type=Path, metavar="FILE.html", help="a page with the map as well")
    fuse_.add_argument("--json", action="store_true", help="print it as JSON")
    verb("undo", "take back the last verdict", undo)
    log_ = verb("log", "the audit chain: what was done, when and with what", log)
    log_.add_argument("--json", action="store_true", help="an entry a line, whole")
    export_ = verb("export", "write a report", export)
    export_.add_argument("--format", choices=FORMATS, required=True)
    export_.add_argument("--output", type=Path, metavar="FILE", help="write there; it appears when it is whole")
    export_.add_argument("--only", choices=ONLY, help="photographs of this state or verdict")
    export_.add_argument(
        "--pack", metavar="FOLDER", help="the case's pack, where it is not installed: for maps and areas"
    )
    export_.add_argument("--areas", action="store_true", help="geojson: add the outlines of the regions")
    verify_ = verb("verify", "find whatever in a case was altered, removed or moved", verify)
    verify_.add_argument("--head", action="append", default=[], metavar="HASH", help="from a report: must be there")
    verify_.add_argument("--files", action="store_true", help="read every photograph again and compare")
    verify_.add_argument("--json", action="store_true", help="print what was found as JSON")


def _by(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--by", default="", metavar="NAME", help="who decides, as it shall stand in the case")


def new(args: argparse.Namespace) -> int:
    """An empty case."""
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.terminal import say

    purpose = args.purpose
    if purpose is None:
        if not sys.stdin.isatty():
            raise UsageError("A case needs a purpose: say with --purpose what it is for, and who asked.")
        print("What is this case for, and who asked? ", end="", file=sys.stderr, flush=True)
        purpose = sys.stdin.readline()
    with Case.create(args.folder, purpose, keeps_copies=args.copy, analyst=args.by) as case:
        say(f"{case.folder}: a new case. Add photographs with `pigeon case add`.")
    return DONE


def add(args: argparse.Namespace) -> int:
    """Files into a case."""
    from dataclasses import asdict

    from pigeon_desktop import terminal
    from pigeon_desktop.cases.case import Case

    stop: list[bool] = []
    with Case.open(args.folder) as case, terminal.interruptible(lambda: stop.append(True)):
        added = case.add(args.paths, lambda: bool(stop), lambda n: terminal.progress_line(f"{n:,} photographs found"))
    terminal.clear_progress()
    for problem in added.problems:
        terminal.say(problem)
    if args.json:
        print(json.dumps(asdict(added)))
    terminal.say(
        f"{added.new:,} photographs added, {added.known:,} known already, {added.other:,} other files passed over"
    )
    return DONE if added.new or added.known else NOTHING


def run(args: argparse.Namespace) -> int:
    """Answers, as far as there are none under these settings."""
    from pigeon_desktop import terminal
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.runner import Runner
    from pigeon_desktop.engine.locator import Settings
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.reports.context import LEAD

    token, pace, interrupted = CancelToken(), terminal.Pace(), False
    elsewhere: AbstractContextManager[Cluster | None] = nullcontext()
    with Case.open(args.folder) as case, terminal.interruptible(token.cancel):
        locator = terminal.locator(args, device=args.device if args.cluster is None else "cpu")
        if args.cluster is not None:
            from pigeon_desktop.cases.cluster import Cluster

            elsewhere = Cluster(args.cluster, locator.pack, args.device, terminal.say)
        settings = Settings(args.top, terminal.within(args, locator))
        with elsewhere as cluster:
            runner = Runner(case, locator, settings, retry=args.retry, cluster=cluster)
            try:
                for step in runner.run(token):
                    pace.show(step.done, step.total)
            except Cancelled:
                interrupted = True
            device = runner.device
    terminal.clear_progress()
    states = {state: runner.states[state] for state in ("located", "abstained", "failed")}
    if args.json:
        print(json.dumps({**states, "waiting": runner.waiting, "away": [str(folder) for folder in runner.away]}))
    for folder in runner.away:
        terminal.say(f"{folder}: is not there. Plug its disk in and run again; what is in it waits.")
    waiting = f", {runner.waiting:,} wait" if runner.waiting else ""
    answered = terminal.summary(states) if any(states.values()) else "nothing was left to answer"
    terminal.say(f"{answered}{waiting} · {device} · {LEAD}")
    if interrupted:
        return INTERRUPTED
    return SOME_FAILED if states["failed"] or runner.waiting else DONE


def status(args: argparse.Namespace) -> int:
    """How a case stands."""
    from pigeon_desktop.cases import contents
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.reports import case as report

    with Case.open(args.folder, read_only=True) as case:
        rows = contents.rows(case)
        about = report.status(case, rows)
        if args.json:
            print(json.dumps(about, ensure_ascii=True))
        else:
            print("\n".join(report.status_lines(about)))
        if args.list:
            for row in rows:
                print(json.dumps(report.row(row)) if args.json else report.row_line(row))
    return DONE


def _photo(case: Case, named: str) -> Row:
    """The one photograph that is meant by a path, or by the beginning of its hash."""
    from pigeon_desktop.cases import contents

    found = _named(case, named, contents.rows(case))
    if len(found) != 1:
        raise UsageError(f"{named}: are {len(found):,} photographs of the case. Give one.")
    return found[0]


def _named(case: Case, named: str, rows: list[Row]) -> list[Row]:
    """The photographs that are meant by a path, by a folder, or by the beginning of a hash; at least one."""
    from pigeon_desktop.cases import contents
    from pigeon_desktop.cases.case import plain

    path = plain(Path(named))
    found = [row for row in rows if any(path in (place, *place.parents) for place in (row.path, *row.others))]
    if not found and len(named) >= 6 and not set(named.lower()) - set("0123456789abcdef"):
        hashes = contents.hashes(case)
        found = [row for row in rows if row.photo is not None and hashes[row.photo].startswith(named.lower())]
    if not found:
        raise UsageError(
            f"{named}: is no photograph of the case. Give its path, or the beginning of its SHA-256: "
            "`pigeon case status --list` has them."
        )
    return found


def decide(args: argparse.Namespace) -> int:
    """A verdict on one photograph."""
    from pigeon_desktop.cases import contents
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.terminal import say

    with Case.open(args.folder) as case:
        row = _photo(case, args.photo)
        if row.photo is None:
            raise PigeonError(f"{row.path}: was not read yet, so nothing can be decided on it. Run the case first.")
        verdict = _verdict(args, case, row)
        case.decide(row.photo, verdict, contents.run_of(case, row.photo))
        say(f"{row.path}: {verdict.decision}{f', {verdict.place}' if verdict.place else ''}")
    return DONE


def _verdict(args: argparse.Namespace, case: Case, row: Row) -> Verdict:
    """The verdict that the options ask for; a note alone keeps the decision that there is."""
    from dataclasses import replace

    from pigeon_desktop.cases import contents
    from pigeon_desktop.cases.verdict import Verdict, confirmed
    from pigeon_desktop.earth.atlas import load_atlas

    assert row.photo is not None
    before = contents.verdicts(case).get(contents.hashes(case)[row.photo], Verdict("undecided"))
    note = before.note if args.note is None else args.note
    if args.confirm is not None:
        prediction = next((p for p, _ in contents.predictions(case, [row])), None)
        candidates = prediction.candidates if prediction else ()
        if args.confirm > len(candidates):
            raise UsageError(
                f"{row.path}: has {len(candidates)} candidates. Give one of them, or a coordinate with --at."
            )
        return replace(confirmed(candidates[args.confirm - 1]), note=note, by=args.by)
    if args.at is not None:
        try:
            latitude, longitude = (float(part) for part in args.at.split(","))
        except ValueError:
            latitude = longitude = float("nan")
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise UsageError(f"--at {args.at}: is no coordinate. Give LATITUDE,LONGITUDE in degrees.")
        place = str(load_atlas().places([latitude], [longitude])[0])
        return Verdict("confirmed", latitude, longitude, None, place, note, args.by)
    if args.reject:
        return Verdict("rejected", note=note, by=args.by)
    if args.undecided:
        return Verdict("undecided", note=note, by=args.by)
    if args.note is None:
        raise UsageError(
            "Say what is decided: --confirm RANK, --at LATITUDE,LONGITUDE, --reject, --undecided or --note."
        )
    return replace(before, note=note, by=args.by or before.by, time="")


def fuse(args: argparse.Namespace) -> int:
    """Where photographs are from, if all of them are from one place."""
    from pigeon_desktop import terminal
    from pigeon_desktop.cases import contents
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.fusing import fuse_rows
    from pigeon_desktop.earth.atlas import load_atlas
    from pigeon_desktop.packs.store import open_pack
    from pigeon_desktop.reports import fused as report
    from pigeon_desktop.reports.case import CaseReport
    from pigeon_desktop.reports.table import columns_of

    if not 0 <= args.within_km <= 5000:
        raise UsageError(f"--within-km {args.within_km}: is no distance that would make sense. Give 0 to 5000 km.")
    with Case.open(args.folder, read_only=True) as case:
        rows = contents.rows(case)
        chosen = list(dict.fromkeys(row for named in args.photos for row in _named(case, named, rows)))
        known = open_pack(args.pack) if args.pack else None
        found = fuse_rows(case, chosen, load_atlas(), args.within_km, known=known)
        if args.output:
            CaseReport(case, "html", fused=found, known=known).write_file(args.output)
    print(json.dumps(found.record()) if args.json else "\n".join(report.lines(found, columns_of(sys.stdout))))
    for row in found.left_out:
        terminal.say(f"{row.path}: left out, nothing is known of it that could be taken together.")
    return DONE


def undo(args: argparse.Namespace) -> int:
    """The last verdict taken back."""
    from pigeon_desktop.cases import contents
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.terminal import say

    with Case.open(args.folder) as case:
        photo = case.undo()
        if photo is None:
            raise PigeonError(f"{case.folder}: there is no verdict to take back.")
        row = next(row for row in contents.rows_of(case, photos=[photo]))
        say(f"{row.path}: {row.decision} again")
    return DONE


def log(args: argparse.Namespace) -> int:
    """The audit chain."""
    from pigeon_desktop.cases import audit
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.reports import case as report

    with Case.open(args.folder, read_only=True) as case, case.errors():
        for entry in audit.entries(case.database):
            print(json.dumps(report.entry(entry)) if args.json else report.entry_line(entry))
    return DONE


def export(args: argparse.Namespace) -> int:
    """A report of a case."""
    from pigeon_desktop import terminal
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.packs.store import open_pack
    from pigeon_desktop.reports.case import CaseReport

    if args.format == "pdf" and args.output is None:
        raise UsageError("A PDF is written to a file: name it with --output.")
    try:
        case = Case.open(args.folder)
    except PigeonError:
        case = Case.open(args.folder, read_only=True)  # another program has it open, or it cannot be written
    with case:
        known = open_pack(args.pack) if args.pack else None
        report = CaseReport(case, args.format, only=args.only, areas=args.areas, known=known)
        for note in report.notes:
            terminal.say(note)
        total = len(report.rows)
        progress = lambda done: terminal.progress_line(f"{done:,} of {total:,} photographs written")  # noqa: E731
        if args.output is None:
            with terminal.output(None, data=True) as out:
                report.write(out, progress)
        else:
            report.write_file(args.output, progress)
        terminal.clear_progress()
    terminal.say(f"{total:,} photographs written")
    return DONE


def verify(args: argparse.Namespace) -> int:
    """Whether a case is what its chain says."""
    from pigeon_desktop import terminal
    from pigeon_desktop.cases import verification
    from pigeon_desktop.cases.case import Case

    stop: list[bool] = []
    with Case.open(args.folder, read_only=True) as case, terminal.interruptible(lambda: stop.append(True)):
        found = verification.verify(
            case,
            heads=args.head,
            files=args.files,
            cancelled=lambda: bool(stop),
            progress=lambda done, total: terminal.progress_line(f"{done:,} of {total:,} files read"),
        )
    terminal.clear_progress()
    if args.json:
        print(json.dumps(verification.record(found)))
    for line in (*found.faults, *found.changed):
        terminal.say(line)
    state = f"{len(found.faults):,} faults" if found.faults else "sound"
    terminal.say(f"{found.entries:,} entries, last hash {found.head}: {state}")
    return NOTHING if found.faults else SOME_FAILED if found.changed else DONE
