"""The window: Qt lives in here and nowhere else. Its thread only paints; the work is done in `workers`."""
