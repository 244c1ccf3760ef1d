"""What a pack is worth: figures on photographs whose place is known, and its calibration."""
