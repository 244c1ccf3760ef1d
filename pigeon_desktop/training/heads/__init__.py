"""Heads on an encoder's features: classes, targets, prototypes."""
