"""Pigeon Desktop: where may this photograph have been taken, and how sure can one be?"""

__version__ = "0.1.0"
