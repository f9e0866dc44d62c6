"""Panoramas: packs of them, views out of them, the renderer and the importers."""
