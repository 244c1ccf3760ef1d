"""card.md of a pack that was built from captions."""

from __future__ import annotations

from pigeon_desktop.packs.manifest import Manifest
from pigeon_desktop.training.card import COLUMNS, Measured, percent, table_row
from pigeon_desktop.training.measuring.validation import CrossValidation


def captions_card(manifest: Manifest, measured: tuple[CrossValidation, Measured] | None) -> str:
    """The text of card.md, with figures where it was measured."""
    record = manifest.training
    lines = [
        f"# {manifest.name} {manifest.version}",
        "",
        manifest.summary,
        "",
        f"- Encoder: {manifest.encoder.source}; pictures of {manifest.encoder.input_size} pixels.",
        '- Head: captions. First the countries, by "A Street View photo in {country}."; then the geocells of each, by '
        "the best of their captions, which name admin-1 units and the largest towns in StreetCLIP's template: \"A "
        'Street View photo close to the town of {town} in the region of {region} in {country}." '
        f"{record['countries']:,} countries, {record['captions']:,} captions, {manifest.geocells.count:,} geocells.",
        f"- Checkpoint: {record['checkpoint']}, SHA-256 of its weights {record['checkpoint_sha256']}.",
        f"- Licence of the weights: {manifest.licence_weights}.",
        "",
        "A lead, not proof: hold every candidate against other evidence.",
        "",
        "## How often it is right",
        "",
        *(_figures(*measured) if measured else _UNMEASURED),
        "",
    ]
    return "\n".join(lines)


_UNMEASURED = (
    'Not measured. Its probabilities are not calibrated, its radii are not either, and it never says "can\'t tell": '
    "build it with `--photographs TABLE.csv` to change that.",
    "",
    "Published for StreetCLIP itself, on the tourist photographs of IM2GPS3k and with other captions than these: – / "
    "22.4 / 37.4 / 61.3 / 80.4 % within 1 / 25 / 200 / 750 / 2500 km.",
)


def _figures(validation: CrossValidation, measured: Measured) -> list[str]:
    values, names = measured.all, {name: name.replace("_", " ") for name in measured.by_domain}
    heading = [f"| | photographs | {COLUMNS}", "|---|---|---|---|---|---|---|---|"]
    return [
        "It was trained on none of these photographs as far as is known here. The temperature and calibration with "
        "which a photograph is judged come from other places. In brackets the 95 % interval, resampled by place.",
        "",
        *heading,
        table_row("all", values),
        table_row("located (the rest: can't tell)", values["located"]),
        *(table_row(names[name], of) for name, of in measured.by_domain.items()),
        table_row("all, every place once", measured.by_place),
        "",
        f'It says "can\'t tell" of {percent(values["abstained"] / values["n"])} of them: where its certainty is below '
        f"{validation.calibration.least_certainty:.3f}. The temperature is {validation.temperature:.2f}. Of those "
        f"taken in the first candidate's region, {percent(validation.radius_coverage)} lie within its radius (80 % "
        "wanted).",
        "",
        "![Reliability: how often the likeliest country is right, by the probability it was given](reliability.svg)",
        "",
        "![Coverage: the surer the photographs that are answered, the more often the country is right](coverage.svg)",
        "",
        "## By continent",
        "",
        *heading,
        *(table_row(name, of) for name, of in values["by_continent"].items()),
    ]
