"""Everything a machine needs before the first start, with nothing but the standard library."""
