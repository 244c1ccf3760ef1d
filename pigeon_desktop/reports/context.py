"""What every report says besides the predictions: who spoke, on what, when, and how much it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from pigeon_desktop import __version__
from pigeon_desktop.cases.verdict import CaseMark, Verdict
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import PackMark, Prediction

if TYPE_CHECKING:
    from pigeon_desktop.engine.locator import Locator

LEAD = "a lead, not proof"
"""Stands on every report."""


@dataclass(frozen=True, eq=False)
class ReportContext:
    """The marks of a run. `self_check` is the cosine that the device reached, `settings` what was asked for
    in words, `created` a time in UTC, `licence` that of the pack's weights. With `cells` maps show the belief
    and `areas` adds the regions' outlines where the format has them. `candidate` is the rank of the one that KML is
    about, None of all. Of a `case` there are `verdicts`, by the SHA-256 of the photographs on which something was
    decided.
    """

    pack: PackMark
    device: str
    self_check: float
    settings: str
    created: datetime
    licence: str = ""
    tool_version: str = __version__
    cells: GeocellSet | None = None
    areas: bool = False
    candidate: int | None = None
    case: CaseMark | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @classmethod
    def of(cls, locator: Locator, settings: str, *, areas: bool = False) -> ReportContext:
        """The context of what `locator` says from now on."""
        return cls(
            pack=locator.mark,
            device=locator.device,
            self_check=locator.self_check,
            settings=settings,
            created=datetime.now(UTC),
            licence=locator.pack.manifest.licence_weights,
            cells=locator.cells,
            areas=areas,
        )

    def verdict_on(self, prediction: Prediction) -> Verdict | None:
        """What was decided of a photograph, if anything was."""
        return self.verdicts.get(prediction.sha256) if prediction.sha256 else None

    def cells_of(self, prediction: Prediction) -> GeocellSet | None:
        """The cells, where all that the prediction names are among them: another pack may have spoken before."""
        if self.cells is None or prediction.pack != self.pack:
            return None
        known = self.cells.index
        return self.cells if all(cell in known for c in prediction.candidates for cell in c.cells) else None

    @property
    def tool(self) -> str:
        return f"Pigeon Desktop {self.tool_version}"

    @property
    def created_text(self) -> str:
        """ISO 8601 in UTC, to the second."""
        return self.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def marks(self, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """The marks in words, by their names, in the order in which they are shown; `more` goes before the hash."""
        rows = {
            "Made": self.created_text.replace("T", " ").replace("Z", " UTC"),
            "By": self.tool,
            "Pack": f"{self.pack.name} {self.pack.version}",
            "Device": self.device,
            "Self-check": f"{self.self_check:.4f} of 1",
            "Settings": self.settings,
            "Licence of the pack": self.licence,
            **more,
            "Pack SHA-256": self.pack.sha256,
        }
        if self.case is not None:
            rows["Purpose of the case"] = " ".join(self.case.purpose.splitlines())
            rows["Audit chain"] = f"{self.case.head} after {self.case.entries:,} entries"
        return {name: value for name, value in rows.items() if value}

    def record(self) -> dict[str, object]:
        """The marks as built-in types."""
        marks: dict[str, object] = {
            "note": LEAD,
            "tool": self.tool,
            "created": self.created_text,
            "pack": {"name": self.pack.name, "version": self.pack.version, "sha256": self.pack.sha256},
            "licence": self.licence,
            "device": self.device,
            "self_check": round(self.self_check, 5),
            "settings": self.settings,
        }
        if self.case is not None:
            marks["case"] = {"purpose": self.case.purpose, "entries": self.case.entries, "head": self.case.head}
        return marks
