"""Subscriptions: AppSync's realtime endpoint (AWS AppSync guide, "Building a real-time WebSocket client")."""
