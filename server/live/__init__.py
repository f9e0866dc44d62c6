"""What spectators and stream overlays may see, and when."""
