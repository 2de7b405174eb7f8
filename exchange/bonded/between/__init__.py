"""Deep-processing transfers between business zones: handed over in one, taken in or turned away in another."""
