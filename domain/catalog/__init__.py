"""Products, their prices, and how a catalogue is browsed."""
