"""The text tower of prompts: what it is taught, what it is worth, and how it travels."""
