"""Measures denwaban side by side with app_queue in one Asterisk, on the wire; run by `make bench`."""
