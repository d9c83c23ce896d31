"""Asterisk 22 spoken in Python: its configuration, ARI socket and AMI side channel; no queue, agent or tenant."""
