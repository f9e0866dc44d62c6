"""The procedural renderer: a scene in, an equirectangular picture out. One cue, one file."""

from models.world.renderer.picture import render

__all__ = ["render"]
