"""The real encoder and the default pack on real photographs."""

import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.earth.sphere import distance_km
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.devices import int8_overflows
from pigeon_desktop.engine.encoder import test_pattern as pattern
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.engine.self_check import SLOWER
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.within import parse_within
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import Pack, open_pack

SOME = 3
"""Every third photograph is located: streets, skies and stock pictures are among them."""


@pytest.fixture(scope="module")
def locator(default_pack: Pack) -> Locator:
    return Locator(default_pack, device="cpu")


@pytest.fixture(scope="module")
def predictions(locator: Locator, photographs: list[Path]) -> list[Prediction]:
    return list(locator.locate_all(photographs[::SOME]))


def test_self_check_on_the_real_encoder(locator: Locator) -> None:
    assert locator.self_check >= 0.95
    assert locator.device.startswith("CPU (")
    assert locator.notes == ((SLOWER,) if int8_overflows() else ())
    features = locator.encoder.encode(locator.encoder.transform(pattern(224))[None])
    top = np.argsort(-locator.head.probabilities(features)[0])[:5]
    assert tuple(locator.cells.ids[top]) == locator.pack.manifest.self_check.top_cells


def test_every_photograph_is_answered_or_abstained_on(
    locator: Locator, photographs: list[Path], predictions: list[Prediction]
) -> None:
    assert [p.path for p in predictions] == photographs[::SOME]
    for p in predictions:
        assert p.status in ("located", "abstained")
        assert (p.reason == "") == (p.status == "located")
        assert len(p.candidates) >= 3
        assert sum(c.probability for c in p.candidates) + p.elsewhere == pytest.approx(1.0)
        assert p.probability is not None
        assert p.probability.sum() == pytest.approx(1.0, abs=1e-3)
        for c in p.candidates:
            assert c.radius_km > 1
            assert c.place.country_code in {locator.cells.country_code[locator.cells.index[i]] for i in c.cells}
    # The answers depend on the picture.
    assert len({p.candidates[0].cells for p in predictions}) > 10


def test_street_views_are_found_and_skies_are_not(
    photo_table: list[dict[str, str]], predictions: list[Prediction]
) -> None:
    rows = list(zip(photo_table[::SOME], predictions, strict=True))
    sky = [p.status == "abstained" for row, p in rows if row["kind"] == "sunrise"]
    street = [(row, p) for row, p in rows if row["kind"] == "street"]
    assert np.mean(sky) > 0.5, "most skies say nothing of a place"
    assert np.mean([p.status == "abstained" for _, p in street]) < np.mean(sky)
    # Four places in three countries: too few for the first country, enough to tell from chance (2 % of countries).
    assert np.mean([row["country_code"] in [code for code, _ in p.countries[:5]] for row, p in street]) > 0.5
    km = [
        distance_km(p.candidates[0].latitude, p.candidates[0].longitude, float(r["latitude"]), float(r["longitude"]))
        for r, p in street
    ]
    assert np.median(km) < 2000, "half the width of a continent; chance is about 8,000 km"


def test_bad_files_fail_alone(locator: Locator, photographs: list[Path], tmp_path: Path) -> None:
    empty, text, gone = tmp_path / "empty.jpg", tmp_path / "text.jpg", tmp_path / "gone.jpg"
    empty.touch()
    text.write_text("no picture")
    predictions = list(locator.locate_all([empty, photographs[0], text, gone, tmp_path, photographs[1]]))
    assert [p.status == "failed" for p in predictions] == [True, False, True, True, True, False]
    for p in predictions:
        if p.status == "failed":
            assert str(p.path) in p.reason
            assert p.candidates == ()
            assert p.probability is None


def test_a_photograph_that_vanishes_between_listing_and_reading(
    locator: Locator, photographs: list[Path], tmp_path: Path
) -> None:
    paths = [Path(shutil.copy(p, tmp_path)) for p in photographs[:12]]
    run = locator.locate_all(paths)
    first = next(run)
    paths[-1].unlink()
    rest = list(run)
    assert first.status != "failed"
    assert [p.status == "failed" for p in rest] == [False] * 10 + [True]


def test_search_within(locator: Locator, photographs: list[Path]) -> None:
    within = parse_within("PT,ES", locator.cells, locator.atlas)
    free, held = locator.locate(photographs[0]), locator.locate(photographs[0], Settings(within=within))
    assert {code for code, _ in held.countries} <= {"PT", "ES"}
    iberia = sum(p for code, p in free.countries if code in ("PT", "ES"))
    assert held.removed_by_filter == pytest.approx(1 - iberia, abs=0.003)
    assert (held.removed_by_filter > 0.5) == any("removed" in w for w in held.warnings)


def test_cancel_ends_a_run_within_200_ms(locator: Locator, photographs: list[Path]) -> None:
    token, times = CancelToken(), {}

    def cancel() -> None:
        times["cancelled"] = time.perf_counter()
        token.cancel()

    timer = threading.Timer(0.25, cancel)
    timer.start()
    with pytest.raises(Cancelled):
        for _ in locator.locate_all(photographs * 5, cancel=token):
            pass
    assert time.perf_counter() - times["cancelled"] < 0.2
    timer.join()
    assert locator.locate(photographs[0]).status != "failed", "the session is usable afterwards"


def test_the_self_check_refuses_other_weights(default_pack: Pack, tmp_path: Path) -> None:
    """A pack whose stored features are not what the encoder gives is refused, naming the encoder."""
    folder = tmp_path / "wrong"
    shutil.copytree(default_pack.folder, folder)
    text = (folder / "pack.toml").read_text("utf-8")
    start = text.index("embedding = [", text.index("[self_check"))
    end = text.index("]", start)
    values = ", ".join(f"{-float(v) or 0.5}" for v in text[start + 13 : end].split(",") if v.strip())
    (folder / "pack.toml").write_text(text[: start + 13] + values + text[end:], "utf-8")
    with pytest.raises(PigeonError, match="self-check failed"):
        Locator(open_pack(str(folder)), device="cpu")


def test_a_device_that_is_not_there_falls_back_and_says_so(default_pack: Pack) -> None:
    missing, name = ("coreml", "CoreML") if not shutil.which("sw_vers") else ("cuda", "CUDA")
    locator = Locator(default_pack, device=missing)
    assert locator.device.startswith("CPU (")
    assert f"{name} was asked for; this build of ONNX Runtime has no {name} provider" in locator.notes[0]
    with pytest.raises(PigeonError, match="is no device"):
        Locator(default_pack, device="toaster")


@pytest.mark.long
def test_mirrored_and_reduced_pictures_stay_near(locator: Locator, photographs: list[Path]) -> None:
    """The belief hangs on the scene, not on the pixels: a smaller copy keeps its likeliest country."""
    same = 0
    for path in photographs[:10]:
        with Image.open(path) as image:
            full = image.convert("RGB")
        small = full.resize((full.width * 3 // 4, full.height * 3 // 4), Image.Resampling.LANCZOS)
        names = []
        for picture in (full, small):
            features = locator.encoder.encode(locator.encoder.transform(picture)[None])
            names.append(Belief(locator.cells, locator.head.probabilities(features)[0]).countries[0][0])
        same += names[0] == names[1]
    assert same >= 8
