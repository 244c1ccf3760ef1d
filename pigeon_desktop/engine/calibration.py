"""What was learned on held-out places about how far a belief can be trusted."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.errors import PigeonError

MOST_BYTES = 1 << 16
MOST_FACTOR = 1000.0
HALF_ROUND_KM = math.pi * EARTH_RADIUS_KM
"""No two places lie further apart."""


@dataclass(frozen=True)
class Calibration:
    """Numbers fitted on held-out places.

    `radius_factor` and `radius_floor_km` make of a region's own 80 % radius one that holds the truth for 80 % of the
    photographs whose truth is in the region, in regions of any size; a photograph is abstained on where the belief's
    `certainty` (0..1) is below `least_certainty`.
    """

    radius_factor: float = 1.0
    radius_floor_km: float = 0.0
    least_certainty: float = 0.0

    def radius_km(self, own_km: float) -> float:
        """The radius to show for a region's own: the floor is a doubt of another kind, so that squares add up."""
        return min(math.hypot(self.radius_factor * own_km, self.radius_floor_km), HALF_ROUND_KM)

    def abstains(self, belief: Belief) -> str:
        """Why nothing should be said of this belief; empty where something can."""
        if belief.certainty >= self.least_certainty:
            return ""
        return (
            f"The picture fits several parts of the world about equally well "
            f"(certainty {belief.certainty:.2f}, below {self.least_certainty:.2f})."
        )

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """Read what `write` wrote.

        Raises:
            PigeonError: not such a file, or a number out of range.
        """
        try:
            with path.open("rb") as file:
                text = file.read(MOST_BYTES + 1)
            if len(text) > MOST_BYTES:
                raise ValueError(f"longer than {MOST_BYTES} bytes")
            values = {key: float(value) for key, value in json.loads(text.decode("utf-8")).items()}
            calibration = cls(**values)
        except OSError as error:
            raise PigeonError(f"{path}: cannot be read ({error.strerror or error}). Install the pack again.") from error
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise PigeonError(f"{path}: not a calibration file ({error}). Install the pack again.") from error
        if not (
            all(math.isfinite(v) for v in values.values())
            and 0 < calibration.radius_factor <= MOST_FACTOR
            and 0 <= calibration.radius_floor_km <= HALF_ROUND_KM
            and 0 <= calibration.least_certainty <= 1
        ):
            raise PigeonError(f"{path}: a number is out of range. Install the pack again.")
        return calibration
