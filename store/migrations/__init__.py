"""How the database came to be what it is: one frozen step per release, in SQL."""
