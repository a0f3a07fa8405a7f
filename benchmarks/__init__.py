"""Measurements: how fast, how many round trips, how large. Never part of the tests."""
