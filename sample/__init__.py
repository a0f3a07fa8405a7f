"""The sample catalogue: products of our own invention, and the pictures that are drawn for them."""
