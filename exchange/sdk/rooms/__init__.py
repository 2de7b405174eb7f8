"""The doors room by room: what buyers and sellers do in each is a class that their own doors are made of."""
