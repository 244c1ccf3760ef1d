"""Packs: a model on disk, with all it needs. Files are data: nothing in a pack is ever executed."""
