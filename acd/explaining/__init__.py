"""Why a call rings this agent, why it rings nobody, and what stands in the way."""
