"""What stands in the table of a tariff, and how it is read from its file."""
