"""The command line, the set-up and the one-machine supervisor."""
