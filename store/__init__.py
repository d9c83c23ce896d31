"""PostgreSQL and files: facts, leases, configuration, jobs, records and recordings, each behind a typed door."""
