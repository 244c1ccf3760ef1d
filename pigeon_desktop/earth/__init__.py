"""The globe: distances, projection, boundaries, geocells. No model and no window in here."""
