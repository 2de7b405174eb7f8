"""Files with which banks are told to pay."""
