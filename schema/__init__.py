"""What the API promises. Strawberry, and never inside a Lambda."""
