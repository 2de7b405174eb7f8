"""What the counter ruled against: whatever of a handbook is held for it, or was let out by it, ends."""
