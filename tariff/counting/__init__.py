"""Months of Japan, exact yen, and what was measured or entered about a contract."""
