"""What a payment is, what may be done with its money, and what is known of it."""
