"""The process for work that may wait: call records and recordings, in durable, named, repeatable jobs."""
