"""Locating over a WebSocket: the conversation as a pure object, pictures, batches, admission."""
