"""Our Geoguessr-style game: pure rules over an append-only event log, its store and its API."""
