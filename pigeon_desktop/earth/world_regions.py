"""The world's sub-regions ("Northern Europe"), as the United Nations' standard M49 divides it, by country code."""

from __future__ import annotations

WORLD_REGIONS: dict[str, frozenset[str]] = {
    name: frozenset(codes.split())
    for name, codes in {
        "Northern Africa": "DZ EG EH LY MA SD TN",
        "Eastern Africa": "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG XS YT ZM ZW",
        "Middle Africa": "AO CD CF CG CM GA GQ ST TD",
        "Southern Africa": "BW LS NA SZ ZA",
        "Western Africa": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",
        "Caribbean": "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI XG",
        "Central America": "BZ CP CR GT HN MX NI PA SV",
        "South America": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
        "Northern America": "BM CA GL PM US",
        "Central Asia": "KG KZ TJ TM UZ XB",
        "Eastern Asia": "CN HK JP KP KR MN MO TW",
        "South-eastern Asia": "BN ID KH LA MM MY PH SG TH TL VN XP",
        "Southern Asia": "AF BD BT IN IR LK MV NP PK XH",
        "Western Asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR XC XD XQ YE",
        "Eastern Europe": "BG BY CZ HU MD PL RO RU SK UA",
        "Northern Europe": "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ",
        "Southern Europe": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
        "Western Europe": "AT BE CH DE FR LI LU MC NL",
        "Australia and New Zealand": "AU CC CX HM NF NZ XA XE XO",
        "Melanesia": "FJ NC PG SB VU",
        "Micronesia": "FM GU KI MH MP NR PW UM",
        "Polynesia": "AS CK NU PF PN TK TO TV WF WS",
        "Antarctica": "AQ",
    }.items()
}
"""Codes of countries by the names of the sub-regions, Africa first."""

WORLD_REGION = {code: name for name, codes in WORLD_REGIONS.items() for code in codes}
"""Country code -> sub-region of M49 (its intermediate region where it has one: "Western Africa", not "Sub-Saharan
Africa"). What M49 does not list stands with what it belongs to or borders on: Taiwan, Kosovo, Somaliland, the north
of Cyprus and the bases there, Baykonur, Guantanamo Bay, and the atlas's remaining codes that begin with X, and CP."""
