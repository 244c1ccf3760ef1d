"""A case on disk: many photographs, what was said of them, what was decided, and the chain that accounts for it."""
