"""What is there to sell, where, and what of it is promised already."""
