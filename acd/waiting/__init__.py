"""How a caller waits: whether he may, at which place, for how long probably, and who gets his place back."""
