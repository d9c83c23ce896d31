"""Who rings whom: the orders of those who wait and of those who are ready, and the choice between them."""
