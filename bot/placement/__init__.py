"""Puts pins on guess maps of any make: finds out what the map shows by looking at it."""
