"""AppSync's data plane on one machine: serves over HTTP whatever API is deployed on the emulator."""
