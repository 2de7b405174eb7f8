"""Free cash on its way back to the participant whose it is."""
