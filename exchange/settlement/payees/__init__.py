"""Where participants are paid to."""
