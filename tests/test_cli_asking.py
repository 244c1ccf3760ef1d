"""`pigeon ask` as its user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pigeon_desktop.packs.store import Pack
from pigeon_desktop.reports.context import LEAD
from pigeon_desktop.verbs import DONE, NOTHING, USAGE
from tests.commands import Capture, code_of


def ask(pack: Pack, *args: str | Path) -> int:
    return code_of("ask", *args, "--pack", pack.folder, "--device", "cpu")


def test_captions_of_ones_own(captions_pack: Pack, photographs: list[Path], capsys: Capture) -> None:
    assert ask(captions_pack, photographs[0], "Northern Europe", "UK", "Sweden", "日本") == DONE
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == str(photographs[0])
    shares = [int(line.split("%")[0].split()[-1]) for line in lines if "“" in line]
    assert len(shares) == 4
    assert shares == sorted(shares, reverse=True)
    assert 97 <= sum(shares) <= 103
    assert any("United Kingdom  “A Street View photo in United Kingdom.”" in line for line in lines)
    assert any("note: not in Latin letters" in line for line in lines)
    assert captions_pack.sha256 in err
    assert "licence of its weights: mit" in err
    assert "not whether any of them is true. A lead, not proof." in err


def test_a_set_as_json(captions_pack: Pack, photographs: list[Path], capsys: Capture) -> None:
    assert ask(captions_pack, photographs[0], "--set", "countries:Northern Europe", "--json") == DONE
    record = json.loads(capsys.readouterr().out)
    # Those of the pack's cells, and no others.
    assert {caption["name"] for caption in record["captions"]} == {"United Kingdom", "Lithuania", "Norway", "Sweden"}
    assert sum(caption["probability"] for caption in record["captions"]) == pytest.approx(1, abs=1e-5)
    assert record["captions"][0]["caption"].startswith("A Street View photo in ")
    assert record["pack"]["sha256"] == captions_pack.sha256
    assert (record["note"], record["licence"], record["settings"]) == (LEAD, "mit", "set countries:Northern Europe")
    assert record["tool"].startswith("Pigeon Desktop ")
    assert record["self_check"] > 0.99
    assert record["path"] == str(photographs[0])
    assert ask(captions_pack, photographs[0], "--set", "countries:Northern Europe", "--json") == DONE
    again = json.loads(capsys.readouterr().out)
    assert again["captions"] == record["captions"]


def test_a_photograph_whose_name_is_no_text(
    captions_pack: Pack, photographs: list[Path], tmp_path: Path, capsys: Capture
) -> None:
    photo = tmp_path / "caf\udce9.jpg"
    try:
        shutil.copyfile(photographs[0], photo)
    except OSError:
        pytest.skip("this file system keeps no such names")
    assert ask(captions_pack, photo, "Norway", "Sweden", "--json") == DONE
    out = capsys.readouterr().out
    assert out.encode("utf-8")
    assert json.loads(out)["path"] == str(photo)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "Give captions to choose among, or one of the sets"),
        (["Sweden", "Norway", "--set", "countries"], "Give captions to choose among, or one of the sets"),
        (["Sweden"], "One caption alone"),
        (["Sweden", ""], "Caption 2 is empty"),
        (["Sweden", "x" * 10_000], "has 10,000 characters"),
        (["--set", "planets"], "planets: there is no such set"),
    ],
)
def test_wrong_usage(
    captions_pack: Pack, photographs: list[Path], capsys: Capture, args: list[str], message: str
) -> None:
    assert ask(captions_pack, photographs[0], *args) == USAGE
    assert message in capsys.readouterr().err


def test_what_cannot_be_asked(
    captions_pack: Pack, pack_without_text: Pack, photographs: list[Path], tmp_path: Path, capsys: Capture
) -> None:
    assert ask(pack_without_text, photographs[0], "Sweden", "Norway") == NOTHING
    assert "no text tower" in capsys.readouterr().err
    assert ask(captions_pack, tmp_path / "gone.jpg", "Sweden", "Norway") == NOTHING
    assert "gone.jpg" in capsys.readouterr().err
