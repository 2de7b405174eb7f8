"""Supply tax that the exchange collects for sellers, by a dated schedule for each authority."""
