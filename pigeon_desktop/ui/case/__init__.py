"""The open case: its rows, the run over it, and what is written from it."""
