"""Seats of a licence that limits them: taken by orders for as long as the right lasts, and free again afterwards."""
