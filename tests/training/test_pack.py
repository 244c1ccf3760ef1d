"""A pack made from the beginning: cells, places, cross-validation, head, files; then opened and asked."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack, open_pack
from pigeon_desktop.training.card import PackIdentity
from pigeon_desktop.training.cells.geocells import Points, merge_regions
from pigeon_desktop.training.cells.places import choose_places
from pigeon_desktop.training.heads.head import HeadOptions
from pigeon_desktop.training.heads.location_encoder import LocationEncoder
from pigeon_desktop.training.measuring.validation import cross_validate
from pigeon_desktop.training.pack import clip_encoder_spec, write_pack
from pigeon_desktop.training.photographs import TrainingPhotographs


def location_encoder(points: Points) -> LocationEncoder:
    """GeoCLIP's architecture with random weights: near places still have near embeddings."""
    torch.manual_seed(0)
    weights = {}
    for i, sigma in enumerate((1, 4, 16)):
        name = f"LocEnc{i}"
        weights[f"{name}.capsule.0.b"] = torch.randn(256, 2) * sigma
        for layer, (rows, columns) in {"capsule.1": (1024, 512), "capsule.3": (1024, 1024)}.items():
            weights[f"{name}.{layer}.weight"] = torch.randn(rows, columns) / columns**0.5
            weights[f"{name}.{layer}.bias"] = torch.zeros(rows)
        weights[f"{name}.capsule.5.weight"] = torch.randn(1024, 1024) / 32
        weights[f"{name}.capsule.5.bias"] = torch.zeros(1024)
        weights[f"{name}.head.0.weight"] = torch.randn(512, 1024) / 32
        weights[f"{name}.head.0.bias"] = torch.zeros(512)
    return LocationEncoder(weights, np.column_stack([points.latitude, points.longitude]))


@pytest.fixture(scope="module")
def points() -> Points:
    cities = load_atlas().cities
    return Points(cities.latitude[::8].astype(np.float64), cities.longitude[::8].astype(np.float64))


@pytest.fixture(scope="module")
def cells(points: Points) -> GeocellSet:
    return merge_regions(load_atlas(), points, min_size=25)


def test_near_places_have_near_embeddings(points: Points) -> None:
    encoder = location_encoder(points)
    lisbon, setubal, tokyo = encoder.embed(np.array([38.72, 38.52, 35.68]), np.array([-9.14, -8.89, 139.76]))
    assert np.linalg.norm(lisbon) == pytest.approx(1.0, abs=1e-5)
    assert lisbon @ setubal > lisbon @ tokyo + 0.1


def test_every_cell_has_a_place(points: Points, cells: GeocellSet) -> None:
    places = choose_places(cells, points, location_encoder(points), count=600)
    assert set(places.cell.tolist()) == set(range(len(cells)))
    assert 600 <= len(places.cell) < 600 + 5 * len(cells)
    again = choose_places(cells, points, location_encoder(points), count=600)
    assert np.array_equal(places.embedding, again.embedding)


def test_a_pack_from_the_beginning(
    shared: Path, default_pack: Pack, photographs: list[Path], points: Points, cells: GeocellSet, tmp_path: Path
) -> None:
    everything, _ = TrainingPhotographs.read(shared / "train" / "features.npz")
    # Every twentieth place, whole.
    some = np.flatnonzero(np.isin(everything.place, np.unique(everything.place)[::20]))
    photos = TrainingPhotographs(
        everything.features.rows(some),
        everything.mirrored.rows(some),
        *(
            getattr(everything, name)[some]
            for name in ("latitude", "longitude", "country_code", "place", "domain", "trust")
        ),
    )
    places = choose_places(cells, points, location_encoder(points), count=800)
    options = HeadOptions(epochs=4, batch=64, learning_rate=3e-3, hidden=64, members=2)
    validation = cross_validate(photos, cells, places, options, folds=2)
    assert len(validation.outcomes) == len(photos)
    assert all(0 < o.certainty <= 1 for o in validation.outcomes)
    inside = [o.km <= o.radius_km for o in validation.outcomes if o.in_region]
    assert 0 < len(inside) < len(photos)
    assert validation.radius_coverage == pytest.approx(np.mean(inside))
    encoder = default_pack.path_of(default_pack.manifest.encoder)
    spec = clip_encoder_spec(encoder, "the encoder of the default pack")
    assert spec == replace(default_pack.manifest.encoder, file=spec.file, source=spec.source)

    folder = tmp_path / "mine"
    identity = PackIdentity("mine", "1.0", "A test.", spec.source)
    write_pack(folder, identity, spec, encoder, photos, places, options, validation, load_atlas())
    pack = open_pack(str(folder))
    pack.verify()
    assert pack.manifest.training["photographs"] == len(photos)
    assert pack.manifest.evaluation["all"]["n"] == len(photos)
    card = (folder / "card.md").read_text("utf-8")
    assert "A lead, not proof" in card
    assert "| street view |" in card
    assert "every place counted once" in card
    for drawing in ("reliability.svg", "coverage.svg"):
        assert drawing in card
        assert ElementTree.parse(folder / drawing).getroot().tag.endswith("svg")
    record = pack.manifest.training
    assert record["options"]["members"] == 2
    assert record["geocells_sha256"] == pack.manifest.geocells.sha256
    answer = Locator(pack, device="cpu").locate(photographs[0])
    assert answer.status in ("located", "abstained")
    assert sum(c.probability for c in answer.candidates) + answer.elsewhere == pytest.approx(1.0)


def test_a_wheel_that_is_another_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "geoclip-1.3.0-py3-none-any.whl"
    wheel.write_bytes(b"no wheel")
    with pytest.raises(PigeonError, match=r"Get geoclip 1\.3\.0"):
        LocationEncoder.read(wheel)
    with pytest.raises(PigeonError, match="pip download"):
        LocationEncoder.read(tmp_path / "missing.whl")
