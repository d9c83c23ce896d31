"""Redis, delivery only: commands from api to controller, and news of facts to whoever watches."""
