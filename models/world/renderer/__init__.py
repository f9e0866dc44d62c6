"""The procedural renderer: a scene in, an equirectangular picture out."""

from models.world.renderer.picture import check_width, render

__all__ = ["check_width", "render"]
