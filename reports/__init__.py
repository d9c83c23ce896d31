"""Arithmetic over facts: the live board and the call record; no I/O."""
