"""What the graph promises of orders."""
