"""The stacks: tables of contents of what is deployed."""
