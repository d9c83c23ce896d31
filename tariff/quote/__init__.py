"""The public door to the tariffs: reads cases, asks the rules and the money about them, writes the answers."""
