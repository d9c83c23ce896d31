"""Other ways out of the wait: overflow to a queue or number, a message, the wish to be called back."""
