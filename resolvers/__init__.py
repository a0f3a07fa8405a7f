"""One Lambda a domain: each routed field of the schema is one function here."""
