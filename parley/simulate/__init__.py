"""A day of the center in seconds: the same core, fed with virtual customers in virtual time."""
