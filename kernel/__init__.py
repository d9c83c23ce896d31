"""The words that every room shares: ids, moments, facts, refusals; no I/O."""
