"""The page about a measurement: whole, harmless, and with the figures that were measured."""

import io
import math
from pathlib import Path

import pytest

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.reports import evaluation as page
from pigeon_desktop.reports.context import LEAD
from pigeon_desktop.reports.evaluation import MOST_FAILED, MOST_WRONG, Evaluation
from pigeon_desktop.training.measuring.evaluate import Outcome, Truth, figures
from pigeon_desktop.training.measuring.report import evaluation
from tests.reports.pages import Page
from tests.reports.predictions import HOSTILE, context

TABLE = Path("folder") / "table <b>.csv"


def one(name: str, code: str, rank: int, probability: float, km: float = 100.0) -> Outcome:
    truth = Truth(TABLE.parent / name, 1.0, 1.0, code, "")
    said = "Lisbon, Portugal"
    status = "located" if probability >= 0.3 else "abstained"
    inside = not math.isnan(km)
    return Outcome(truth, status, km, rank, probability, probability, inside, 150.0, "PT", said)  # type: ignore[arg-type]


def failed(name: str) -> Outcome:
    path = TABLE.parent / name
    return Outcome(Truth(path, 1.0, 1.0, "FR", ""), "failed", math.nan, 0, 0.0, reason=f"{path}: holds no picture.")


OUTCOMES = [
    *(one(f"right{i}.jpg", "PT", 1, 0.55) for i in range(18)),
    *(one(f"unsure{i}.jpg", "PT", 2, 0.15, 900.0) for i in range(6)),
    one("sure.jpg", "JP", 0, 0.91, 11_000.0),
    one(HOSTILE, "ES", 2, 0.62, 420.0),
    one("nowhere.jpg", "", -1, 0.4, math.nan),
    failed("broken.jpg"),
]


def evaluated(outcomes: list[Outcome]) -> Evaluation:
    values = figures(outcomes, load_atlas(), seconds=4.0)
    return evaluation(outcomes, values, load_atlas(), context(), TABLE, "ef" * 32, 0.3)


def written(outcomes: list[Outcome]) -> Page:
    out = io.StringIO()
    page.write(evaluated(outcomes), out)
    return Page(out.getvalue())


def test_the_page_says_it_all() -> None:
    text = written(OUTCOMES).text
    for words in (
        "How good is pack default 1.0 on table <b>.csv?",
        LEAD,
        "ab" * 32,
        "ef" * 32,
        "research use",
        "Pigeon Desktop 9.9",
        "CPU (of a kind)",
        "0.9999 of 1",
        "2026-01-31 12:00:05 UTC",
        "28 photographs: 21 located · 6 can't tell · 1 failed · 7.0 photographs a second",
        "each photograph is drawn alone",
        "country known",
        "Of 26 photographs taken in the first candidate's region 69 %",
        "certainty of 0.300",
        "Of 20 photographs located and with a known country 2 have a wrong one first (10 %",
        "holds no picture.",
        "Fewer than 20 photographs: their figures say little",
    ):
        assert words in text


def test_figures_are_those_of_the_json() -> None:
    values, text = evaluated(OUTCOMES).values, written(OUTCOMES).text
    for of in (values, values["located"]):
        low, high = of["intervals"]["country_top1"]
        assert f"{100 * of['country_top1']:.0f} % ({100 * low:.0f}–{100 * high:.0f})" in text
        assert f"{100 * of['ece']:.1f} % (" in text
    assert f"{values['geoscore']:,.0f} (" in text


def test_wrong_answers_come_surest_first_and_only_those_given() -> None:
    wrong = evaluated(OUTCOMES).wrong
    assert [(w.photograph, w.probability, w.truth) for w in wrong] == [("sure.jpg", 0.91, "JP"), (HOSTILE, 0.62, "ES")]
    assert "Portugal91 %Lisbon, PortugalJapan11,000" in written(OUTCOMES).text
    many = evaluated([one(f"{i}.jpg", "JP", 0, 0.3 + i / 100) for i in range(40)])
    assert len(many.wrong) == MOST_WRONG
    assert many.wrong[0].photograph == "39.jpg"
    assert many.located_wrong.n == 40


def test_groups_go_from_large_to_small_and_small_ones_say_so() -> None:
    whole = written(OUTCOMES)
    assert whole.text.index("By country") < whole.text.index("Portugal24") < whole.text.index("Japan1*")
    assert "Asia1*" in whole.text
    assert "Portugal24*" not in whole.text
    few = [a for a in whole.all("tr") if a.get("class") == "few"]
    assert len(few) >= 3


def test_nothing_is_fetched_and_nothing_runs() -> None:
    whole = written([*OUTCOMES, failed(HOSTILE)])
    policy = whole.all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert "default-src 'none'" in (policy["content"] or "")
    names = {name for name, _ in whole.elements}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form", "img", "image", "a", "use"}
    for _, attributes in whole.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("href", "src", "style")]
    css = (Path(__file__).parents[2] / "resources" / "evaluation.css").read_text("utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_nothing_but_the_namespace_names_another_place() -> None:
    out = io.StringIO()
    page.write(evaluated(OUTCOMES), out)
    assert out.getvalue().replace('xmlns="http://www.w3.org/2000/svg"', "").count("http") == len(["http-equiv"])
    assert "<b>.csv" not in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_ids_are_unique_and_met() -> None:
    whole = written(OUTCOMES)
    ids = [str(a["id"]) for _, a in whole.elements if "id" in a]
    assert len(set(ids)) == len(ids) == 4
    assert {i for a in whole.all("svg") for i in str(a["aria-labelledby"]).split()} == set(ids)
    assert len(whole.all("details")) == len(whole.all("svg")) == 2


def test_a_long_list_of_failures_ends_with_a_count() -> None:
    whole = written([one("a.jpg", "PT", 1, 0.5), *(failed(f"{i}.jpg") for i in range(MOST_FAILED + 7))])
    assert "And 7 more." in whole.text
    assert whole.text.count("holds no picture.") == MOST_FAILED
    # The file is named once: the reason does not repeat its path.
    assert "folder" not in whole.text


@pytest.mark.parametrize(
    "outcomes",
    [
        [failed("a.jpg")],
        [one("a.jpg", "PT", 1, 0.1)],
        [one("a.jpg", "", -1, 0.5, math.nan)],
        [one("a.jpg", "QQ", 0, 0.5)],
    ],
)
def test_what_is_unknown_is_a_dash(outcomes: list[Outcome]) -> None:
    text = written(outcomes).text
    assert "nan" not in text
    assert "None" not in text
    assert LEAD in text
