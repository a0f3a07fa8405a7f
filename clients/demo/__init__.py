"""One purchase by a guest, from the shop window to the front door, with what is told live meanwhile."""
