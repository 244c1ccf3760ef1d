"""Geocells: administrative units joined and divided until each holds enough photographs."""
