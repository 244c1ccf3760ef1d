"""The embedded map: its geometry, what is drawn on it, and what the mouse does."""
