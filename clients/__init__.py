"""Programs that use the shop through its API, as any client would."""
