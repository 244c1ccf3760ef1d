"""Territories with an ISO code of their own that Natural Earth draws as regions of another country."""

DRAWN_WITH = {
    "BQ": "NL",  # Bonaire, Sint Eustatius and Saba
    "BV": "NO",  # Bouvet Island
    "CC": "XO",  # Cocos Islands
    "CX": "XO",  # Christmas Island
    "GF": "FR",  # French Guiana
    "GP": "FR",  # Guadeloupe
    "MQ": "FR",  # Martinique
    "RE": "FR",  # Réunion
    "SJ": "NO",  # Svalbard and Jan Mayen
    "YT": "FR",  # Mayotte
}
"""ISO 3166-1 alpha-2 codes to those of the countries that hold them on our map."""


def country_on_map(code: str) -> str:
    """The country code under which a place with this ISO code is found on our map."""
    return DRAWN_WITH.get(code, code)
