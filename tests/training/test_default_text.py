"""The default pack's text tower: its figures, and where it is installed what it says."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.prompts import TOP_SETS, measured, prompt_set, typed
from pigeon_desktop.engine.session import Session
from pigeon_desktop.engine.text import Asker, TextTower
from pigeon_desktop.packs.frame import Frame
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.texts.prompt_captions import lesson


def test_the_default_packs_figures_are_what_the_card_says(pack_folder: Pack) -> None:
    figures = pack_folder.manifest.evaluation["prompts"]
    card = (pack_folder.folder / "card.md").read_text("utf-8")
    assert figures["int8_cosine"] >= 0.999
    assert f"mean cosine of {figures['int8_cosine']:.4f}" in card
    countries, places = figures["held_out_countries"], figures["held_out_places"]
    assert countries["draws"] >= 5
    assert countries["unseen_top1"] > 5 / 252, "far above chance"
    assert f"| {100 * countries['seen_top1']:.1f} ± " in card
    assert f"| {100 * countries['unseen_top1']:.1f} ± " in card
    assert places["country"]["top1"] < pack_folder.manifest.evaluation["every_place_once"]["country_top1"]
    assert f"| country | 252 | {places['country']['n']:,} | {100 * places['country']['top1']:.0f} % |" in card


def test_the_default_packs_frame_is_small(pack_folder: Pack) -> None:
    text = pack_folder.manifest.text
    assert text is not None
    assert text.frame is not None
    path = pack_folder.path_of(text.frame)
    assert path.stat().st_size < 1_200_000
    holes = Frame.read(path).holes
    assert sum(hole.fill == "int8" for hole in holes) == 1 + 6 * 6, "the words, and six maps in each of six layers"


def test_the_default_packs_tower_knows_what_it_was_taught(pack_folder: Pack) -> None:
    text = pack_folder.manifest.text
    assert text is not None
    if not pack_folder.text_installed:
        pytest.skip("the default pack's text tower is not installed: run `pigeon packs install default`")
    tokenizer = Tokenizer.from_file(str(pack_folder.path_of(text.tokenizer)))
    tokenizer.no_padding()
    session = Session(pack_folder.path_of(text), "cpu")

    def asked(caption: str) -> tuple[np.ndarray, float]:
        ids = np.array([tokenizer.encode(caption).ids], np.int64)
        embedding, near = session.run(["embedding", "seen"], ids)  # type: ignore[arg-type]
        return embedding[0], float(near[0])

    assert text.least_seen is not None
    for caption in ("Sweden", "A Street View photo in Portugal.", "Northern Europe", "driving on the left"):
        assert asked(caption)[1] >= text.least_seen
    for caption in ("a photo of a dog", "quantum field theory", "我爱你"):
        assert asked(caption)[1] < text.least_seen
    sweden, norway, kenya = (asked(f"A photo in {name}.")[0] for name in ("Sweden", "Norway", "Kenya"))
    assert sweden.shape == (512,)
    assert np.linalg.norm(sweden) == pytest.approx(1.0, abs=1e-3)
    assert sweden @ norway > sweden @ kenya


@pytest.fixture
def with_text(default_pack: Pack) -> Pack:
    if not default_pack.text_installed:
        pytest.skip("the default pack's text tower is not installed: run `pigeon packs install default`")
    return default_pack


def test_places_of_the_sets_are_not_outside_and_what_is_no_place_is(with_text: Pack) -> None:
    tower, atlas = TextTower(with_text), load_atlas()

    def outside(key: str) -> list[str]:
        prompts = prompt_set(key, atlas).prompts
        words = tower.words(prompts)
        return [p.name for p, of in zip(prompts, words, strict=True) if "outside" in " ".join(of.notes)]

    for key in ("continents", "world-regions", "climate", "driving-side"):
        assert outside(key) == [], key
    assert len(outside("countries")) < 0.05 * len(atlas.countries)
    assert len(outside("regions:SE")) < 3
    assert len(outside("surroundings")) == 5, "it was taught none of these"
    dog, sweden = tower.words(typed(["a photo of a dog", "Sweden"], atlas))
    assert dog.notes == ("outside what the text tower has seen",)
    assert sweden.notes == ()


@pytest.mark.long
def test_a_street_in_sweden_is_in_northern_europe(with_text: Pack, photo_table: list[dict[str, str]]) -> None:
    """On all street views: better than chance by far, and never certain of what it was not shown."""
    locator, atlas = Locator(with_text, device="cpu"), load_atlas()
    asker = Asker(with_text, locator.mark, locator.encoder)
    prompts = prompt_set("countries", atlas, set(locator.cells.country_code.tolist())).prompts
    rows = [row for row in photo_table if row["kind"] == "street"]
    ranks = []
    for row in rows:
        codes = [answer.prompt.within for answer in asker.ask(Path(row["path"]), prompts).answers]
        ranks.append(codes.index(row["country_code"]))
    assert np.median(ranks) < 10, "of more than 200 countries"


def test_what_the_sets_are_said_to_be_worth_was_measured_with_their_own_captions(
    pack_folder: Pack, shared: Path
) -> None:
    atlas = load_atlas()
    photographs, _ = TrainingPhotographs.read(shared / "train" / "features.npz")
    taught = lesson(photographs, atlas)
    first = {(one.kind, one.texts[0]) for one in taught.statements}
    told = [key for key in TOP_SETS if measured(key, pack_folder.manifest.evaluation)]
    assert told == ["continents", "world-regions", "countries", "climate", "driving-side"]
    kinds = dict(zip(told, ("continent", "world region", "country", "climate zone", "driving side"), strict=True))
    for key, kind in kinds.items():
        of_kind = {text for its, text in first if its == kind}
        assert of_kind <= {prompt.caption for prompt in prompt_set(key, atlas).prompts}, key
    places = pack_folder.manifest.evaluation["prompts"]["held_out_places"]
    assert f"right for {100 * places['country']['top1']:.0f} %" in measured(
        "countries", pack_folder.manifest.evaluation
    )
    assert f"commonest: {100 * places['country']['commonest']:.0f} %" in measured(
        "countries", pack_folder.manifest.evaluation
    )
    assert measured("countries:Europe", pack_folder.manifest.evaluation) == ""
    assert measured("countries", {}) == ""
