"""Documents that others wrote or will read: XML read without risk, checked by published schemas; exact amounts."""
