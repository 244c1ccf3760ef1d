"""Photos: from files to pixels. Originals are opened read-only; of their metadata only the orientation is read."""

DECODER = "--decode-pictures"
"""The one argument with which a frozen program becomes a decoder of pictures; see `apart`."""
