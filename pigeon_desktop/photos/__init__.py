"""Photos: from files to pixels. Originals are opened read-only; of their metadata only the orientation is read."""
