"""The photographs: their list, the one that is looked at, and how they come in."""
