"""What a tenant may do by his contracts at a moment, and how long what he makes is kept."""
