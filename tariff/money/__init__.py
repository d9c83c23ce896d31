"""What a contract costs: months, works, calls, credits, debts, and the documents they stand on."""
