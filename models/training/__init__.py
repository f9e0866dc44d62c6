"""Training: what is drawn, what is learned from it, and a loop that may be left alone."""
