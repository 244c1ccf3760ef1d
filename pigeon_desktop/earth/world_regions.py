"""The parts of the continents that people name: Northern Europe, Western Africa, the Caribbean."""

from __future__ import annotations

WORLD_REGIONS: dict[str, frozenset[str]] = {
    name: frozenset(codes.split())
    for name, codes in {
        "Northern Europe": "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE",
        "Western Europe": "AT BE CH DE FR LI LU MC NL",
        "Southern Europe": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
        "Eastern Europe": "BG BY CZ HU MD PL RO RU SK UA",
        "Northern Africa": "DZ EG EH LY MA SD TN",
        "Western Africa": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",
        "Middle Africa": "AO CD CF CG CM GA GQ ST TD",
        "Eastern Africa": "BI DJ ER ET IO KE KM MG MU MW MZ RW SC SO SS TZ TF UG XS ZM ZW",
        "Southern Africa": "BW LS NA SZ ZA",
        "Western Asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR XC XD XQ YE",
        "Central Asia": "KG KZ TJ TM UZ XB",
        "Southern Asia": "AF BD BT IN IR LK MV NP PK XH",
        "Eastern Asia": "CN HK JP KP KR MN MO TW",
        "South-eastern Asia": "BN ID KH LA MM MY PH SG TH TL VN XP",
        "Northern America": "BM CA GL PM US",
        "Central America": "BZ CP CR GT HN MX NI PA SV",
        "the Caribbean": "AG AI AW BB BL BS CU CW DM DO GD HT JM KN KY LC MF MS PR SX TC TT VC VG VI XG",
        "South America": "AR BO BR CL CO EC FK GS GY PE PY SR UY VE",
        "Australia and New Zealand": "AU HM NF NZ XA XE XO",
        "Melanesia": "FJ NC PG SB VU",
        "Micronesia": "FM GU KI MH MP NR PW UM",
        "Polynesia": "AS CK NU PF PN TK TO TV WF WS",
        "Antarctica": "AQ",
    }.items()
}
"""Codes of the atlas's countries by the sub-region of the United Nations' M49 standard. Codes of the atlas's own (X_)
stand with the country that they are filed under or lie in; Taiwan and Kosovo, which M49 leaves out, with their
neighbours.
"""


def world_region(country_code: str) -> str:
    """The part of the world that a country of the atlas lies in.

    Raises:
        KeyError: no such country.
    """
    return _BY_COUNTRY[country_code]


_BY_COUNTRY = {code: name for name, codes in WORLD_REGIONS.items() for code in codes}
