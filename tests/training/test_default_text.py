"""The default pack's text tower: its figures, and where it is installed what it says."""

import numpy as np
import pytest
from tokenizers import Tokenizer

from pigeon_desktop.engine.session import Session
from pigeon_desktop.packs.store import Pack


def test_the_default_packs_figures_are_what_the_card_says(pack_folder: Pack) -> None:
    figures = pack_folder.manifest.evaluation["prompts"]
    card = (pack_folder.folder / "card.md").read_text("utf-8")
    assert figures["int8_cosine"] >= 0.99
    assert f"mean cosine of {figures['int8_cosine']:.4f}" in card
    countries, places = figures["held_out_countries"], figures["held_out_places"]
    assert countries["draws"] >= 5
    assert countries["unseen_top1"] > 5 / 252, "far above chance"
    assert f"| {100 * countries['seen_top1']:.1f} ± " in card
    assert f"| {100 * countries['unseen_top1']:.1f} ± " in card
    assert places["country"]["top1"] < pack_folder.manifest.evaluation["every_place_once"]["country_top1"]
    assert f"| country | 252 | {places['country']['n']:,} | {100 * places['country']['top1']:.0f} % |" in card


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
