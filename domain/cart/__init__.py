"""Carts, and what they cost: discounts, shipping, taxes, and what is missing for checkout."""
