"""The process for people: REST, the live WebSocket and identity, over FastAPI."""
