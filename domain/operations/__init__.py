"""Work that takes longer than a request: what it is, and how far it has come."""
