"""Fenced volumes as they are guarded: what the journal of bonded processing decides, a port does, and says how far."""
