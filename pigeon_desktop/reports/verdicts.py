"""What reports say of an analyst's verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.reports.text import coordinate, utf8

DECISIONS = ("confirmed", "rejected", "undecided")
METRE = 5
"""Decimals of a degree for what an analyst pointed at: about a metre."""


def spot(verdict: Verdict | None) -> tuple[float, float] | None:
    """Latitude and longitude in degrees of a confirmed verdict; None of any other."""
    if verdict is None or verdict.decision != "confirmed" or verdict.latitude is None or verdict.longitude is None:
        return None
    return verdict.latitude, verdict.longitude


def headline(verdict: Verdict) -> str:
    """The decision in a line."""
    if verdict.decision == "rejected":
        return "Rejected: at none of the candidates"
    if verdict.decision == "undecided":
        return "Undecided"
    at = spot(verdict)
    by_rank = f" (candidate {verdict.rank})" if verdict.rank is not None else " (the analyst's own coordinate)"
    named = f"{verdict.place}{by_rank}" if verdict.place else by_rank.strip(" ()")
    return f"Confirmed: {named}" + (f", {coordinate(*at, METRE)}" if at else "")


def signed(verdict: Verdict) -> str:
    """Who decided, and when; empty where neither is known."""
    when = verdict.time.replace("T", " ").replace("Z", " UTC")
    return ", ".join(part for part in (verdict.by, when) if part)


def record(verdict: Verdict) -> dict[str, Any]:
    """Built-in types, texts as they can be stored."""
    return {key: utf8(value) if isinstance(value, str) else value for key, value in asdict(verdict).items()}


def counted(counts: Mapping[str, int]) -> str:
    """Numbers of decisions as words; empty where there are none."""
    return " · ".join(f"{counts[decision]:,} {decision}" for decision in DECISIONS if counts.get(decision))
