"""Documents on paper: the qualified invoice as a PDF."""
