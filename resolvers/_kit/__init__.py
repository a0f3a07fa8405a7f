"""The front door of every domain's Lambda: names, callers, wire, faults, telemetry, settings."""
