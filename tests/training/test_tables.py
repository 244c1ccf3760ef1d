"""Tables of photographs: what is read, what is left out, and what is said of it."""

import csv
import math
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.tables import Table, Truth, read_table

HEADER = "path,latitude,longitude,country_code,place\n"


def table_of(folder: Path, *lines: str, header: str = HEADER) -> Table:
    path = folder / "t.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines), "utf-8")
    return read_table(path, load_atlas())


def test_a_table_is_read_with_paths_beside_it(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a.jpg,38.7,-9.1,pt,x", "b/c.jpg,,,JP,", header=f"\ufeff{HEADER}")
    first, second = table.rows
    assert first == Truth(tmp_path / "a.jpg", 38.7, -9.1, "PT", "x")
    assert second.path == tmp_path / "b" / "c.jpg"
    assert math.isnan(second.latitude)
    assert table.problems == ()


def test_domain_and_quality_are_kept(tmp_path: Path) -> None:
    header = "quality,domain,path,latitude,longitude,country_code\n"
    (row,) = table_of(tmp_path, "b,street_view,a.jpg,38.7,-9.1,PT", header=header).rows
    assert (row.domain, row.quality) == ("street_view", "B")


def test_the_real_table_is_whole(photos_folder: Path) -> None:
    table = read_table(photos_folder / "photos.csv", load_atlas())
    assert len(table.rows) == 141
    assert table.problems == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("path,latitude\n", "has no column longitude"),
        (HEADER, "holds no photographs"),
        (f"{HEADER},1,2,PT,\n", "no row can be used.*line 2: no path"),
        ("path,latitude,longitude,country_code\n" + "x" * 200_000 + ",1,2,PT\n", "cannot be read as a table"),
    ],
)
def test_a_table_of_no_use_is_refused(tmp_path: Path, content: str, message: str) -> None:
    table = tmp_path / "t.csv"
    table.write_text(content, "utf-8")
    with pytest.raises(PigeonError, match=message) as error:
        read_table(table, load_atlas())
    assert str(table) in str(error.value)


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"path,latitude,longitude,country_code\n\xff\xfe.jpg,1,2,PT\n")
    for path in (tmp_path / "t.csv", tmp_path / "gone.csv", tmp_path):
        with pytest.raises(PigeonError, match="cannot be read as a table"):
            read_table(path, load_atlas())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("b.jpg,x,2,PT,", "no coordinate (could not convert string to float: 'x'). Correct it or leave it empty."),
        ("b.jpg,nan,2,PT,", "no coordinate (nan, 2). Correct it or leave it empty."),
        ("b.jpg,95,200,PT,", "95.0, 200.0 is not on the globe. Correct it."),
        ("b.jpg,1e400,2,PT,", "inf, 2.0 is not on the globe. Correct it."),
        ("b.jpg,-9.1,inf,PT,", "-9.1, inf is not on the globe. Correct it."),
        ("b.jpg,139.7,35.7,JP,", "139.7, 35.7 is not on the globe: latitude and longitude look swapped. Swap them."),
        ("b.jpg,38.7,,PT,", "has no longitude, only the other half of a coordinate. Add it, or leave both empty."),
        ("b.jpg,,-9.1,PT,", "has no latitude, only the other half of a coordinate. Add it, or leave both empty."),
        (" ,38.7,-9.1,PT,", "no path. Add it or delete the line."),
        ("b.jpg,38.7,-9.1,UK,", "the country code UK is unknown. Take a two-letter code such as PT."),
        ("b.jpg,,,,", "has neither a coordinate nor a country. Add one of them or delete the line."),
        ("b.jpg", "has neither a coordinate nor a country. Add one of them or delete the line."),
        ("b.jpg,0,-30,,", "0.0, -30.0 lies at sea and no country is named. Add its code or correct it."),
        ("b.jpg,-9.1,38.7,PT,", "lies 7,034 km from Portugal (PT), and latitude and longitude look swapped. Swap"),
        ("b.jpg,48.9,2.3,PT,", "Portugal (PT), the country it names. Correct one of the two."),
        ("./a.jpg,38.7,-9.1,PT,", "a.jpg is listed on line 2 already. Delete one of the two."),
    ],
)
def test_a_bad_row_is_left_out_and_named(tmp_path: Path, line: str, message: str) -> None:
    table = table_of(tmp_path, "a.jpg,38.7,-9.1,PT,", line, "z.jpg,38.7,-9.1,PT,")
    assert [row.path.name for row in table.rows] == ["a.jpg", "z.jpg"]
    (problem,) = table.problems
    assert problem.startswith(f"{tmp_path / 't.csv'}, line 3: ")
    assert message in problem


def test_the_distance_is_right(tmp_path: Path) -> None:
    """Paris to the nearest corner of Portugal, near Miranda do Douro: some 1,010 km."""
    (problem,) = table_of(tmp_path, "a.jpg,38.7,-9.1,PT,", "b.jpg,48.86,2.35,PT,").problems
    km = float(problem.split(" lies ")[1].split(" km")[0].replace(",", ""))
    assert km == pytest.approx(1010, abs=30)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a.jpg,38.7,-9.1,,", "PT"),
        ("a.jpg,42.0,-8.6,PT,", "PT"),  # across the river, in Spain
        ("a.jpg,38.7,-10.2,PT,", "PT"),  # at sea, before the coast
        ("a.jpg,4.92,-52.31,GF,", "FR"),  # drawn with France
        ("a.jpg,9.56,44.06,SO,", "SO"),  # Hargeisa, which most tables file so
        ("a.jpg,9.35,42.8,SO,", "SO"),  # across the border from there
        ("a.jpg,-17.7,180,FJ,", "FJ"),
        ("a.jpg,-17.7,-180,FJ,", "FJ"),
    ],
)
def test_what_agrees_with_the_map_stays(tmp_path: Path, line: str, code: str) -> None:
    (row,) = table_of(tmp_path, line).rows
    assert row.country_code == code


def test_the_first_good_row_of_a_file_counts(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a.jpg,-9.1,38.7,PT,", "a.jpg,38.7,-9.1,PT,", "x/../a.jpg,38.7,-9.1,PT,")
    assert [row.latitude for row in table.rows] == [38.7]
    assert ["line 2" in table.problems[0], "line 4" in table.problems[1]] == [True, True]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    (problem,) = table_of(tmp_path, "", '"a\nb.jpg",38.7,-9.1,PT,', "", "c.jpg,x,1,PT,").problems
    assert "line 6:" in problem


def places(table: Table) -> list[str]:
    return [row.place for row in table.rows]


def test_without_a_place_neighbours_share_one(tmp_path: Path) -> None:
    one, near, far, edge, across = places(
        table_of(
            tmp_path,
            "a.jpg,38.7101,-9.1401,PT,",
            "b.jpg,38.7149,-9.1449,PT,",
            "c.jpg,38.7301,-9.1401,PT,",
            "d.jpg,-17.7,180,FJ,",
            "e.jpg,-17.7,-180,FJ,",
        )
    )
    assert one == near != far
    assert edge == across


def test_a_named_place_takes_in_its_neighbours(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a.jpg,38.7101,-9.1401,PT,", "b.jpg,38.7102,-9.1402,PT,album")
    assert places(table) == ["album", "album"]


def test_without_a_coordinate_the_folder_is_the_place(tmp_path: Path) -> None:
    x, y, spain, other, named = places(
        table_of(tmp_path, "in/x.jpg,,,PT,", "in/y.jpg,,,PT,", "in/z.jpg,,,ES,", "out/x.jpg,,,PT,", "in/w.jpg,,,FR,f")
    )
    assert x == y
    assert len({x, spain, other, named}) == 4
    assert named == "f"


def test_places_do_not_depend_on_where_the_table_lies(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    lines = ("in/x.jpg,,,PT,", "y.jpg,38.7,-9.1,PT,")
    assert places(table_of(tmp_path, *lines)) == places(table_of(tmp_path / "a", *lines))


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.lists(
                st.one_of(
                    st.text(max_size=8),
                    st.floats().map(str),
                    st.sampled_from(["PT", "so", "CY", "AQ", "FJ", "", "90", "-180", "a.jpg", "a\0.jpg", '"']),
                ),
                max_size=8,
            ).map(",".join)
        ).map(lambda lines: HEADER + "\n".join(lines)),
    )
)
@example(HEADER + "a.jpg,90,180,AQ,")
@example(HEADER + "a.jpg,-90,-180,FJ,")
@example(HEADER + '"a.jpg,1,2,PT,')
def test_any_text_is_a_table_or_an_error_for_people(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        rows = read_table(path, load_atlas()).rows
    except PigeonError:
        return
    assert rows
    for row in rows:
        assert row.place
        assert row.country_code
        assert row.has_coordinate == (not math.isnan(row.latitude)) == (not math.isnan(row.longitude))


def test_ten_thousand_rows_in_seconds(tmp_path: Path) -> None:
    cities = load_atlas().cities
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER.strip().split(","))
        for i in range(10_000):  # every second coordinate swapped: the dearest checks
            where = [f"{cities.latitude[i]:.4f}", f"{cities.longitude[i]:.4f}"]
            rows.writerow([f"{i}.jpg", *(where[::-1] if i % 2 else where), cities.country_code[i], ""])
    start = time.perf_counter()
    table = read_table(path, load_atlas())
    assert time.perf_counter() - start < 20, "2 s on an idle machine"
    assert len(table.rows) + len(table.problems) == 10_000
    assert 4000 < len(table.problems) < 5100
    assert sum("look swapped" in problem for problem in table.problems) > 0.9 * len(table.problems)
