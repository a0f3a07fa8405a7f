"""The realtime endpoint, over real sockets."""
