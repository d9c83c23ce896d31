"""The process that runs calls: the only room that translates between Asterisk and the domain."""
