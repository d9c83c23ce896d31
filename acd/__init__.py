"""Who waits, who works and who rings whom: the pure core of the contact centre."""
