"""On which side of the road people drive, by country."""

from __future__ import annotations

from typing import Literal

_LEFT = """
AG AI AU BB BD BM BN BS BT BW CC CK CX CY DM FJ FK GB GD GG GY HK ID IE IM IN JE JM JP KE KI KN KY LC LK LS MO
MS MT MU MV MW MY MZ NA NF NP NR NU NZ PG PK PN SB SC SG SH SR SZ TC TH TK TL TO TT TV TZ UG VC VG VI WS ZA ZM
ZW XC XD XO XQ
"""
LEFT = frozenset(_LEFT.split())
"""Codes of countries and territories with traffic on the left, as the list in Wikipedia's article "Left- and
right-hand traffic" has them, and the atlas's own codes for the north and the bases on Cyprus and for Australia's
islands in the Indian Ocean.
"""

NO_ROADS = frozenset(["AQ", "BV", "CP", "GS", "HM", "TF", "UM", "XA", "XE", "XH", "XP"])
"""Codes of lands without public roads."""


def side_of_the_road(country_code: str) -> Literal["left", "right"] | None:
    """The side on which people drive in a country of the atlas; None where there are no public roads."""
    if country_code in NO_ROADS:
        return None
    return "left" if country_code in LEFT else "right"
