"""What photographs say together: for a terminal, and ahead of what each of them says alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pigeon_desktop.cases.fusing import Fused, Member
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import table
from pigeon_desktop.reports.context import LEAD
from pigeon_desktop.reports.text import printable


def lines(fused: Fused, columns: int) -> Iterator[str]:
    """The answer, at most `columns` wide but for paths, and who agrees with it."""
    yield from table.lines(fused.prediction, columns)
    fusion = fused.fusion
    yield f"      {fusion.votes:,} votes that are worth {fusion.effective_votes:.1f} independent ones"
    for member in fused.members:
        yield f"  {stance(member):<26}  {printable(str(member.row.path))}"
    yield f"{LEAD.capitalize()}."


def stance(member: Member) -> str:
    """How one of them goes with the others, with the number: the times that it is likelier with them than anywhere."""
    agreement = member.agreement
    times = 10**agreement.lift
    number = f"{times:,.0f} times" if times >= 10 else f"{times:.1f} times" if times >= 1 else f"1/{1 / times:,.0f}"
    return f"{agreement.stance} ({number})"


def together(fused: Fused, alone: Iterable[Prediction]) -> Iterator[Prediction]:
    """The fused prediction, then what its members say alone, each with how it goes with the others."""
    yield fused.prediction
    for member, prediction in zip(fused.members, alone, strict=True):
        yield replace(prediction, warnings=(*prediction.warnings, f"with the others: {stance(member)}"))
