"""The floor in virtual time: days of a contact centre in seconds, held against queueing theory; no I/O."""
