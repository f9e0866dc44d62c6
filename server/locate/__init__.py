"""Locating photos that a person brings: over HTTP, on the page `/locate`, in a terminal."""
