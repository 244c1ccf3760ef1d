"""What was found of the selected photograph, what is asked of it, and what the analyst decides."""
