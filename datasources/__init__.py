"""The only code that talks to stores and providers; it takes and returns domain values."""
