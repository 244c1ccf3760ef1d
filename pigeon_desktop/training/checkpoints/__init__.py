"""CLIP checkpoints become packs: read, exported, rounded to int8, with captions for a head."""
