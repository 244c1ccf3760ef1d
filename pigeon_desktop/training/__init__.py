"""Making packs: cells, heads, calibration, figures. Needs the extra `train`; only the terminal names it."""
