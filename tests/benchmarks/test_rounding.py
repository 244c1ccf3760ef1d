"""How far answers move from one processor to another: an int8 encoder rounds all the way, and a sum in another order is
rounded otherwise. Other processors, and GPUs, add in another order; here that is brought about on one, by the same
arithmetic in floating point without ONNX Runtime's optimisations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort

from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.floating import MEAN, floating
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.loading import load_photo

NEAR_KM = 200.0


def apart(one: Candidate, other: Candidate) -> float:
    return float(distance_km(one.latitude, one.longitude, other.latitude, other.longitude))


def share(found: list[bool]) -> str:
    return f"{np.mean(found):.0%}"


def test_answers_of_another_processor(
    default_pack: Pack, photo_table: list[dict[str, str]], photos_folder: Path
) -> None:
    locator = Locator(default_pack, device="cpu")
    spec = locator.encoder.spec
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    graph = floating(default_pack.path_of(spec), spec.outputs["mean_token"])
    elsewhere = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    names = [spec.outputs["embedding"], MEAN]
    pairs: list[tuple[Prediction, Prediction]] = []
    off: list[tuple[float, float]] = []
    for row in photo_table:
        photo = load_photo(photos_folder / row["path"], spec.input_size)
        pixels = locator.encoder.transform(photo.pixels)[None]
        features = (
            locator.encoder.encode(pixels),
            Features(*elsewhere.run(names, {locator.encoder.session.input: pixels})),
        )
        here, there = (locator.predict(photo.path, photo, each, Settings()) for each in features)
        pairs.append((here, there))
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        first = here.candidates[0], there.candidates[0]
        here_km, there_km = (float(distance_km(latitude, longitude, c.latitude, c.longitude)) for c in first)
        off.append((here_km, there_km))
    located = [pair for pair in pairs if pair[0].status == "located"]
    print()
    for name, some in (("all", pairs), ("located", located)):
        first = [(one.candidates[0], other.candidates) for one, other in some]
        country = [one.place.country_code == others[0].place.country_code for one, others in first]
        same = [apart(one, others[0]) < NEAR_KM for one, others in first]
        three = [any(apart(one, other) < NEAR_KM for other in others[:3]) for one, others in first]
        moved = [abs(one.probability - others[0].probability) for one, others in first]
        print(
            f"{name} {len(some)}: country of the first the same {share(country)}, first within {NEAR_KM:g} km "
            f"{share(same)}, among the other's first three {share(three)}; "
            f"its probability moves by {np.median(moved):.3f}"
        )
        assert np.mean(three) > 0.85
    print(f"the same status: {share([one.status == other.status for one, other in pairs])}")
    right = [[float(np.mean([km[at] < near for km in off])) for near in (25, 200, 750, 2500)] for at in (0, 1)]
    print("within 25/200/750/2500 km: " + " and ".join(" / ".join(f"{part:.0%}" for part in one) for one in right))
    assert np.abs(np.subtract(*right)).max() < 0.08, "neither is better than the other"
