"""Orders: what was bought, what has happened to it since, and what may happen next."""
