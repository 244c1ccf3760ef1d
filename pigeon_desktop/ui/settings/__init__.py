"""What can be set, and the language."""
