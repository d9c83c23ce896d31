"""What a contract has held over time, and how rules and prices ask about it."""
