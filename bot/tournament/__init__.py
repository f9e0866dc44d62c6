"""Tournaments: who is the better geolocator, over many seeded rounds."""
