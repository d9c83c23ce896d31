"""Whether an order is accepted, and what the contract is after it."""
