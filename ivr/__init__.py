"""What a caller hears before a queue: flows as data, walked step by step; pure."""
