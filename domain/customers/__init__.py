"""Customers: who they are, what they say about themselves, and how the shop finds them."""
