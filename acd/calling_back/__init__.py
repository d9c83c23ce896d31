"""Calling back who did not want to wait: in his turn, at the right moment, until he is reached."""
