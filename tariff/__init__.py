"""What a tenant has bought and what he may therefore do, from dated tables with a clause on each row; pure."""
