"""Which calls are recorded and what their files are called; no I/O."""
