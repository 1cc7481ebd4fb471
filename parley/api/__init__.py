"""SHOW: people and programs read state and submit inputs over HTTP and one WebSocket."""
